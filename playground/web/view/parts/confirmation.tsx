import { useSignal } from "@preact/signals";
import type { JSX } from "preact";

/** A button that asks once more, in its own place, before it does what cannot be undone. */
export function useConfirmation(label: string, question: string, act: () => void): JSX.Element {
  const asking = useSignal(false);
  if (!asking.value) {
    return (
      <button type="button" class="button subtle small" onClick={() => (asking.value = true)}>
        {label}
      </button>
    );
  }
  const confirm = (): void => {
    asking.value = false;
    act();
  };
  return (
    <span class="confirmation">
      <span>{question}</span>
      {/* The button that had the focus is gone. */}
      <button type="button" class="button danger small" onClick={confirm} ref={(button) => button?.focus()}>
        Yes, delete
      </button>
      <button type="button" class="button subtle small" onClick={() => (asking.value = false)}>
        No
      </button>
    </span>
  );
}
