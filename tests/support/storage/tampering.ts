import type { RecordInput, Storage, StorageOptions, StorageRecord } from "incountry-storage";
import { fieldsWith, parseJson, stringifyJson } from "incountry-storage/protocol";
import { parse, record, string, unknown } from "valibot";
import { popStorage } from "../pop-storage.ts";
import { editPage, intercept } from "../rotation/intercept.ts";
import { country, outcome } from "../rotation/rotating.ts";

/** A record as the PoP stores it. */
export type Wire = Record<string, unknown>;

const wireSchema = record(string(), unknown());
const hash = /^[0-9a-f]{64}$/;

/** A `fetch` to the PoP that changes the records in its responses. */
export function responding(change: (record: Wire) => Wire): typeof fetch {
  return intercept(async ({ operation }, forward) => {
    const response = await forward();
    if (operation === "find") return editPage(response, change);
    if (!hash.test(operation) || !response.ok) return response;
    const answered = parse(wireSchema, parseJson(await response.text()));
    return new Response(stringifyJson(change(answered)), { status: response.status });
  });
}

/** A `fetch` that changes the records in write requests, to those of another writer. */
export function writing(change: (record: Wire) => Wire): typeof fetch {
  return intercept(({ body }, forward) => forward(change(parse(wireSchema, body))));
}

/** A unique number, to find the records of one test by: it is not a key. */
export function uniqueNumber(): bigint {
  return crypto.getRandomValues(new BigInt64Array(1))[0] ?? 0n;
}

const sort = [{ rangeKey2: "asc" as const }];

/** The records of a test as the PoP stores them, sorted by rangeKey2. */
export async function stored(rangeKey1: bigint, options: Partial<StorageOptions>): Promise<Wire[]> {
  const seen: Wire[] = [];
  const seeing = responding((each) => {
    seen.push(each);
    return each;
  });
  await popStorage({ ...options, fetch: seeing }).find(country, { rangeKey1 }, { sort });
  return seen;
}

const keys = ["hashed", "hashedUnlessDisabled"].flatMap((protection) =>
  fieldsWith({ type: "string", setBy: "caller" }).filter((field) => field.protection === protection),
);

/** The keys of a record that are set, and its bodies. */
export function contentsOf(given: RecordInput | StorageRecord): Partial<RecordInput> {
  const names = [...keys.map(({ name }) => name), "body", "precommitBody"];
  return Object.fromEntries(
    names.map((name) => [name, Reflect.get(given, name)]).filter(([, value]) => typeof value === "string"),
  );
}

/** The result of a call: the errors of records, and the numbers (rangeKey2) of those that decrypted. */
export interface Outcome {
  readonly refused: readonly unknown[];
  readonly opened: readonly unknown[];
}

export interface Target {
  readonly storage: Storage;
  readonly recordKey: string;
  /** The filter for the records of the test. */
  readonly filter: { rangeKey1: bigint; recordKey?: string };
  readonly encryptReadable?: boolean;
}

async function iterated({ storage, filter }: Target, onError?: (failed: { error: unknown }) => void): Promise<Outcome> {
  const opened: unknown[] = [];
  try {
    for await (const { rangeKey2 } of storage.findAll(country, filter, { sort, onError })) {
      opened.push(rangeKey2);
    }
  } catch (error) {
    return { refused: [error], opened };
  }
  return { refused: [], opened };
}

async function alone(fetching: Promise<{ record: StorageRecord | null }>): Promise<Outcome> {
  return fetching.then(
    ({ record: found }) => ({ refused: [], opened: [found?.rangeKey2] }),
    (error: unknown) => ({ refused: [error], opened: [] }),
  );
}

/** All ways to read records. */
export const waysToOpen: Readonly<Record<string, (target: Target) => Promise<Outcome>>> = {
  read: ({ storage, recordKey }) => alone(storage.read(country, recordKey)),
  findOne: ({ storage, filter }) => alone(storage.findOne(country, { ...filter, rangeKey2: 0 })),
  find: async ({ storage, filter }) => {
    const { records, errors = [] } = await storage.find(country, filter, { sort });
    return { refused: errors.map(({ error }) => error), opened: records.map(({ rangeKey2 }) => rangeKey2) };
  },
  findAll: (target) => iterated(target),
  "findAll with onError": async (target) => {
    const refused: unknown[] = [];
    const { refused: thrown, opened } = await iterated(target, ({ error }) => void refused.push(error));
    return { refused: [...refused, ...thrown], opened };
  },
};

/** The ways to write records back. They return counts only. */
export const waysToRotate: Readonly<Record<string, (target: Target) => Promise<{ refused: unknown[] }>>> = {
  migrate: async ({ storage, filter, encryptReadable }) => {
    const { errors = [] } = await storage.migrate(country, { filter, encryptReadable });
    return { refused: errors.map(({ error }) => error) };
  },
  migrateAll: async ({ storage, filter, encryptReadable }) => {
    const { errors } = await outcome(storage.migrateAll(country, { filter, encryptReadable }));
    return { refused: errors.map(({ error }) => error) };
  },
};
