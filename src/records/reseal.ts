import { type KeyHashing, looksHashed } from "../crypto/key-hashing.ts";
import { addToMeta, type Envelope, hasEnvelope, originalKey, sealedFields } from "./envelope.ts";
import { fieldEntries, fieldsWith, keyEntries, recordFields } from "./fields.ts";
import { isEncryptedField, type OpenedRecord } from "./open.ts";
import type { RecordSealing } from "./seal.ts";
import type { ReceivedRecord } from "./wire.ts";

const known = new Set<string>(fieldEntries.map(({ wire }) => wire));
const setByPop = new Set<string>(fieldsWith({ setBy: "pop" }).map(({ wire }) => wire));
/** The record key is the address of the record: it stays. */
const searchKeys = keyEntries.filter(({ name }) => name !== "recordKey");

/**
 * Encrypts a received record again, with the current secret. Search keys are hashed again, since the options for them
 * may have changed. Everything else stays byte for byte, including fields that this version does not know. Unset fields
 * are omitted.
 */
export async function resealRecord(
  { raw }: ReceivedRecord,
  { envelope, texts }: OpenedRecord,
  { keys: hashing, cipher }: RecordSealing,
  encryptReadable: boolean,
): Promise<Record<string, unknown>> {
  const wire: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(raw)) {
    const isUnset = value === null && known.has(name);
    if (!isUnset && !setByPop.has(name)) wire[name] = value;
  }
  const { keys, missing } = protectKeys(raw, envelope, hashing);
  Object.assign(wire, keys);
  const [version] = await Promise.all([
    cipher.currentVersion(),
    ...sealedFields.map(async ({ name, wire: wireName }) => {
      const text = texts[wireName];
      // A readable text may be forged; beside an encrypted body it is empty (PROTOCOL.md, section 3).
      if (text === undefined || !(encryptReadable || isEncryptedField(raw[wireName]))) return;
      const isEdited = hasEnvelope(name) && Object.keys(missing).length > 0;
      wire[wireName] = await cipher.seal(isEdited ? addToMeta(text, missing) : text);
    }),
  ]);
  wire[recordFields.version.wire] = version;
  wire[recordFields.isEncrypted.wire] = recordFields.body.wire in texts;
  return wire;
}

/** Returns the wire form of the keys, and the originals that the wire will no longer show, for the envelope. */
function protectKeys(
  raw: ReceivedRecord["raw"],
  envelope: Envelope | undefined,
  hashing: KeyHashing,
): Record<"keys" | "missing", Record<string, string>> {
  const keys: Record<string, string> = {};
  const missing: Record<string, string> = {};
  // A body from before the envelope has no originals.
  if (envelope === undefined) return { keys, missing };
  for (const { wire, protection } of searchKeys) {
    const sent = raw[wire];
    if (typeof sent !== "string") continue;
    const original = originalKey(envelope, wire);
    if (original !== undefined) keys[wire] = hashing.protect(protection, original);
    else if (protection === "hashedUnlessDisabled" && !looksHashed(sent)) {
      // Other SDKs keep no original of an unhashed key. A hash without an original stays.
      keys[wire] = hashing.protect(protection, sent);
      if (keys[wire] !== sent) missing[wire] = sent;
    }
  }
  return { keys, missing };
}
