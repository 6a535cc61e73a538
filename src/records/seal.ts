import type { OperationCipher } from "../crypto/cipher.ts";
import { type KeyHasher, normalizeKey } from "../crypto/key-hash.ts";
import { writeEnvelope } from "./envelope.ts";
import { isFieldName, recordFields } from "./fields.ts";
import type { RecordInput } from "./record.ts";
import { isDateValue, type KeyMode } from "./schema.ts";
import type { WireRecord, WireValue } from "./wire.ts";

/** What sealing needs for the length of one operation. */
export interface RecordSealing {
  readonly mode: KeyMode;
  readonly hash: KeyHasher;
  readonly cipher: OperationCipher;
}

/** How one key goes over the wire (protocol.md, section 2). */
export function protectKey(
  protection: "hashed" | "hashedUnlessDisabled",
  value: string,
  { mode, hash }: Pick<RecordSealing, "mode" | "hash">,
): string {
  if (protection === "hashed" || mode.hashSearchKeys) return hash(value);
  return normalizeKey(value, mode);
}

/** A record as it goes over the wire: keys hashed, bodies sealed (protocol.md, sections 1 to 3). */
export async function sealRecord(record: RecordInput, sealing: RecordSealing): Promise<WireRecord> {
  const { cipher, hash } = sealing;
  const wire: Record<string, WireValue> = {};
  const meta: Record<string, string> = {};
  for (const [name, value] of Object.entries(record)) {
    if (value === undefined || !isFieldName(name)) continue;
    const field = recordFields[name];
    if (field.setBy !== "caller" || field.protection === "sealed") continue;
    if (value === null || typeof value === "number" || typeof value === "bigint") wire[field.wire] = value;
    else if (isDateValue(value)) wire[field.wire] = value.toISOString();
    else if (typeof value === "string" && field.protection !== "plain") {
      // The envelope keeps the original of an unhashed key too: it shows on reading whether the PoP rewrote the key.
      meta[field.wire] = value;
      if (name !== "recordKey") wire[field.wire] = protectKey(field.protection, value, sealing);
    }
  }
  const { recordKey, body = null, precommitBody } = record;
  // All at once: each step of waiting is taken by every record of a batch.
  const [version, sealedBody, sealedPrecommitBody] = await Promise.all([
    cipher.currentVersion(),
    cipher.seal(writeEnvelope(meta, body)),
    typeof precommitBody === "string" ? cipher.seal(precommitBody) : precommitBody,
  ]);
  wire[recordFields.body.wire] = sealedBody;
  if (sealedPrecommitBody !== undefined) wire[recordFields.precommitBody.wire] = sealedPrecommitBody;
  wire[recordFields.version.wire] = version;
  wire[recordFields.isEncrypted.wire] = cipher.encrypts;
  return Object.assign(wire, { record_key: hash(recordKey) });
}
