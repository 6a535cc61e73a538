import { useEffect } from "preact/hooks";
import { countingError, countriesInView, recordCounts } from "../../model/countries.ts";
import { formatCount } from "../../model/format.ts";
import { currentVersion, secrets } from "../../model/secrets.ts";
import {
  countriesKnown,
  countVersions,
  type VersionCount,
  versionCounts,
  versionsCounted,
  versionsError,
} from "../../model/versions.ts";
import { ErrorNote } from "../parts/error-note.tsx";

/** Milliseconds without a change before the records are counted again. */
const pause = 150;

/** Number of records by secret version, in the countries in view. */
export function VersionChart() {
  useEffect(() => {
    let stopped = false;
    // Waits until all countries are known, since partial counts would mislead.
    const timer = setTimeout(() => void countVersions(countriesInView.value, () => stopped), pause);
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }, [countriesInView.value, recordCounts.value, secrets.value]);
  const counts = versionCounts.value;
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  return (
    <section class="panel" aria-label="Records by version">
      <h3>Records by secret version</h3>
      {versionsError.value !== undefined && (
        <ErrorNote error={versionsError.value} again={() => void countVersions(countriesInView.value)} />
      )}
      {total === 0 && versionsError.value === undefined && <p class="quiet">{emptyText()}</p>}
      {(total > 0 || versionsCounted.value) && (
        <ul class="bars">
          {counts.map((count) => (
            <Bar key={count.version} {...count} total={total} />
          ))}
        </ul>
      )}
      {total > 0 && !countriesKnown.value && <p class="quiet">There may be more in other countries.</p>}
    </section>
  );
}

function emptyText(): string {
  if (versionsCounted.value) return "No records yet.";
  if (countriesKnown.value || countingError.value === undefined) return "Counting…";
  return "Record counts are not available.";
}

function Bar({ version, count, total }: VersionCount & { readonly total: number }) {
  const label = version === "other" ? "Unknown version" : `Version ${version}`;
  const isCurrent = version === currentVersion.value;
  return (
    <li class={isCurrent ? "current" : ""}>
      <span>
        {label} {isCurrent && <span class="quiet">current</span>}
      </span>
      <span class="numbers">{formatCount(count, "record")}</span>
      <span class="bar" aria-hidden="true">
        <span style={{ width: `${total === 0 ? 0 : (100 * count) / total}%` }} />
      </span>
    </li>
  );
}
