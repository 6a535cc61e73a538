/** Parts of the page that have a name to be told by. */
const named = "section, form, aside, main";

/**
 * Keeps the focus on the page: where the control that has it is taken away, or disabled, the nearest part around that is
 * still there takes it. Without that it falls back to the start of the document. Returns how to stop that.
 */
export function startFocusNet(): () => void {
  let held: Element | null = null;
  let around: readonly HTMLElement[] = [];
  const hold = (event: FocusEvent): void => {
    held = event.target instanceof Element ? event.target : null;
    around = held === null ? [] : partsAround(held);
  };
  // Some browsers say so as well of what is about to be taken away: whether it is, shows afterwards.
  const leave = (event: FocusEvent): void =>
    queueMicrotask(() => {
      if (held === event.target && !isLost(held)) held = null;
    });
  const observer = new MutationObserver(() => {
    const { activeElement, body } = document;
    if (!isLost(held) || (activeElement !== null && activeElement !== body && activeElement !== held)) return;
    const part = around.find(({ isConnected }) => isConnected);
    if (part === undefined) return;
    if (!part.hasAttribute("tabindex")) part.tabIndex = -1;
    part.focus({ preventScroll: true });
  });
  document.addEventListener("focusin", hold);
  document.addEventListener("focusout", leave);
  observer.observe(document.body, { subtree: true, childList: true, attributeFilter: ["disabled"] });
  return () => {
    document.removeEventListener("focusin", hold);
    document.removeEventListener("focusout", leave);
    observer.disconnect();
  };
}

function isLost(element: Element | null): boolean {
  return element !== null && (!element.isConnected || element.matches(":disabled"));
}

function partsAround(element: Element): HTMLElement[] {
  const parts: HTMLElement[] = [];
  for (let part = element.closest<HTMLElement>(named); part !== null; ) {
    parts.push(part);
    part = part.parentElement?.closest<HTMLElement>(named) ?? null;
  }
  return parts;
}
