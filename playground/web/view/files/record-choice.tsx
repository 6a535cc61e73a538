import { useSignal } from "@preact/signals";
import { countryName } from "../../model/countries.ts";
import { chooseFileRecord, fileRecord, fileRecords, nameFileRecord, unlistedRecords } from "../../model/file-record.ts";
import { counted } from "../../model/words.ts";
import { ErrorNote } from "../parts/error-note.tsx";

/** The record that the files belong to. */
export function RecordChoice() {
  const country = fileRecord.value?.country;
  return (
    <>
      <div class="inline-field">
        <label for="file-record">Record {country === undefined ? "" : `in ${countryName(country)}`}</label>
        <select
          id="file-record"
          value={fileRecord.value?.recordKey ?? ""}
          onChange={(event) => chooseFileRecord(event.currentTarget.value)}
        >
          {fileRecords.value?.map(({ recordKey, key1, key2 }) => (
            <option key={recordKey} value={recordKey}>
              {[recordKey, [key2, key1].filter(Boolean).join(" ")].filter(Boolean).join(" · ")}
            </option>
          ))}
        </select>
      </div>
      {unlistedRecords.value > 0 && <OtherRecord />}
    </>
  );
}

/** The way to a record that is not listed: by its name. */
function OtherRecord() {
  const text = useSignal("");
  const error = useSignal<unknown>(undefined);
  const choose = async (): Promise<void> => {
    error.value = undefined;
    try {
      await nameFileRecord(text.value);
      text.value = "";
    } catch (reason) {
      error.value = reason;
    }
  };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    void choose();
  };
  return (
    <form onSubmit={submit} aria-label="Another record">
      <label for="other-record">
        These are the ones that changed last. For one of the {counted(unlistedRecords.value, "other")}, type its name
      </label>
      <div class="with-button">
        <input
          id="other-record"
          type="text"
          value={text.value}
          spellcheck={false}
          autocomplete="off"
          onInput={(event) => (text.value = event.currentTarget.value)}
        />
        <button type="submit" class="button" disabled={text.value === ""}>
          Choose it
        </button>
      </div>
      {error.value !== undefined && <ErrorNote error={error.value} />}
    </form>
  );
}
