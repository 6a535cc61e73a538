import { hashSearchKeys, normalizeKeys } from "../../model/settings.ts";
import { Checkbox } from "../parts/checkbox.tsx";

/** The Storage options that change how keys are sent. */
export function KeySettings() {
  return (
    <fieldset class="settings">
      <legend class="visually-hidden">Keys</legend>
      <Checkbox label="Hash key1 to key20" value={hashSearchKeys} />
      <Checkbox label="Keys ignore case" value={normalizeKeys} />
    </fieldset>
  );
}
