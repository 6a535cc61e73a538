import { useEffect } from "preact/hooks";
import { countingError, countriesInView, recordCounts } from "../../model/countries.ts";
import { currentVersion, secrets } from "../../model/secrets.ts";
import {
  countriesKnown,
  countVersions,
  type VersionCount,
  versionCounts,
  versionsCounted,
  versionsError,
} from "../../model/versions.ts";
import { counted } from "../../model/words.ts";
import { ErrorNote } from "../parts/error-note.tsx";

/** Milliseconds. */
const pause = 150;

/** How many records each version of the secret seals, in the countries in view. */
export function VersionChart() {
  useEffect(() => {
    let left = false;
    // Counts that come one after the other are waited for: a chart of some of them would mislead.
    const timer = setTimeout(() => void countVersions(countriesInView.value, () => left), pause);
    return () => {
      left = true;
      clearTimeout(timer);
    };
  }, [countriesInView.value, recordCounts.value, secrets.value]);
  const counts = versionCounts.value;
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  return (
    <section class="panel" aria-label="Records by version">
      <h3>Records by version of the secret</h3>
      {versionsError.value !== undefined && (
        <ErrorNote error={versionsError.value} again={() => void countVersions(countriesInView.value)} />
      )}
      {total === 0 && versionsError.value === undefined && <p class="quiet">{wordsForNone()}</p>}
      {(total > 0 || versionsCounted.value) && (
        <ul class="bars">
          {counts.map((count) => (
            <Bar key={count.version} {...count} total={total} />
          ))}
        </ul>
      )}
      {total > 0 && !countriesKnown.value && <p class="quiet">There may be more, in countries not known yet.</p>}
    </section>
  );
}

function wordsForNone(): string {
  if (versionsCounted.value) return "No records yet.";
  if (countriesKnown.value || countingError.value === undefined) return "Counting…";
  return "Which countries hold records is not known.";
}

function Bar({ version, count, total }: VersionCount & { readonly total: number }) {
  const words = version === "other" ? "A version this page has not" : `Version ${version}`;
  const isCurrent = version === currentVersion.value;
  return (
    <li class={isCurrent ? "current" : ""}>
      <span>
        {words} {isCurrent && <span class="quiet">current</span>}
      </span>
      <span class="numbers">{counted(count, "record")}</span>
      <span class="bar" aria-hidden="true">
        <span style={{ width: `${total === 0 ? 0 : (100 * count) / total}%` }} />
      </span>
    </li>
  );
}
