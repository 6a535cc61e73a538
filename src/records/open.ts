import type { OperationCipher } from "../crypto/cipher.ts";
import { isEncrypted } from "../crypto/formats.ts";
import { type KeyHashing, looksHashed } from "../crypto/key-hashing.ts";
import { StorageIntegrityError } from "../errors.ts";
import { type Envelope, hasEnvelope, originalKey, readEnvelope, sealedFields } from "./envelope.ts";
import { fieldsWith, type KeyEntry, keyEntries, recordFields } from "./fields.ts";
import type { StorageRecord } from "./record.ts";
import type { RecordSealing } from "./seal.ts";
import type { ReceivedRecord } from "./wire.ts";

export type RecordOpening = RecordSealing;

/** A decrypted record. */
export interface OpenedRecord {
  readonly record: StorageRecord;
  readonly envelope: Envelope | undefined;
  /** The decrypted texts, by wire name. */
  readonly texts: Readonly<Record<string, string>>;
  /** True if a body is readable and not empty: anyone could have forged it. */
  readonly isReadable: boolean;
}

const { wire: bodyWire } = recordFields.body;
const plainFields = fieldsWith({ protection: "plain" });

/**
 * Decrypts a received record (PROTOCOL.md, section 3), and checks its keys against the originals in the body.
 *
 * @throws StorageCryptoError if a body fails to decrypt.
 * @throws StorageIntegrityError if the body is another record's, a key was changed, or a readable `precommitBody` comes
 * with an encrypted body.
 */
export async function openRecord({ fields }: ReceivedRecord, opening: RecordOpening): Promise<OpenedRecord> {
  const texts = await openTexts(fields, opening.cipher);
  // From the ciphertexts alone: a forged `is_encrypted` must not pass a readable body off as encrypted.
  const isBodyEncrypted = isEncryptedField(fields[bodyWire]);
  const readable = sealedFields.filter(
    ({ name, wire }) => wire in texts && !isEncryptedField(fields[wire]) && (hasEnvelope(name) || texts[wire] !== ""),
  );
  if (isBodyEncrypted && readable[0] !== undefined) {
    throw new StorageIntegrityError(
      `The PoP sent a readable ${readable[0].name} with an encrypted body, which no SDK writes.`,
    );
  }
  const envelope = texts[bodyWire] === undefined ? undefined : readEnvelope(texts[bodyWire]);
  const record: Record<string, unknown> = openKeys(fields, envelope, opening.keys);
  for (const { name, wire } of sealedFields) {
    const value = hasEnvelope(name) && envelope !== undefined ? envelope.payload : texts[wire];
    if (typeof value === "string") record[name] = value;
  }
  for (const { name, wire } of plainFields) {
    const value = fields[wire];
    if (value !== null && value !== undefined) record[name] = value;
  }
  record.isEncrypted = isBodyEncrypted;
  const recordKey = typeof record.recordKey === "string" ? record.recordKey : "";
  return { record: Object.assign(record, { recordKey }), envelope, texts, isReadable: readable.length > 0 };
}

/** True if a received field is encrypted, and not only encoded. */
export function isEncryptedField(value: unknown): boolean {
  return typeof value === "string" && isEncrypted(value);
}

async function openTexts(fields: ReceivedRecord["fields"], cipher: OperationCipher): Promise<Record<string, string>> {
  const version = typeof fields.version === "number" ? fields.version : 0;
  const texts: Record<string, string> = {};
  await Promise.all(
    sealedFields.map(async ({ name, wire }) => {
      const ciphertext = fields[wire];
      if (typeof ciphertext !== "string") return;
      // The Python SDK sends an empty precommitBody unencrypted (PROTOCOL.md, section 3).
      texts[wire] = ciphertext === "" && !hasEnvelope(name) ? "" : await cipher.open(ciphertext, version);
    }),
  );
  return texts;
}

function openKeys(
  fields: ReceivedRecord["fields"],
  envelope: Envelope | undefined,
  hashing: KeyHashing,
): Record<string, string> {
  const keys: Record<string, string> = {};
  for (const entry of keyEntries) {
    const sent = fields[entry.wire];
    const original = envelope === undefined ? undefined : originalKey(envelope, entry.wire);
    if (typeof sent === "string")
      keys[entry.name] = envelope === undefined ? sent : openKey(entry, original, sent, hashing);
    else if (original !== undefined) {
      // null means unset. A field that the PoP does not support is absent.
      if (sent === null) throw mismatch(entry);
      keys[entry.name] = original;
    }
  }
  return keys;
}

function openKey(
  { name, protection }: KeyEntry,
  original: string | undefined,
  sent: string,
  hashing: KeyHashing,
): string {
  if (original !== undefined) {
    if (!hashing.isFormOf(sent, original, protection)) throw mismatch({ name });
    return original;
  }
  // Some SDKs leave unhashed keys and empty ones out of the envelope. No SDK sends a key of this protection unhashed.
  if (protection === "hashed" && !looksHashed(sent)) throw mismatch({ name });
  return hashing.isHashOfEmpty(sent) ? "" : sent;
}

function mismatch({ name }: Pick<KeyEntry, "name">): StorageIntegrityError {
  return new StorageIntegrityError(
    `The record that the PoP sent is not the one that was encrypted: its ${name} does not match the one in the body.`,
  );
}

/** @throws StorageIntegrityError unless the record has the requested key. */
export function checkIdentity({ fields }: ReceivedRecord, recordKeyHash: string): void {
  if (fields[recordFields.recordKey.wire] === recordKeyHash) return;
  throw new StorageIntegrityError("The PoP sent a record other than the requested one.");
}
