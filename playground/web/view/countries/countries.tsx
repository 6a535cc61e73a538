import { useSignal } from "@preact/signals";
import { counted, countingError, countriesWithRecords, totalRecords } from "../../model/countries.ts";
import { counted as countOf } from "../../model/words.ts";
import { CountryList } from "./country-list.tsx";
import { LoadPeople } from "./load-people.tsx";
import { MapSwitch } from "./map-switch.tsx";
import { WorldMap } from "./world-map.tsx";

/** How many records each country holds, and the choice of one of them. */
export function Countries() {
  const total = totalRecords.value;
  const large = useSignal(false);
  return (
    <aside class={`countries ${large.value ? "large-map" : ""}`} aria-label="Countries">
      <div class="countries-head">
        <p class="numbers" role="status">
          {total > 0 && (
            <>
              <strong>{countOf(total, "record")}</strong> in{" "}
              {countriesWithRecords.value.length === 1 ? "1 country" : `${countriesWithRecords.value.length} countries`}
              {!counted.value && ", so far"}
            </>
          )}
          {total === 0 && stillUnknown()}
        </p>
        <MapSwitch large={large.value} turn={() => (large.value = !large.value)} />
      </div>
      <WorldMap />
      <LoadPeople />
      <CountryList />
    </aside>
  );
}

function stillUnknown(): string {
  if (counted.value) return "No country holds a record yet.";
  return countingError.value === undefined ? "Asking the PoP what it holds…" : "What the PoP holds is not known.";
}
