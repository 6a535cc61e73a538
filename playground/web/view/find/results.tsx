import { type FindError, StorageIntegrityError } from "incountry-storage";
import { countryName } from "../../model/countries.ts";
import { type CountryResult, type Found, turnTo } from "../../model/search.ts";
import { counted, formatNumber } from "../../model/words.ts";
import { CountryLines } from "./country-lines.tsx";
import { RecordCard } from "./record-card.tsx";
import { SealedCard } from "./sealed-card.tsx";

/** What was found, by country. What the PoP lied about comes first. */
export function Results({ country, results }: Pick<Found, "country" | "results">) {
  const total = results.reduce((sum, { meta }) => sum + meta.total, 0);
  const some = results.filter(({ meta }) => meta.total > 0);
  return (
    <>
      <div role="status">
        <h3>
          {total === 0 ? "Nothing was found." : `${counted(total, "record")} ${total === 1 ? "matches" : "match"}`}
          {total > 0 && outcomeOf(results)}
        </h3>
      </div>
      {country !== undefined
        ? some.map((result) => <CountryResults key={result.country} result={result} />)
        : some.length > 0 && <CountryLines results={some} />}
    </>
  );
}

/** How many of the records that came could be opened, where not all could. */
function outcomeOf(results: readonly CountryResult[]): string {
  const errors = results.flatMap((result) => result.errors ?? []);
  if (errors.length === 0) return ".";
  const open = results.reduce((sum, { records }) => sum + records.length, 0);
  const refused = errors.filter(isRefused).length;
  const sealed = errors.length - refused;
  const parts = [`${formatNumber(open)} open`];
  if (refused > 0) parts.push(`${formatNumber(refused)} refused`);
  if (sealed > 0) parts.push(`${formatNumber(sealed)} sealed`);
  const total = results.reduce((sum, { meta }) => sum + meta.total, 0);
  const shown = open + errors.length;
  return `${shown < total ? `, ${formatNumber(shown)} are shown` : ""}: ${parts.join(", ")}.`;
}

function isRefused({ error }: FindError): boolean {
  return error instanceof StorageIntegrityError;
}

function CountryResults({ result }: { readonly result: CountryResult }) {
  const { country, records, errors = [] } = result;
  return (
    <section class="country-results" aria-label={countryName(country)}>
      <ul class="cards">
        {errors.filter(isRefused).map(({ rawData, error }, index) => (
          <SealedCard key={`refused ${index}`} rawData={rawData} error={error} />
        ))}
        {records.map((record) => (
          <RecordCard key={record.recordKey} country={country} record={record} />
        ))}
        {errors
          .filter((failed) => !isRefused(failed))
          .map(({ rawData, error }, index) => (
            <SealedCard key={`sealed ${index}`} rawData={rawData} error={error} />
          ))}
      </ul>
      <Pages result={result} />
    </section>
  );
}

function Pages({ result: { meta } }: { readonly result: CountryResult }) {
  if (meta.total <= meta.limit && meta.offset === 0) return null;
  const last = Math.min(meta.offset + meta.limit, meta.total);
  return (
    <nav class="pages" aria-label="Pages">
      <button
        type="button"
        class="button subtle"
        disabled={meta.offset === 0}
        onClick={() => void turnTo(Math.max(0, meta.offset - meta.limit))}
      >
        Back
      </button>
      <span class="numbers">
        {formatNumber(meta.offset + 1)} to {formatNumber(last)} of {formatNumber(meta.total)}
      </span>
      <button
        type="button"
        class="button subtle"
        disabled={last >= meta.total}
        onClick={() => void turnTo(meta.offset + meta.limit)}
      >
        Next
      </button>
    </nav>
  );
}
