import { StorageIntegrityError, type StorageRecord } from "incountry-storage";
import { chosenCountry, countryName } from "../../model/countries.ts";
import type { CountryResult } from "../../model/search.ts";
import { formatNumber } from "../../model/words.ts";

/** What every country found: a line for each, and the way to the records. */
export function CountryLines({ results }: { readonly results: readonly CountryResult[] }) {
  return (
    <ul class="country-lines">
      {results.map((result) => (
        <CountryLine key={result.country} result={result} />
      ))}
    </ul>
  );
}

function CountryLine({ result: { country, records, errors = [], meta } }: { readonly result: CountryResult }) {
  const more = meta.total > records.length + errors.length;
  const refused = errors.filter(({ error }) => error instanceof StorageIntegrityError).length;
  const sealed = errors.length - refused;
  return (
    <li>
      <button type="button" class="button subtle small" onClick={() => (chosenCountry.value = country)}>
        {countryName(country)}
      </button>
      <span class="numbers">{formatNumber(meta.total)}</span>
      <span class="quiet">
        {records.map((record) => (
          <span key={record.recordKey} class="listed">
            <bdi>{nameOf(record)}</bdi>
          </span>
        ))}
        {sealed > 0 && <span class="listed">{sealed} sealed</span>}
        {refused > 0 && <span class="listed problem">{refused} refused</span>}
        {more && <span class="listed">…</span>}
      </span>
    </li>
  );
}

function nameOf({ recordKey, key1, key2 }: StorageRecord): string {
  const name = [key2, key1].filter((part) => part !== undefined).join(" ");
  return name === "" ? recordKey : name;
}
