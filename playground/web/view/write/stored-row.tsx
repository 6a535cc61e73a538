import { countryName } from "../../model/format.ts";
import type { Row } from "../../model/pop.ts";
import { Icon } from "../parts/icon.tsx";
import { RowTable } from "../parts/row-table.tsx";

/** The stored row of a sent record. */
export function StoredRow({ row, country }: { readonly row: Row; readonly country: string }) {
  return (
    <div class="stored">
      <h2>
        <Icon name="check" />
        The row in the PoP’s database
      </h2>
      <p class="quiet">
        Fetched from {countryName(country)} without the SDK or the secret. The operator of the PoP, or an attacker who
        breaks into it, sees only this.
      </p>
      <RowTable row={row} label="The row in the PoP’s database" />
    </div>
  );
}
