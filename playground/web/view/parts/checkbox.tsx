import type { Signal } from "@preact/signals";

interface CheckboxProps {
  readonly label: string;
  readonly value: Signal<boolean>;
  /** A disabled checkbox is not checked. */
  readonly disabled?: boolean;
}

export function Checkbox({ label, value, disabled = false }: CheckboxProps) {
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={value.value && !disabled}
        disabled={disabled}
        onChange={(event) => (value.value = event.currentTarget.checked)}
      />
      {label}
    </label>
  );
}
