import { titleOf } from "../../model/fields.ts";
import { descending, pagedCountry, pageSize, sortableFields, sortField } from "../../model/search.ts";
import { Checkbox } from "../parts/checkbox.tsx";

const pageSizes = [5, 10, 25, 100];

function choose(text: string): void {
  sortField.value = sortableFields.value.find((name) => name === text) ?? "";
}

/** The order of the results and the size of a page. */
export function OrderAndPage() {
  // A search key may have become hashed, and not sortable, since it was chosen.
  const sorted = sortableFields.value.find((name) => name === sortField.value) ?? "";
  return (
    <div class="order">
      <label>
        Sort by{" "}
        <select value={sorted} onChange={(event) => choose(event.currentTarget.value)}>
          <option value="">none</option>
          {sortableFields.value.map((name) => (
            <option key={name} value={name}>
              {titleOf(name)}
            </option>
          ))}
        </select>
      </label>
      {sorted !== "" && <Checkbox label="Descending" value={descending} />}
      {pagedCountry.value !== undefined && (
        <label>
          Page size{" "}
          <select value={pageSize.value} onChange={(event) => (pageSize.value = Number(event.currentTarget.value))}>
            {pageSizes.map((size) => (
              <option key={size} value={size}>
                {size}
              </option>
            ))}
          </select>
        </label>
      )}
    </div>
  );
}
