import { addField, draftFields } from "../../model/draft.ts";
import { protectionOf, titleOf, writableFields } from "../../model/fields.ts";

export function AddField() {
  const missing = writableFields.filter((name) => !draftFields.value.includes(name));
  const choose = (chosen: string): void => {
    const name = missing.find((field) => field === chosen);
    if (name === undefined) return;
    addField(name);
    requestAnimationFrame(() => document.getElementById(`draft-${name}`)?.focus());
  };
  return (
    <div class="inline-field">
      <label for="add-field">Add a field</label>
      <select
        id="add-field"
        value=""
        onChange={(event) => {
          choose(event.currentTarget.value);
          event.currentTarget.value = "";
        }}
      >
        <option value="">Choose…</option>
        {missing.map((name) => (
          <option key={name} value={name}>
            {titleOf(name)} ({protectionOf(name)})
          </option>
        ))}
      </select>
    </div>
  );
}
