import { hashSearchKeys, normalizeKeys } from "../../model/settings.ts";

/** The options of the Storage that change how keys leave. */
export function KeySettings() {
  return (
    <fieldset class="settings">
      <legend class="visually-hidden">Keys</legend>
      <label class="check">
        <input
          type="checkbox"
          checked={hashSearchKeys.value}
          onChange={(event) => (hashSearchKeys.value = event.currentTarget.checked)}
        />
        Hash key1 to key20
      </label>
      <label class="check">
        <input
          type="checkbox"
          checked={normalizeKeys.value}
          onChange={(event) => (normalizeKeys.value = event.currentTarget.checked)}
        />
        Keys ignore case
      </label>
    </fieldset>
  );
}
