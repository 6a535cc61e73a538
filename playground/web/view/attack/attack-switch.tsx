import type { ComponentChildren } from "preact";
import type { Attacks } from "../../../start/attacks.ts";
import { requestedAttacks, setAttacks } from "../../model/active-attacks.ts";

interface AttackSwitchProps {
  readonly name: keyof Attacks;
  readonly label: string;
  readonly children: ComponentChildren;
}

/** Turns one attack on or off. */
export function AttackSwitch({ name, label, children }: AttackSwitchProps) {
  return (
    <>
      <label class="switch">
        <input
          type="checkbox"
          role="switch"
          checked={requestedAttacks.value[name]}
          onChange={(event) => void setAttacks({ [name]: event.currentTarget.checked })}
        />
        <span class="track" aria-hidden="true" />
        <span>{label}</span>
      </label>
      <p class="quiet">{children}</p>
    </>
  );
}
