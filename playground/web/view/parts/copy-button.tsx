import { useSignal } from "@preact/signals";
import { Icon } from "./icon.tsx";

/** Milliseconds for which the button shows the result. */
const pause = 2_000;

export function CopyButton({ text, label = "Copy" }: { readonly text: string; readonly label?: string }) {
  const state = useSignal<"ready" | "copied" | "failed">("ready");
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      state.value = "copied";
    } catch {
      state.value = "failed";
    }
    setTimeout(() => (state.value = "ready"), pause);
  };
  return (
    <button type="button" class="button subtle small" onClick={() => void copy()} aria-live="polite">
      <Icon name={state.value === "copied" ? "check" : "copy"} />
      {{ ready: label, copied: "Copied", failed: "Copy failed" }[state.value]}
    </button>
  );
}
