import type { ComponentChildren } from "preact";
import type { Hostility } from "../../../start/hostility.ts";
import { askedHostility, setHostility } from "../../model/hostility.ts";

interface HostileSwitchProps {
  readonly name: keyof Hostility;
  readonly words: string;
  readonly children: ComponentChildren;
}

/** Makes the PoP do one hostile thing. */
export function HostileSwitch({ name, words, children }: HostileSwitchProps) {
  return (
    <>
      <label class="switch">
        <input
          type="checkbox"
          role="switch"
          checked={askedHostility.value[name]}
          onChange={(event) => void setHostility({ [name]: event.currentTarget.checked })}
        />
        <span class="track" aria-hidden="true" />
        <span>{words}</span>
      </label>
      <p class="quiet">{children}</p>
    </>
  );
}
