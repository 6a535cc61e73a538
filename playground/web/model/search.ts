import { computed, signal } from "@preact/signals";
import type { FindFilter, FindResult, SortItem, StorageRecord } from "incountry-storage";
import { type FieldName, fieldEntries } from "incountry-storage/protocol";
import { codeOf } from "./code.ts";
import { type Condition, type ConditionField, filterOf, operatorsOf } from "./conditions.ts";
import { chosenCountry, countRecords, countriesInView } from "./countries.ts";
import { locked } from "./secrets.ts";
import { latestOnly } from "./session.ts";
import { hashSearchKeys } from "./settings.ts";
import { type Trace, type Traced, traced, tracedChange } from "./storages.ts";
import { typescriptOf } from "./typescript.ts";

export const conditions = signal<readonly Condition[]>([]);
export const sortField = signal<FieldName | "">("");
export const descending = signal(false);
export const pageSize = signal(10);

/** The filter of the form, and its problems. */
export const built = computed(() => filterOf(conditions.value));

/** The fields to sort by, with the settings of the page. */
export const sortableFields = computed(() =>
  fieldEntries
    .filter(
      ({ type, protection }) =>
        type === "int64" || type === "date" || (protection === "hashedUnlessDisabled" && !hashSearchKeys.value),
    )
    .map(({ name }) => name),
);

/** The result of one country. */
export interface CountryResult extends FindResult {
  readonly country: string;
}

/** The form when Find was pressed. Later changes of the form do not affect the pages. */
interface Query {
  readonly filter: FindFilter;
  readonly pageSize: number;
  readonly sort?: SortItem;
}

interface Scope {
  /** Set to get the pages of one country; undefined to get the first records of each. */
  readonly country: string | undefined;
  readonly countries: readonly string[];
}

export interface Found {
  readonly country: string | undefined;
  readonly results: readonly CountryResult[];
  readonly trace: Trace;
}

export const found = signal<Found | undefined>(undefined);
export const searching = signal(false);

/** The country whose pages are shown: the chosen one, or the only one. */
export const pagedCountry = computed(() =>
  countriesInView.value.length === 1 ? countriesInView.value[0] : chosenCountry.value,
);

let last: { readonly query: Query; readonly scope: Scope; readonly from: number } | undefined;
const begin = latestOnly();

/** Records per country in a search of all countries. */
const recordsPerCountry = 3;

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

/** Searches with the conditions of the form. */
export async function search(): Promise<void> {
  const { filter, problems } = built.value;
  if (problems.size > 0) return;
  const sort = sortItem();
  const query = { filter, pageSize: pageSize.value, ...(sort === undefined ? {} : { sort }) };
  await find(query, scopeInView(), 0);
}

/** Shows another page, from this offset on. */
export async function showPage(from: number): Promise<void> {
  if (last !== undefined) await find(last.query, last.scope, from);
}

/** Repeats the last search in the countries that hold records now. */
export async function repeatSearch(): Promise<void> {
  if (last === undefined) return;
  const { query, scope: before, from } = last;
  const now = scopeInView();
  if (now.countries.length === 0) await find(query, before, from);
  else await find(query, now, now.country === before.country ? from : 0);
}

/** Repeats the search when another country is chosen. Returns a function that stops this. */
export function startFollowingCountry(): () => void {
  let before = chosenCountry.value;
  return chosenCountry.subscribe((country) => {
    if (country === before) return;
    before = country;
    found.value = undefined;
    if (last !== undefined) void find(last.query, scopeInView(), 0);
  });
}

/** Removes the results and drops a running search. If the page is locked, removes the conditions too. */
export function clearFound(): void {
  begin();
  last = undefined;
  found.value = undefined;
  searching.value = false;
  if (locked.value) conditions.value = [];
}

function scopeInView(): Scope {
  return { country: pagedCountry.value, countries: [...countriesInView.value] };
}

async function find(query: Query, scope: Scope, from: number): Promise<void> {
  const isCurrent = begin();
  last = { query, scope, from };
  searching.value = true;
  const { filter, sort } = query;
  const { country: one, countries } = scope;
  const options = {
    limit: one === undefined ? recordsPerCountry : query.pageSize,
    ...(from > 0 ? { offset: from } : {}),
    ...(sort === undefined ? {} : { sort: [sort] }),
  };
  const done = await traced(codeOf(callOf(countries, one, filter, options)), async (storage, request) => {
    const results: CountryResult[] = [];
    for (const country of countries) {
      if (!isCurrent()) break;
      results.push({ country, ...(await storage.find(country, filter, options, request)) });
    }
    return results;
  });
  if (!isCurrent() || done === undefined) return;
  const { trace, result: results = [] } = done;
  const total = results[0]?.meta.total ?? 0;
  if (one !== undefined && from > 0 && from >= total && trace.error === undefined) {
    // The last record of the page was deleted: show the last page.
    await find(query, scope, Math.max(0, Math.ceil(total / options.limit) - 1) * options.limit);
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

/** Reads one record. */
export function readRecord(country: string, recordKey: string): Promise<Traced<{ record: StorageRecord }> | undefined> {
  const call = `const { record } = await storage.read(${JSON.stringify(country)}, ${JSON.stringify(recordKey)});
console.log(record);`;
  return traced(codeOf(call), (storage, request) => storage.read(country, recordKey, request));
}

/** Deletes a record and updates the counts and results. */
export async function deleteRecord(country: string, recordKey: string): Promise<Trace | undefined> {
  const code = codeOf(`await storage.delete(${JSON.stringify(country)}, ${JSON.stringify(recordKey)});`);
  const done = await tracedChange(code, (storage, request) => storage.delete(country, recordKey, request));
  if (done?.trace.error === undefined) {
    await countRecords([country]);
    await repeatSearch();
  }
  return done?.trace;
}
