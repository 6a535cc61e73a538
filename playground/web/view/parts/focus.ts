import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

/**
 * A `ref` that focuses an element when it appears. Pass this function itself: Preact calls a new function on every
 * rendering, which would take the focus again.
 */
export function takeFocus(element: HTMLElement | null): void {
  element?.focus();
}

/** Focuses an element if nothing else has the focus. */
export function takeLostFocus(element: HTMLElement | null): void {
  const { activeElement, body } = document;
  if (activeElement === null || activeElement === body) element?.focus();
}

/** Focuses an element and scrolls to it. */
export function takeFocusAndScroll(element: HTMLElement | null): void {
  element?.scrollIntoView();
  element?.focus({ preventScroll: true });
}

/** Returns a ref to an element that is focused when `reason` changes, and not on the first rendering. */
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
