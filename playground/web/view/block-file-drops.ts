/**
 * Prevents the browser from opening a file that is dropped outside the drop zone: that would close the page and lose the
 * secrets. Returns a function that stops this.
 */
export function startBlockingFileDrops(): () => void {
  document.addEventListener("dragover", block);
  document.addEventListener("drop", block);
  return () => {
    document.removeEventListener("dragover", block);
    document.removeEventListener("drop", block);
  };
}

function block(event: DragEvent): void {
  if (event.defaultPrevented || !event.dataTransfer?.types.includes("Files")) return;
  event.preventDefault();
  event.dataTransfer.dropEffect = "none";
}
