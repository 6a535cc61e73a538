import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

/**
 * For the `ref` of what takes the focus as soon as it appears. One function for all: a new one at each rendering would be
 * called at each, and take the focus from where the visitor has gone since.
 */
export function takeFocus(element: HTMLElement | null): void {
  element?.focus();
}

/** Takes the focus, if what had it is gone. */
export function takeLostFocus(element: HTMLElement | null): void {
  const { activeElement, body } = document;
  if (activeElement === null || activeElement === body) element?.focus();
}

/** Takes the focus, and the top of the window. */
export function takeStage(element: HTMLElement | null): void {
  element?.scrollIntoView();
  element?.focus({ preventScroll: true });
}

/** A reference to what takes the focus whenever `reason` changes, and not before. */
export function useFocusOn<Element extends HTMLElement>(
  reason: unknown,
  take: (element: HTMLElement | null) => void = takeFocus,
): RefObject<Element | null> {
  const element = useRef<Element>(null);
  const before = useRef(reason);
  useLayoutEffect(() => {
    if (before.current === reason) return;
    before.current = reason;
    take(element.current);
  }, [reason]);
  return element;
}
