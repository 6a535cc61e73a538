import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useFocusOn } from "./focus.ts";

/**
 * A button that asks for confirmation in place. The focus moves to "No", so that a repeated key press deletes nothing,
 * and from there back to the button.
 */
export function useConfirmation(label: string, question: string, act: () => void): JSX.Element {
  const asking = useSignal(false);
  const focused = useFocusOn<HTMLButtonElement>(asking.value);
  if (!asking.value) {
    return (
      <button key="ask" type="button" class="button subtle small" ref={focused} onClick={() => (asking.value = true)}>
        {label}
      </button>
    );
  }
  const confirm = (): void => {
    asking.value = false;
    act();
  };
  const cancel = (): void => {
    asking.value = false;
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "Escape") cancel();
  };
  return (
    <span key="asked" class="confirmation" role="group" aria-label={question} onKeyDown={onKeyDown}>
      <span>{question}</span>
      <button type="button" class="button danger small" onClick={confirm}>
        Yes, delete
      </button>
      <button type="button" class="button subtle small" ref={focused} onClick={cancel}>
        No
      </button>
    </span>
  );
}
