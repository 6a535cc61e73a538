import { chosenCountry, countriesInView, isCounted } from "../../model/countries.ts";
import { countryName } from "../../model/format.ts";
import { found, repeatSearch } from "../../model/search.ts";
import { Code } from "../parts/code.tsx";
import { ErrorNote } from "../parts/error-note.tsx";
import { Exchanges } from "../parts/exchanges.tsx";
import { FilterBuilder } from "./filter-builder.tsx";
import { OpenedRecord } from "./opened-record.tsx";
import { Results } from "./results.tsx";

export function FindView() {
  const where = chosenCountry.value;
  const isEmpty = isCounted.value && countriesInView.value.length === 0;
  return (
    <>
      <div class="view-head">
        <h2>Find records {where === undefined ? "in every country" : `in ${countryName(where)}`}</h2>
        <p class="quiet">Values of hashed fields are hashed in your browser. The PoP only compares hashes.</p>
      </div>
      {isEmpty ? (
        <p class="empty">There are no records yet. Load sample people above, or write a record.</p>
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
    <section class="found" aria-label="Results">
      {trace.error === undefined ? (
        <Results country={country} results={results} />
      ) : (
        <ErrorNote error={trace.error} again={() => void repeatSearch()} />
      )}
      <Exchanges exchanges={trace.exchanges} />
      <Code code={trace.code} />
    </section>
  );
}
