import { chosenCountry, isCounted } from "../../model/countries.ts";
import { addCondition, built, conditions, search, searching } from "../../model/search.ts";
import { typescriptOf } from "../../model/typescript.ts";
import { Icon } from "../parts/icon.tsx";
import { ConditionRow } from "./condition-row.tsx";
import { OrderAndPage } from "./order-and-page.tsx";

function submit(event: SubmitEvent): void {
  event.preventDefault();
  void search();
}

export function FilterBuilder() {
  const { filter, problems } = built.value;
  // A search of all countries needs their counts.
  const ready = problems.size === 0 && (isCounted.value || chosenCountry.value !== undefined);
  return (
    <form class="panel filter" onSubmit={submit} aria-label="Filter" noValidate>
      {conditions.value.length === 0 && <p class="quiet">No conditions: every record matches.</p>}
      {conditions.value.map((condition) => (
        <ConditionRow key={condition.id} condition={condition} problem={problems.get(condition.id)} />
      ))}
      <div class="actions">
        <button type="button" class="button subtle" onClick={() => addCondition()}>
          <Icon name="plus" />
          Add a condition
        </button>
        <OrderAndPage />
        <button type="submit" class="button primary" disabled={!ready} aria-disabled={searching.value}>
          {searching.value ? "Searching…" : "Find"}
        </button>
      </div>
      <p class="quiet small">
        Filter: <code>{typescriptOf(filter)}</code>
      </p>
    </form>
  );
}
