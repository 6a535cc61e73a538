import { countryName, servedCountries } from "../../model/countries.ts";
import { draftCountry } from "../../model/draft.ts";
import { Leaves } from "./leaves.tsx";

/** The first line of the form: where the record goes. */
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
      <Leaves id="leaves-country" protection="plain" text={`to /v2/storage/records/${draftCountry.value}`} />
    </div>
  );
}
