/** Parts of the page that screen readers announce by name. */
const landmarks = "section, form, aside, main";

/**
 * Moves the focus to the nearest remaining landmark when the focused control is removed or disabled. Without this, it
 * would return to the start of the document. Returns a function that stops this.
 */
export function startRestoringFocus(): () => void {
  let focused: Element | null = null;
  let around: readonly HTMLElement[] = [];
  const remember = (event: FocusEvent): void => {
    focused = event.target instanceof Element ? event.target : null;
    around = focused === null ? [] : landmarksAround(focused);
  };
  // Some browsers send this event before they remove an element, so check afterwards.
  const forget = (event: FocusEvent): void =>
    queueMicrotask(() => {
      if (focused === event.target && !isLost(focused)) focused = null;
    });
  const observer = new MutationObserver(() => {
    const { activeElement, body } = document;
    if (!isLost(focused) || (activeElement !== null && activeElement !== body && activeElement !== focused)) return;
    const landmark = around.find(({ isConnected }) => isConnected);
    if (landmark === undefined) return;
    if (!landmark.hasAttribute("tabindex")) landmark.tabIndex = -1;
    landmark.focus({ preventScroll: true });
  });
  document.addEventListener("focusin", remember);
  document.addEventListener("focusout", forget);
  observer.observe(document.body, { subtree: true, childList: true, attributeFilter: ["disabled"] });
  return () => {
    document.removeEventListener("focusin", remember);
    document.removeEventListener("focusout", forget);
    observer.disconnect();
  };
}

function isLost(element: Element | null): boolean {
  return element !== null && (!element.isConnected || element.matches(":disabled"));
}

function landmarksAround(element: Element): HTMLElement[] {
  const found: HTMLElement[] = [];
  for (let part = element.closest<HTMLElement>(landmarks); part !== null; ) {
    found.push(part);
    part = part.parentElement?.closest<HTMLElement>(landmarks) ?? null;
  }
  return found;
}
