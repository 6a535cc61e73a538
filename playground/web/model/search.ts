import { computed, signal } from "@preact/signals";
import type { FindFilter, FindResult, SortItem, StorageRecord } from "incountry-storage";
import { type FieldName, fieldEntries } from "incountry-storage/protocol";
import { codeOf } from "./code.ts";
import { type Condition, type ConditionField, filterOf, operatorsOf } from "./conditions.ts";
import { chosenCountry, countRecords, countriesInView } from "./countries.ts";
import { locked } from "./secrets.ts";
import { hashSearchKeys } from "./settings.ts";
import { type Trace, type Traced, traced, tracedChange } from "./storages.ts";
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

/** What was asked when the visitor pressed Find: pages of it stay pages of it, whatever the form says by then. */
interface Query {
  readonly filter: FindFilter;
  readonly pageSize: number;
  readonly sort?: SortItem;
}

/** Where a query is asked: page by page in one country, or the first records of each. */
interface Place {
  readonly country: string | undefined;
  readonly countries: readonly string[];
}

/** What was found: in one country a page, in several the first records of each. */
export interface Found {
  readonly country: string | undefined;
  readonly results: readonly CountryResult[];
  readonly trace: Trace;
}

export const found = signal<Found | undefined>(undefined);
export const searching = signal(false);

/** The country whose pages a search gives: the chosen one, or the only one. */
export const pagedCountry = computed(() =>
  countriesInView.value.length === 1 ? countriesInView.value[0] : chosenCountry.value,
);

/** The search that was begun last. */
let last: { readonly query: Query; readonly place: Place; readonly from: number } | undefined;
let latest = 0;

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

/** Finds what the conditions ask for. */
export async function search(): Promise<void> {
  const { filter, problems } = built.value;
  if (problems.size > 0) return;
  const sort = sortItem();
  const query = { filter, pageSize: pageSize.value, ...(sort === undefined ? {} : { sort }) };
  await find(query, placeInView(), 0);
}

/** Shows what was found from another record on. */
export async function turnTo(from: number): Promise<void> {
  if (last !== undefined) await find(last.query, last.place, from);
}

/** Asks once more what was asked last, where there are records by now. */
export async function searchAgain(): Promise<void> {
  if (last === undefined) return;
  const { query, place: before, from } = last;
  const now = placeInView();
  if (now.countries.length === 0) await find(query, before, from);
  else await find(query, now, now.country === before.country ? from : 0);
}

/** Keeps what was found in step with the chosen country. Returns how to stop that. */
export function startFollowingCountry(): () => void {
  let before = chosenCountry.value;
  return chosenCountry.subscribe((country) => {
    if (country === before) return;
    before = country;
    found.value = undefined;
    if (last !== undefined) void find(last.query, placeInView(), 0);
  });
}

/** Lets go of what was found, and of what is still being looked for; once the page is locked, of the words as well. */
export function forgetFound(): void {
  latest += 1;
  last = undefined;
  found.value = undefined;
  searching.value = false;
  if (locked.value) conditions.value = [];
}

function placeInView(): Place {
  return { country: pagedCountry.value, countries: [...countriesInView.value] };
}

async function find(query: Query, place: Place, from: number): Promise<void> {
  latest += 1;
  const mine = latest;
  last = { query, place, from };
  searching.value = true;
  const { filter, sort } = query;
  const { country: one, countries } = place;
  const options = {
    limit: one === undefined ? pageSizeOfMany : query.pageSize,
    ...(from > 0 ? { offset: from } : {}),
    ...(sort === undefined ? {} : { sort: [sort] }),
  };
  const done = await traced(codeOf(callOf(countries, one, filter, options)), async (storage, request) => {
    const results: CountryResult[] = [];
    for (const country of countries) {
      if (mine !== latest) break;
      results.push({ country, ...(await storage.find(country, filter, options, request)) });
    }
    return results;
  });
  if (mine !== latest || done === undefined) return;
  const { trace, result: results = [] } = done;
  const total = results[0]?.meta.total ?? 0;
  if (one !== undefined && from > 0 && from >= total && trace.error === undefined) {
    // The page is gone: its last record was deleted.
    await find(query, place, Math.max(0, Math.ceil(total / options.limit) - 1) * options.limit);
    return;
  }
  found.value = { country: one, results, trace };
  searching.value = false;
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
export function readRecord(country: string, recordKey: string): Promise<Traced<{ record: StorageRecord }> | undefined> {
  const call = `const { record } = await storage.read(${JSON.stringify(country)}, ${JSON.stringify(recordKey)});
console.log(record);`;
  return traced(codeOf(call), (storage, request) => storage.read(country, recordKey, request));
}

/** Deletes a record, and looks again at what is left. */
export async function deleteRecord(country: string, recordKey: string): Promise<Trace | undefined> {
  const code = codeOf(`await storage.delete(${JSON.stringify(country)}, ${JSON.stringify(recordKey)});`);
  const done = await tracedChange(code, (storage, request) => storage.delete(country, recordKey, request));
  if (done?.trace.error === undefined) {
    await countRecords([country]);
    await searchAgain();
  }
  return done?.trace;
}
