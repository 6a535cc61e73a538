import { countryName } from "../../model/countries.ts";
import { chooseFileRecord, fileRecord, fileRecords } from "../../model/file-record.ts";

/** The record that the files belong to. */
export function RecordChoice() {
  const country = fileRecord.value?.country;
  return (
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
  );
}
