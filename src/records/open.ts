import type { OperationCipher } from "../crypto/cipher.ts";
import { looksEncrypted } from "../crypto/formats.ts";
import { type KeyHasher, looksHashed } from "../crypto/key-hash.ts";
import { StorageCryptoError, StorageIntegrityError } from "../errors.ts";
import { JsonLimitError } from "../json.ts";
import { type Envelope, originalKey, readEnvelope } from "./envelope.ts";
import { type FieldEntry, fieldEntries, recordFields } from "./fields.ts";
import type { StorageRecord } from "./record.ts";
import type { ReceivedRecord } from "./wire.ts";

/** What opening needs for the length of one operation. */
export interface RecordOpening {
  readonly cipher: OperationCipher;
  /** Hashes of keys as they are, and of keys as a Storage or an SDK with `normalizeKeys` wrote them. */
  readonly hashers: KeyHashers;
}

export interface KeyHashers {
  readonly asIs: KeyHasher;
  /** The Java SDK lower-cases the environment id as well (protocol.md, section 2). */
  readonly inLowerCaseEnvironment: KeyHasher;
  readonly normalizeKeys: boolean;
}

/** A record that was opened, and the texts that were sealed in it. */
export interface OpenedRecord {
  readonly record: StorageRecord;
  readonly envelope: Envelope | undefined;
  readonly bodyText: string | undefined;
  readonly precommitText: string | undefined;
  /** True if anyone could read a body of it that is not empty, and so could have forged it. */
  readonly isReadable: boolean;
  readonly isPrecommitReadable: boolean;
}

const keyEntries = fieldEntries.filter(isKeyEntry);
const plainEntries = fieldEntries.filter((entry) => entry.protection === "plain");

type KeyEntry = FieldEntry & { readonly protection: "hashed" | "hashedUnlessDisabled" };

function isKeyEntry(entry: FieldEntry): entry is KeyEntry {
  return entry.protection === "hashed" || entry.protection === "hashedUnlessDisabled";
}

/**
 * Opens an answered record (protocol.md, section 3), and checks that the keys sealed in it are those that the PoP sent.
 *
 * @throws StorageCryptoError if a body fails to decrypt.
 * @throws StorageIntegrityError if the body is another record's, a key was rewritten, or a readable `precommitBody` stands beside an
 * encrypted body.
 */
export async function openRecord({ fields }: ReceivedRecord, opening: RecordOpening): Promise<OpenedRecord> {
  const version = typeof fields.version === "number" ? fields.version : 0;
  const { body, precommit_body: precommitBody } = fields;
  const [bodyText, precommitText] = await Promise.all([
    typeof body === "string" ? opening.cipher.open(body, version) : undefined,
    typeof precommitBody === "string" ? openPrecommitBody(precommitBody, version, opening.cipher) : undefined,
  ]);
  // Told by the bodies, not by what the PoP says of them: a forgery that anyone can make must not pass for an encrypted one.
  const isEncrypted = typeof body === "string" && looksEncrypted(body);
  const isPrecommitReadable = isReadable(precommitBody);
  const holdsReadable = isPrecommitReadable && precommitText !== "";
  if (isEncrypted && holdsReadable) throw readablePrecommitBody();
  const envelope = bodyText === undefined ? undefined : openEnvelope(bodyText);
  const record: Record<string, unknown> = openKeys(fields, envelope, opening.hashers);
  const payload = envelope === undefined ? bodyText : envelope.payload;
  if (typeof payload === "string") record.body = payload;
  if (precommitText !== undefined) record.precommitBody = precommitText;
  for (const { name, wire } of plainEntries) {
    const value = fields[wire];
    if (value !== null && value !== undefined) record[name] = value;
  }
  record.isEncrypted = isEncrypted;
  const recordKey = typeof record.recordKey === "string" ? record.recordKey : "";
  return {
    record: Object.assign(record, { recordKey }),
    envelope,
    bodyText,
    precommitText,
    isReadable: isReadable(body) || holdsReadable,
    isPrecommitReadable,
  };
}

