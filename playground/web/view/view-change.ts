import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { view, views } from "../model/views.ts";

const page = document.title;

export function titleOf(id: string): string {
  return views.find((one) => one.id === id)?.title ?? "";
}

/** Sets the title, scrolls to the top and moves the focus when the view changes. Returns the ref for the view. */
export function useViewChange(): RefObject<HTMLElement | null> {
  const main = useRef<HTMLElement>(null);
  const before = useRef(view.peek());
  useLayoutEffect(() => {
    document.title = `${titleOf(view.value)} · ${page}`;
    if (before.current === view.value) return;
    before.current = view.value;
    scrollTo({ top: 0, behavior: "instant" });
    main.current?.focus({ preventScroll: true });
  }, [view.value]);
  return main;
}
