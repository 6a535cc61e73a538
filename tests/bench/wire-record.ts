import type { RecordInput } from "incountry-storage";
import { recordFields } from "incountry-storage/protocol";
import { hash } from "./web-crypto.ts";

/** The fields of a benchmark's records whose keys are hashed. */
export const hashedFields = ["recordKey", "profileKey", "serviceKey1", "key1", "key2"] as const;

/** What is sealed in a body (PROTOCOL.md, section 3). */
export interface Envelope {
  readonly meta: Readonly<Record<string, string>>;
  readonly payload: string | null;
}

/** A record as the wire has it. */
export type WireRecord = Record<string, unknown> & { body: string; version: number };

/** A record of a benchmark on its way out: all of its keys hashed, its envelope sealed by `seal`. */
export async function toWire(
  record: RecordInput,
  { environmentId, version, seal }: { environmentId: string; version: number; seal: (text: string) => Promise<string> },
): Promise<WireRecord> {
  const meta: Record<string, string> = {};
  const hashing: Promise<[string, string]>[] = [];
  for (const name of hashedFields) {
    const value = record[name];
    if (typeof value !== "string") continue;
    const { wire } = recordFields[name];
    meta[wire] = value;
    hashing.push(hash(value, environmentId).then((hashed) => [wire, hashed]));
  }
  const body = await seal(JSON.stringify({ meta, payload: record.body }));
  const hashes = Object.fromEntries(await Promise.all(hashing));
  return { ...hashes, range_key1: record.rangeKey1, body, version, is_encrypted: true };
}

/** The records of an answer of `find`. Nothing is checked: this is what a check would be measured against. */
export function recordsOf(answer: string): WireRecord[] {
  const page: { data: WireRecord[] } = JSON.parse(answer);
  return page.data;
}
