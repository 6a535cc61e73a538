import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useFocusOn } from "./focus.ts";

/**
 * A button that asks once more, in its own place, before it does what cannot be undone. The focus goes to "No", where a key
 * that is pressed a second time destroys nothing, and from there back to the button.
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
  const keepAsItIs = (): void => {
    asking.value = false;
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "Escape") keepAsItIs();
  };
  return (
    <span key="asked" class="confirmation" role="group" aria-label={question} onKeyDown={onKeyDown}>
      <span>{question}</span>
      <button type="button" class="button danger small" onClick={confirm}>
        Yes, delete
      </button>
      <button type="button" class="button subtle small" ref={focused} onClick={keepAsItIs}>
        No
      </button>
    </span>
  );
}
