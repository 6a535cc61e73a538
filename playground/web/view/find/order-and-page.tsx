import { meaningOf } from "../../model/fields.ts";
import { descending, pagedCountry, pageSize, sortableFields, sortField } from "../../model/search.ts";

const pageSizes = [5, 10, 25, 100];

function choose(text: string): void {
  sortField.value = sortableFields.value.find((name) => name === text) ?? "";
}

/** How what is found is sorted, and how much of it makes a page. */
export function OrderAndPage() {
  return (
    <div class="order">
      <label>
        Sort by{" "}
        <select value={sortField.value} onChange={(event) => choose(event.currentTarget.value)}>
          <option value="">nothing</option>
          {sortableFields.value.map((name) => (
            <option key={name} value={name}>
              {name} {meaningOf(name) === undefined ? "" : `· ${meaningOf(name)}`}
            </option>
          ))}
        </select>
      </label>
      {sortField.value !== "" && (
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
