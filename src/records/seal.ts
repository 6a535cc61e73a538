import type { OperationCipher } from "../crypto/cipher.ts";
import { readablePrefixes } from "../crypto/formats.ts";
import type { KeyHashing } from "../crypto/key-hashing.ts";
import { hasEnvelope, sealedFields, writeEnvelope } from "./envelope.ts";
import { isFieldName, recordFields } from "./fields.ts";
import type { RecordInput } from "./record.ts";
import { isDateValue } from "./schema.ts";
import type { WireRecord, WireValue } from "./wire.ts";

/** The key hashing and the cipher of one operation. */
export interface RecordSealing {
  readonly keys: KeyHashing;
  readonly cipher: OperationCipher;
}

/** Makes the wire form of a record: keys hashed, bodies encrypted (PROTOCOL.md, sections 1 to 3). */
export async function sealRecord(record: RecordInput, { keys, cipher }: RecordSealing): Promise<WireRecord> {
  const wire: Record<string, WireValue> = {};
  const meta: Record<string, string> = {};
  for (const [name, value] of Object.entries(record)) {
    if (value === undefined || !isFieldName(name)) continue;
    const field = recordFields[name];
    if (field.setBy !== "caller" || field.protection === "sealed") continue;
    if (value === null || typeof value === "number" || typeof value === "bigint") wire[field.wire] = value;
    else if (isDateValue(value)) wire[field.wire] = value.toISOString();
    else if (typeof value === "string" && field.protection !== "plain") {
      // The original of an unhashed key too: on reading, it shows whether the PoP changed the key.
      meta[field.wire] = value;
      if (name !== "recordKey") wire[field.wire] = keys.protect(field.protection, value);
    }
  }
  // Concurrently: each `await` in sequence would delay all hundred records of a batch.
  const [version] = await Promise.all([
    cipher.currentVersion(),
    ...sealedFields.map(async ({ name, wire: wireName }) => {
      const value = record[name];
      const text = hasEnvelope(name) ? writeEnvelope(meta, value ?? null) : value;
      if (text !== undefined) wire[wireName] = text === null ? null : await cipher.seal(text);
    }),
  ]);
  wire[recordFields.version.wire] = version;
  wire[recordFields.isEncrypted.wire] = cipher.encrypts;
  return Object.assign(wire, { record_key: keys.hash(record.recordKey) });
}

/** True if the JSON of a request holds a text that is encoded but not encrypted. */
export function holdsReadableText(json: string): boolean {
  return readablePrefixes.some((prefix) => json.includes(`"${prefix}`));
}
