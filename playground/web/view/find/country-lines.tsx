import { StorageIntegrityError, type StorageRecord } from "incountry-storage";
import { chosenCountry } from "../../model/countries.ts";
import { countryName, formatNumber } from "../../model/format.ts";
import type { CountryResult } from "../../model/search.ts";

/** One line per country, with a button that shows its records. */
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
  const rejected = errors.filter(({ error }) => error instanceof StorageIntegrityError).length;
  const encrypted = errors.length - rejected;
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
        {encrypted > 0 && <span class="listed">{encrypted} encrypted</span>}
        {rejected > 0 && <span class="listed problem">{rejected} rejected</span>}
        {more && <span class="listed">…</span>}
      </span>
    </li>
  );
}

function nameOf({ recordKey, key1, key2 }: StorageRecord): string {
  const name = [key2, key1].filter((part) => part !== undefined).join(" ");
  return name === "" ? recordKey : name;
}
