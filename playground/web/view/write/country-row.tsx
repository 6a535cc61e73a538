import { servedCountries } from "../../model/countries.ts";
import { draftCountry } from "../../model/draft.ts";
import { countryName } from "../../model/format.ts";
import { SentValue } from "./sent-value.tsx";

/** The country of the record. */
export function CountryRow() {
  const codes = servedCountries.value.includes(draftCountry.value)
    ? servedCountries.value
    : [draftCountry.value, ...servedCountries.value];
  return (
    <div class="draft-row">
      <div class="given">
        <label for="draft-country">Country</label>
        <select
          id="draft-country"
          value={draftCountry.value}
          onChange={(event) => (draftCountry.value = event.currentTarget.value)}
        >
          {codes.map((code) => (
            <option key={code} value={code}>
              {countryName(code)}
            </option>
          ))}
        </select>
      </div>
      <SentValue id="sent-country" protection="plain" text={`to /v2/storage/records/${draftCountry.value}`} />
    </div>
  );
}
