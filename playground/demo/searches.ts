import type { FindFilter, FindOptions, RecordInput, Storage, StorageRecord } from "incountry-storage";
import { limits } from "incountry-storage/protocol";
import type { Context } from "./context.ts";
import type { Person } from "./person.ts";
import { verify, verifyAllOpened, verifyCount, verifyRecord } from "./verify.ts";
import { countryName, formatNumber } from "./words.ts";

/** A search in one country, and who has to be found by it. */
export interface Question {
  readonly asked: string;
  readonly country: string;
  readonly filter: FindFilter;
  readonly options?: FindOptions;
  readonly matches: (person: Person) => boolean;
  /** What the answers have to be sorted by, where `options` sort them. */
  readonly order?: (person: Person) => string;
}

/** Where the answers come from. */
export interface Source {
  readonly storage: Storage;
  readonly people: readonly Person[];
  /** The record that was written for a person. */
  readonly written: (person: Person) => RecordInput;
}

/** Asks each question, checks the answers record by record, and shows them. Returns how many records were found. */
export async function ask(
  terminal: Context["terminal"],
  source: Source,
  questions: readonly Question[],
): Promise<{ records: number }> {
  const rows: string[][] = [];
  let found = 0;
  for (const question of questions) {
    const records = await answer(source, question);
    found += records.length;
    rows.push([
      countryName(question.country),
      question.asked,
      formatNumber(records.length),
      someNames(records, source.people),
    ]);
  }
  terminal.table(
    [{ title: "in" }, { title: "asked" }, { title: "found", align: "right" }, { title: "among them" }],
    rows,
  );
  return { records: found };
}

/** The first page holds the people who match, as they were written, and nobody else. */
async function answer({ storage, people, written }: Source, question: Question): Promise<StorageRecord[]> {
  const { country, filter, options, matches } = question;
  const expected = new Map(
    people.filter((person) => person.country === country && matches(person)).map((person) => [person.id, person]),
  );
  verify(
    expected.size > 0 && expected.size <= limits.pageSize,
    `“${question.asked}” has between 1 and 100 answers in the data set`,
  );

  const result = await storage.find(country, filter, options);
  verifyAllOpened(result);
  verifyCount(result.meta.total, expected.size, "records in total");
  verifyCount(new Set(result.records.map(({ recordKey }) => recordKey)).size, expected.size, "different records");
  let before = "";
  for (const record of result.records) {
    const person = expected.get(record.recordKey);
    verify(person !== undefined, "only records that match are found");
    verifyRecord(record, written(person));
    const place = question.order?.(person) ?? "";
    verify(before <= place, "the records found are in order");
    before = place;
  }
  return result.records;
}

function someNames(records: readonly StorageRecord[], people: readonly Person[]): string {
  const names = records
    .slice(0, 4)
    .map(({ recordKey }) => people.find(({ id }) => id === recordKey)?.name ?? recordKey);
  return names.join(" · ") + (records.length > names.length ? " …" : "");
}
