import { type FindError, StorageIntegrityError } from "incountry-storage";
import { countryName, formatCount, formatNumber } from "../../model/format.ts";
import { type CountryResult, type Found, showPage } from "../../model/search.ts";
import { CountryLines } from "./country-lines.tsx";
import { FailedCard } from "./failed-card.tsx";
import { RecordCard } from "./record-card.tsx";

/** The results by country, with the rejected records first. */
export function Results({ country, results }: Pick<Found, "country" | "results">) {
  const total = results.reduce((sum, { meta }) => sum + meta.total, 0);
  const some = results.filter(({ meta }) => meta.total > 0);
  return (
    <>
      <div role="status">
        <h3>
          {total === 0 ? "No records match." : `${formatCount(total, "record")} ${total === 1 ? "matches" : "match"}`}
          {total > 0 && outcomeOf(results)}
        </h3>
      </div>
      {country !== undefined
        ? some.map((result) => <CountryResults key={result.country} result={result} />)
        : some.length > 0 && <CountryLines results={some} />}
    </>
  );
}

/** Counts the readable, rejected and encrypted records, unless all are readable. */
function outcomeOf(results: readonly CountryResult[]): string {
  const errors = results.flatMap((result) => result.errors ?? []);
  if (errors.length === 0) return ".";
  const readable = results.reduce((sum, { records }) => sum + records.length, 0);
  const rejected = errors.filter(isRejected).length;
  const encrypted = errors.length - rejected;
  const parts = [`${formatNumber(readable)} readable`];
  if (rejected > 0) parts.push(`${formatNumber(rejected)} rejected`);
  if (encrypted > 0) parts.push(`${formatNumber(encrypted)} encrypted`);
  const total = results.reduce((sum, { meta }) => sum + meta.total, 0);
  const shown = readable + errors.length;
  return `${shown < total ? `, ${formatNumber(shown)} shown` : ""}: ${parts.join(", ")}.`;
}

function isRejected({ error }: FindError): boolean {
  return error instanceof StorageIntegrityError;
}

function CountryResults({ result }: { readonly result: CountryResult }) {
  const { country, records, errors = [] } = result;
  return (
    <section class="country-results" aria-label={countryName(country)}>
      <ul class="cards">
        {errors.filter(isRejected).map(({ rawData, error }, index) => (
          <FailedCard key={`rejected ${index}`} rawData={rawData} error={error} />
        ))}
        {records.map((record) => (
          <RecordCard key={record.recordKey} country={country} record={record} />
        ))}
        {errors
          .filter((failed) => !isRejected(failed))
          .map(({ rawData, error }, index) => (
            <FailedCard key={`encrypted ${index}`} rawData={rawData} error={error} />
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
        onClick={() => void showPage(Math.max(0, meta.offset - meta.limit))}
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
        onClick={() => void showPage(meta.offset + meta.limit)}
      >
        Next
      </button>
    </nav>
  );
}
