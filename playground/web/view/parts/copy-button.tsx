import { useSignal } from "@preact/signals";
import { Icon } from "./icon.tsx";

/** Milliseconds that the button says so for. */
const thanks = 2_000;

export function CopyButton({ text, label = "Copy" }: { readonly text: string; readonly label?: string }) {
  const state = useSignal<"ready" | "copied" | "refused">("ready");
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      state.value = "copied";
    } catch {
      state.value = "refused";
    }
    setTimeout(() => (state.value = "ready"), thanks);
  };
  const words = { ready: label, copied: "Copied", refused: "Not allowed" }[state.value];
  return (
    <button type="button" class="button subtle small" onClick={() => void copy()} aria-live="polite">
      <Icon name={state.value === "copied" ? "check" : "copy"} />
      {words}
    </button>
  );
}
