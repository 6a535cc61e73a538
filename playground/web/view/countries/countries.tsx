import { useSignal } from "@preact/signals";
import { countingError, countriesWithRecords, isCounted, totalRecords } from "../../model/countries.ts";
import { formatCount } from "../../model/format.ts";
import { CountryList } from "./country-list.tsx";
import { LoadPeople } from "./load-people.tsx";
import { MapSwitch } from "./map-switch.tsx";
import { WorldMap } from "./world-map.tsx";

/** Records by country, and the choice of a country. */
export function Countries() {
  const total = totalRecords.value;
  const large = useSignal(false);
  return (
    <aside class={`countries ${large.value ? "large-map" : ""}`} aria-label="Countries">
      <div class="countries-head">
        <p class="numbers" role="status">
          {total > 0 && (
            <>
              <strong>{formatCount(total, "record")}</strong> in{" "}
              {countriesWithRecords.value.length === 1 ? "1 country" : `${countriesWithRecords.value.length} countries`}
              {!isCounted.value && ", so far"}
            </>
          )}
          {total === 0 && emptyText()}
        </p>
        <MapSwitch large={large.value} toggle={() => (large.value = !large.value)} />
      </div>
      <WorldMap />
      <LoadPeople />
      <CountryList />
    </aside>
  );
}

function emptyText(): string {
  if (isCounted.value) return "No records yet.";
  return countingError.value === undefined ? "Counting records…" : "Record counts are not available.";
}
