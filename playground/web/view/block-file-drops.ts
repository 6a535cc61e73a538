/**
 * Keeps a file that is dropped beside its place from taking the place of the page: what a browser does with it by itself ends
 * the page, and with it secrets that are nowhere else. Returns how to stop that.
 */
export function startDropNet(): () => void {
  document.addEventListener("dragover", refuse);
  document.addEventListener("drop", refuse);
  return () => {
    document.removeEventListener("dragover", refuse);
    document.removeEventListener("drop", refuse);
  };
}

function refuse(event: DragEvent): void {
  if (event.defaultPrevented || !event.dataTransfer?.types.includes("Files")) return;
  event.preventDefault();
  event.dataTransfer.dropEffect = "none";
}