function isReadable(body: unknown): boolean {
  return typeof body === "string" && !looksEncrypted(body);
}

/** The Python SDK sends an empty one as it is (protocol.md, section 3). */
async function openPrecommitBody(ciphertext: string, version: number, cipher: OperationCipher): Promise<string> {
  return ciphertext === "" ? "" : cipher.open(ciphertext, version);
}

function readablePrecommitBody(): StorageIntegrityError {
  return new StorageIntegrityError(
    "The PoP sent a readable precommitBody beside an encrypted body: no writer does that.",
  );
}

/** Takes an opened body apart. @throws StorageCryptoError if it is JSON beyond what an envelope can be. */
function openEnvelope(bodyText: string): Envelope | undefined {
  try {
    return readEnvelope(bodyText);
  } catch (cause) {
    if (!(cause instanceof JsonLimitError)) throw cause;
    throw new StorageCryptoError(
      "The body was decrypted, but its JSON is nested too deeply or too large to be parsed.",
    );
  }
}

/** The keys of a record, by name. */
function openKeys(
  fields: ReceivedRecord["fields"],
  envelope: Envelope | undefined,
  hashers: KeyHashers,
): Record<string, string> {
  const keys: Record<string, string> = {};
  for (const entry of keyEntries) {
    const sent = fields[entry.wire];
    const original = envelope === undefined ? undefined : originalKey(envelope, entry.wire);
    if (typeof sent === "string")
      keys[entry.name] = envelope === undefined ? sent : openKey(entry, original, sent, hashers);
    else if (original !== undefined) keys[entry.name] = openUnsentKey(entry, original, sent);
  }
  return keys;
}

function openKey(entry: KeyEntry, original: string | undefined, sent: string, hashers: KeyHashers): string {
  return original === undefined ? openUnkeptKey(entry, sent, hashers) : verifyKey(entry, original, sent, hashers);
}

/** Absent is what a PoP answers that does not know the field; null says that it is unset, and the envelope that it is not. */
function openUnsentKey(entry: KeyEntry, original: string, sent: unknown): string {
  if (sent === null) throw rewritten(entry);
  return original;
}

/** A key of which the envelope keeps no original: an unhashed one, or the empty string of an SDK that forgets it. */
function openUnkeptKey(entry: KeyEntry, sent: string, hashers: KeyHashers): string {
  // No SDK sends such a key as it is.
  if (entry.protection === "hashed" && !looksHashed(sent)) throw rewritten(entry);
  const isEmpty = sent === hashers.asIs("") || sent === hashers.inLowerCaseEnvironment("");
  return isEmpty ? "" : sent;
}

function verifyKey(entry: KeyEntry, original: string, sent: string, hashers: KeyHashers): string {
  const lowerCase = original.toLowerCase();
  if (entry.protection === "hashedUnlessDisabled" && (sent === original || sent === lowerCase)) return original;
  // Most likely first: what this Storage would have written.
  const [likely, other] = hashers.normalizeKeys ? [lowerCase, original] : [original, lowerCase];
  if (sent === hashers.asIs(likely) || sent === hashers.asIs(other)) return original;
  if (sent === hashers.inLowerCaseEnvironment(lowerCase)) return original;
  throw rewritten(entry);
}

function rewritten({ name }: FieldEntry): StorageIntegrityError {
  return new StorageIntegrityError(
    `The record that the PoP sent is not the one that was sealed: its ${name} does not match what is sealed in the body.`,
  );
}

/**
 * Checks that a record is the one that was asked for.
 *
 * @throws StorageIntegrityError
 */
export function checkIdentity({ fields }: ReceivedRecord, recordKeyHash: string): void {
  if (fields[recordFields.recordKey.wire] === recordKeyHash) return;
  throw new StorageIntegrityError("The PoP sent another record than the one that was asked for.");
}
