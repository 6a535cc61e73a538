import { chosenCountry, counted, countriesInView, countryName } from "../../model/countries.ts";
import { found, searchAgain } from "../../model/search.ts";
import { Code } from "../parts/code.tsx";
import { ErrorNote } from "../parts/error-note.tsx";
import { Exchanges } from "../parts/exchanges.tsx";
import { FilterBuilder } from "./filter-builder.tsx";
import { OpenedRecord } from "./opened-record.tsx";
import { Results } from "./results.tsx";

/** Records found by their keys, without the PoP being able to read them. */
export function FindView() {
  const where = chosenCountry.value;
  // Nothing is known of what is not there before it is counted.
  const isEmpty = counted.value && countriesInView.value.length === 0;
  return (
    <>
      <div class="view-head">
        <h2>Find records {where === undefined ? "in every country" : `in ${countryName(where)}`}</h2>
        <p class="quiet">What you look for is hashed here too: the PoP compares hashes, and never learns the words.</p>
      </div>
      {isEmpty ? (
        <p class="empty">There are no records yet. Load the invented people above, or write a record of your own.</p>
      ) : (
        <FilterBuilder />
      )}
      <OpenedRecord />
      <Found />
    </>
  );
}

function Found() {
  const last = found.value;
  if (last === undefined) return null;
  const { trace, country, results } = last;
  return (
    <section class="found" aria-label="What was found">
      {trace.error === undefined ? (
        <Results country={country} results={results} />
      ) : (
        <ErrorNote error={trace.error} again={() => void searchAgain()} />
      )}
      <Exchanges exchanges={trace.exchanges} />
      <Code code={trace.code} />
    </section>
  );
}
