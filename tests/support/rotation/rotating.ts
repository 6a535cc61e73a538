import type { MigrateProgress, RecordInput, Storage, StorageOptions } from "incountry-storage";
import { popStorage, unique } from "../pop-storage.ts";
import { secrets } from "./secrets.ts";

/** A writer with the older secret, and a Storage with a newer current secret. */
export function rotating(options: Partial<StorageOptions> = {}): { older: Storage; newer: Storage; foreign: Storage } {
  return {
    older: popStorage({ getSecrets: () => secrets.before }),
    newer: popStorage({ getSecrets: () => secrets.after, ...options }),
    foreign: popStorage({ getSecrets: () => secrets.foreign }),
  };
}

/** A group of records of one test, with a common profile key. */
export interface Group {
  readonly profileKey: string;
  readonly records: readonly RecordInput[];
}

export function group(count: number): Group {
  const profileKey = unique("group");
  const records = Array.from({ length: count }, (_, index) => ({
    recordKey: `${profileKey}/${index}`,
    profileKey,
    rangeKey1: index,
    body: `body ${index}`,
  }));
  return { profileKey, records };
}

export const country = "de";

export async function writeAll(storage: Storage, records: readonly RecordInput[]): Promise<void> {
  for (let start = 0; start < records.length; start += 100) {
    await storage.batchWrite(country, records.slice(start, start + 100));
  }
}

/** The records of a group, sorted by number, as a Storage reads them. */
export async function readAll(storage: Storage, { profileKey }: Group): Promise<{ version: number; body: string }[]> {
  const read: { version: number; body: string }[] = [];
  const sort = [{ rangeKey1: "asc" as const }];
  for await (const { version = -1, body = "" } of storage.findAll(country, { profileKey }, { sort })) {
    read.push({ version, body });
  }
  return read;
}

/** The reports of a rotation, from beginning to end. */
export async function told(progress: AsyncIterable<MigrateProgress>): Promise<MigrateProgress[]> {
  const all: MigrateProgress[] = [];
  for await (const each of progress) all.push(each);
  return all;
}

/** The last report of a rotation, and the errors of all reports. */
export async function outcome(
  progress: AsyncIterable<MigrateProgress>,
): Promise<Omit<MigrateProgress, "migrated" | "errors"> & { errors: NonNullable<MigrateProgress["errors"]> }> {
  const all = await told(progress);
  const last = all.at(-1);
  if (last === undefined) throw new Error("A rotation yields at least one report.");
  const { migrated: _migrated, errors: _errors, ...sums } = last;
  return { ...sums, errors: all.flatMap(({ errors = [] }) => errors) };
}
