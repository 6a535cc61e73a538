import { countryName } from "../../model/countries.ts";
import type { Row } from "../../model/pop.ts";
import { Icon } from "../parts/icon.tsx";
import { RowTable } from "../parts/row-table.tsx";

/** What the PoP has of the record that was sent. */
export function StoredRow({ row, country }: { readonly row: Row; readonly country: string }) {
  return (
    <div class="stored">
      <h2>
        <Icon name="check" />
        The row in the PoP’s database
      </h2>
      <p class="quiet">
        Fetched from {countryName(country)} without the SDK and without the secret. Whoever runs the PoP, or breaks into
        it, sees this and no more.
      </p>
      <RowTable row={row} label="The row in the PoP’s database" />
    </div>
  );
}
