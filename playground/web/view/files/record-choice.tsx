import { useSignal } from "@preact/signals";
import { chooseByKey, chooseFileRecord, fileRecord, fileRecords, unlistedCount } from "../../model/file-record.ts";
import { countryName, formatCount } from "../../model/format.ts";
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
      {unlistedCount.value > 0 && <OtherRecord />}
    </>
  );
}

/** Chooses a record that is not listed, by its key. */
function OtherRecord() {
  const text = useSignal("");
  const error = useSignal<unknown>(undefined);
  const choose = async (): Promise<void> => {
    error.value = undefined;
    try {
      await chooseByKey(text.value);
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
        The list shows recent records ({formatCount(unlistedCount.value, "other")} not listed). For another one, enter
        its record key
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
          Select
        </button>
      </div>
      {error.value !== undefined && <ErrorNote error={error.value} />}
    </form>
  );
}
