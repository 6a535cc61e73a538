import { signal } from "@preact/signals";

/** The views of the page. The fragment of the URL names the current one. */
export const views = [
  { id: "write", title: "Write" },
  { id: "find", title: "Find" },
  { id: "secrets", title: "Secrets" },
  { id: "files", title: "Files" },
  { id: "attack", title: "Attack" },
] as const;

export type ViewId = (typeof views)[number]["id"];

export const view = signal<ViewId>(viewOf(location.hash));

addEventListener("hashchange", () => {
  view.value = viewOf(location.hash);
});

export function goTo(id: ViewId): void {
  location.hash = id;
}

function viewOf(hash: string): ViewId {
  return views.find(({ id }) => `#${id}` === hash)?.id ?? "write";
}
