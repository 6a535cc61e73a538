import { draft, draftCountry, draftFields, nextExample, problemsOf } from "../../model/draft.ts";
import { protectionOf, type WritableField } from "../../model/fields.ts";
import { countryName } from "../../model/format.ts";
import { locked } from "../../model/secrets.ts";
import { preview, sendDraft, writing } from "../../model/write.ts";
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

/** Encrypted fields come first, after the record key. */
function rankOf(name: WritableField): number {
  if (name === "recordKey") return 0;
  return protectionOf(name) === "encrypted" ? 1 : 2;
}

export function DraftForm() {
  const seen = preview.value;
  const error = "error" in seen ? seen.error : undefined;
  // The SDK's messages continue a sentence that begins with the name of the field.
  const rejected = [...problemsOf(error)].map(([name, message]) => [name, `${name} ${message}.`] as const);
  const problems = new Map([...rejected, ...draft.value.problems]);
  const fields = draftFields.value.toSorted((one, other) => rankOf(one) - rankOf(other));
  const generalError = error !== undefined && problems.size === 0;
  return (
    <form class="draft" onSubmit={submit} aria-label="New record" noValidate>
      <div class="draft-head">
        <div class="draft-head-given">
          <h2>Write a record</h2>
          <button type="button" class="button subtle small" onClick={nextExample}>
            Another example
          </button>
        </div>
        <p class="draft-head-sent">Sent to the PoP</p>
      </div>
      <CountryRow />
      {fields.map((name) => (
        <DraftRow key={name} name={name} problem={problems.get(name)} />
      ))}
      <ClientFields />
      {/* For narrow windows, in which the introduction has none. */}
      <Legend />
      <div class="draft-foot">
        <AddField />
        <KeySettings />
      </div>
      {generalError && <ErrorNote error={error} />}
      <div class="actions">
        <button
          type="submit"
          class="button primary"
          aria-disabled={writing.value}
          disabled={locked.value || problems.size > 0}
        >
          <Icon name="send" />
          Encrypt and send to {countryName(draftCountry.value)}
        </button>
      </div>
    </form>
  );
}
