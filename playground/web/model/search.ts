import { computed, signal } from "@preact/signals";
import type { FindResult, SortItem, StorageRecord } from "incountry-storage";
import { type FieldName, fieldEntries } from "incountry-storage/protocol";
import { codeOf } from "./code.ts";
import { type Condition, type ConditionField, filterOf, operatorsOf } from "./conditions.ts";
import { chosenCountry, countRecords, countriesInView } from "./countries.ts";
import { hashSearchKeys } from "./settings.ts";
import { type Trace, traced } from "./storages.ts";
import { typescriptOf } from "./typescript.ts";

export const conditions = signal<readonly Condition[]>([]);
export const sortField = signal<FieldName | "">("");
export const descending = signal(false);
export const pageSize = signal(10);

/** The filter that is built, and what is wrong with it. */
export const built = computed(() => filterOf(conditions.value));

/** The fields that records can be sorted by, under the settings of the page. */
export const sortableFields = computed(() =>
  fieldEntries
    .filter(
      ({ type, protection }) =>
        type === "int64" || type === "date" || (protection === "hashedUnlessDisabled" && !hashSearchKeys.value),
    )
    .map(({ name }) => name),
);

/** What one country answered. */
export interface CountryResult extends FindResult {
  readonly country: string;
}

/** What was found: in one country a page, in all of them the first records of each. */
export interface Found {
  readonly results: readonly CountryResult[];
  readonly trace: Trace;
}

export const found = signal<Found | undefined>(undefined);
export const searching = signal(false);
export const offset = signal(0);

/** Records of each country, where all of them are searched. */
const pageSizeOfMany = 3;

let lastId = 0;

export function addCondition(field: ConditionField = "key1"): void {
  lastId += 1;
  const [operator = "is"] = operatorsOf(field);
  conditions.value = [...conditions.value, { id: lastId, field, operator, value: "", upTo: "" }];
}

export function changeCondition(id: number, change: Partial<Omit<Condition, "id">>): void {
  conditions.value = conditions.value.map((condition) => {
    if (condition.id !== id) return condition;
    const changed = { ...condition, ...change };
    const operators = operatorsOf(changed.field);
    return operators.includes(changed.operator) ? changed : { ...changed, operator: operators[0] ?? "is", value: "" };
  });
}

export function removeCondition(id: number): void {
  conditions.value = conditions.value.filter((condition) => condition.id !== id);
}

/** Finds what the conditions ask for, from the given record on. */
export async function search(from: number): Promise<void> {
  const { filter, problems } = built.value;
  if (problems.size > 0 || searching.value) return;
  const one = chosenCountry.value;
  const sort = sortItem();
  const options = {
    limit: one === undefined ? pageSizeOfMany : pageSize.value,
    ...(from > 0 && one !== undefined ? { offset: from } : {}),
    ...(sort === undefined ? {} : { sort: [sort] }),
  };
  const countries = [...countriesInView.value];
  searching.value = true;
  try {
    const { trace, result = [] } = await traced(codeOf(callOf(countries, one, filter, options)), async (storage) => {
      const results: CountryResult[] = [];
      for (const country of countries) results.push({ country, ...(await storage.find(country, filter, options)) });
      return results;
    });
    offset.value = one === undefined ? 0 : from;
    found.value = { results: result, trace };
  } finally {
    searching.value = false;
  }
}

function isSortItem(item: object): item is SortItem {
  return sortableFields.value.some((field) => field in item);
}

function sortItem(): SortItem | undefined {
  const name = sortField.value;
  const direction = descending.value ? "desc" : "asc";
  const item = { [name]: direction };
  return isSortItem(item) ? item : undefined;
}

function callOf(countries: readonly string[], one: string | undefined, filter: object, options: object): string {
  const rest = `${typescriptOf(filter)}, ${typescriptOf(options)}`;
  if (one !== undefined) {
    return `const { records, meta, errors } = await storage.find(${JSON.stringify(one)}, ${rest});
console.log(meta.total, records, errors);`;
  }
  return `for (const country of ${typescriptOf(countries)}) {
  const { records, meta, errors } = await storage.find(country, ${rest});
  console.log(country, meta.total, records, errors);
}`;
}

/** Reads one record again, alone. */
export function readRecord(
  country: string,
  recordKey: string,
): Promise<{ trace: Trace; result?: { record: StorageRecord } }> {
  const call = `const { record } = await storage.read(${JSON.stringify(country)}, ${JSON.stringify(recordKey)});
console.log(record);`;
  return traced(codeOf(call), (storage) => storage.read(country, recordKey));
}

/** Deletes a record, and looks again at what is left. */
export async function deleteRecord(country: string, recordKey: string): Promise<Trace> {
  const code = codeOf(`await storage.delete(${JSON.stringify(country)}, ${JSON.stringify(recordKey)});`);
  const { trace } = await traced(code, (storage) => storage.delete(country, recordKey));
  if (trace.error === undefined) {
    await countRecords([country]);
    if (found.value !== undefined) await search(offset.value);
  }
  return trace;
}
