import type { RecordInput } from "incountry-storage";
import { recordFields } from "incountry-storage/protocol";
import { hash } from "./web-crypto.ts";

/** The hashed fields of a benchmark's records. */
export const hashedFields = ["recordKey", "profileKey", "serviceKey1", "key1", "key2"] as const;

/** The content of an encrypted body (PROTOCOL.md, section 3). */
export interface Envelope {
  readonly meta: Readonly<Record<string, string>>;
  readonly payload: string | null;
}

/** A record on the wire. */
export type WireRecord = Record<string, unknown> & { body: string; version: number };

/** Encodes a record of a benchmark: all its keys hashed, its envelope encrypted by `seal`. */
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

/** The records of a response of `find`. Unverified, as the baseline for verification. */
export function recordsOf(response: string): WireRecord[] {
  const page: { data: WireRecord[] } = JSON.parse(response);
  return page.data;
}
