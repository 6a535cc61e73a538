import type { FindFilter, FindOptions, RecordInput, Storage, StorageRecord } from "incountry-storage";
import { limits } from "incountry-storage/protocol";
import type { Context } from "./context.ts";
import { countryName, formatNumber } from "./format.ts";
import type { Person } from "./person.ts";
import { verify, verifyAllDecrypted, verifyCount, verifyRecord } from "./verify.ts";

/** A search in one country, and the people that it has to find. */
export interface Search {
  readonly description: string;
  readonly country: string;
  readonly filter: FindFilter;
  readonly options?: FindOptions;
  readonly matches: (person: Person) => boolean;
  /** The expected order, if `options` sort the results. */
  readonly order?: (person: Person) => string;
}

/** The data that is searched. */
export interface Source {
  readonly storage: Storage;
  readonly people: readonly Person[];
  /** The record that was written for a person. */
  readonly written: (person: Person) => RecordInput;
}

/** Runs each search, verifies every record and prints a table. Returns the number of records found. */
export async function searchAll(
  terminal: Context["terminal"],
  source: Source,
  searches: readonly Search[],
): Promise<{ records: number }> {
  const rows: string[][] = [];
  let found = 0;
  for (const search of searches) {
    const records = await runSearch(source, search);
    found += records.length;
    rows.push([
      countryName(search.country),
      search.description,
      formatNumber(records.length),
      someNames(records, source.people),
    ]);
  }
  terminal.table(
    [{ title: "country" }, { title: "search" }, { title: "found", align: "right" }, { title: "first records" }],
    rows,
  );
  return { records: found };
}

/** Runs a search. Verifies that the first page holds exactly the people who match, as they were written. */
async function runSearch({ storage, people, written }: Source, search: Search): Promise<StorageRecord[]> {
  const { country, filter, options, matches } = search;
  const expected = new Map(
    people.filter((person) => person.country === country && matches(person)).map((person) => [person.id, person]),
  );
  verify(
    expected.size > 0 && expected.size <= limits.pageSize,
    `“${search.description}” has between 1 and ${limits.pageSize} matches in the data set`,
  );

  const result = await storage.find(country, filter, options);
  verifyAllDecrypted(result);
  verifyCount(result.meta.total, expected.size, "records in total");
  verifyCount(new Set(result.records.map(({ recordKey }) => recordKey)).size, expected.size, "different records");
  let before = "";
  for (const record of result.records) {
    const person = expected.get(record.recordKey);
    verify(person !== undefined, "only matching records are found");
    verifyRecord(record, written(person));
    const position = search.order?.(person) ?? "";
    verify(before <= position, "the records are sorted");
    before = position;
  }
  return result.records;
}

function someNames(records: readonly StorageRecord[], people: readonly Person[]): string {
  const names = records
    .slice(0, 4)
    .map(({ recordKey }) => people.find(({ id }) => id === recordKey)?.name ?? recordKey);
  return names.join(" · ") + (records.length > names.length ? " …" : "");
}
