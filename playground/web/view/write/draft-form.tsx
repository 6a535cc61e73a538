import { countryName } from "../../model/countries.ts";
import { draft, draftCountry, draftFields, nextExample, problemsOf } from "../../model/draft.ts";
import { protectionOf, type WritableField } from "../../model/fields.ts";
import { locked } from "../../model/secrets.ts";
import { preview, sendDraft, writing } from "../../model/writing.ts";
import { ErrorNote } from "../parts/error-note.tsx";
import { Icon } from "../parts/icon.tsx";
import { Legend } from "../parts/legend.tsx";
import { AddField } from "./add-field.tsx";
import { ClientFields } from "./client-fields.tsx";
import { CountryRow } from "./country-row.tsx";
import { DraftRow } from "./draft-row.tsx";
import { KeySettings } from "./key-settings.tsx";

function submit(event: SubmitEvent): void {
  event.preventDefault();
  if (writing.value) return;
  void sendDraft();
}

/** What is sealed stands next to the name of the record: it is what the page is about. */
function rankOf(name: WritableField): number {
  if (name === "recordKey") return 0;
  return protectionOf(name) === "encrypted" ? 1 : 2;
}

export function DraftForm() {
  const seen = preview.value;
  const error = "error" in seen ? seen.error : undefined;
  // What the SDK says of a field is the rest of a sentence that begins with its name.
  const refused = [...problemsOf(error)].map(([name, words]) => [name, `${name} ${words}.`] as const);
  const problems = new Map([...refused, ...draft.value.problems]);
  const fields = draftFields.value.toSorted((one, other) => rankOf(one) - rankOf(other));
  const unplaced = error !== undefined && problems.size === 0;
  return (
    <form class="draft" onSubmit={submit} aria-label="A record to write" noValidate>
      <div class="draft-head">
        <div class="draft-head-given">
          <h2>You write a record</h2>
          <button type="button" class="button subtle small" onClick={nextExample}>
            Another example
          </button>
        </div>
        <p class="draft-head-leaves">This is all that leaves your browser</p>
      </div>
      <CountryRow />
      {fields.map((name) => (
        <DraftRow key={name} name={name} problem={problems.get(name)} />
      ))}
      <ClientFields />
      {/* Where the introduction has no room for it. */}
      <Legend />
      <div class="draft-foot">
        <AddField />
        <KeySettings />
      </div>
      {unplaced && <ErrorNote error={error} />}
      <div class="actions">
        <button
          type="submit"
          class="button primary"
          aria-disabled={writing.value}
          disabled={locked.value || problems.size > 0}
        >
          <Icon name="send" />
          Seal it and send it to {countryName(draftCountry.value)}
        </button>
      </div>
    </form>
  );
}
