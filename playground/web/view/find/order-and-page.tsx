import { meaningOf } from "../../model/fields.ts";
import { descending, pagedCountry, pageSize, sortableFields, sortField } from "../../model/search.ts";

const pageSizes = [5, 10, 25, 100];

function choose(text: string): void {
  sortField.value = sortableFields.value.find((name) => name === text) ?? "";
}

/** How what is found is sorted, and how much of it makes a page. */
export function OrderAndPage() {
  // A search key that was chosen while it left as it is may have come to be hashed since: then nothing is sorted by it.
  const sorted = sortableFields.value.find((name) => name === sortField.value) ?? "";
  return (
    <div class="order">
      <label>
        Sort by{" "}
        <select value={sorted} onChange={(event) => choose(event.currentTarget.value)}>
          <option value="">nothing</option>
          {sortableFields.value.map((name) => (
            <option key={name} value={name}>
              {name} {meaningOf(name) === undefined ? "" : `· ${meaningOf(name)}`}
            </option>
          ))}
        </select>
      </label>
      {sorted !== "" && (
        <label class="check">
          <input
            type="checkbox"
            checked={descending.value}
            onChange={(event) => (descending.value = event.currentTarget.checked)}
          />
          Last first
        </label>
      )}
      {pagedCountry.value !== undefined && (
        <label>
          Page of{" "}
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
