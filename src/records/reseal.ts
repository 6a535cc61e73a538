import { looksHashed } from "../crypto/key-hash.ts";
import { addToMeta, type Envelope, originalKey } from "./envelope.ts";
import { fieldEntries, fieldsWith, recordFields } from "./fields.ts";
import type { OpenedRecord } from "./open.ts";
import { protectKey, type RecordSealing } from "./seal.ts";
import type { ReceivedRecord } from "./wire.ts";

const known = new Set<string>(fieldEntries.map(({ wire }) => wire));
const setByPop = new Set<string>(fieldsWith({ setBy: "pop" }).map(({ wire }) => wire));
/** The key of the record itself is not among them: it is where the PoP keeps the record. */
const searchKeys = fieldEntries.flatMap(({ name, wire, protection }) =>
  name !== "recordKey" && (protection === "hashed" || protection === "hashedUnlessDisabled")
    ? [{ wire, protection }]
    : [],
);

/**
 * The record as it goes back under the current secret. Everything else stays as the PoP has it, byte for byte, fields that
 * this version does not know included; only where the options for keys changed are the keys that records are searched by
 * hashed anew. What is unset is left out, as every writer of a record leaves it out.
 */
export async function resealRecord(
  { raw }: ReceivedRecord,
  { envelope, bodyText, precommitText, isPrecommitReadable }: OpenedRecord,
  sealing: RecordSealing,
  encryptReadable: boolean,
): Promise<Record<string, unknown>> {
  const { cipher } = sealing;
  const wire: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(raw)) if (!isLeftOut(name, value)) wire[name] = value;
  // A body from before the envelope has no originals of the keys.
  const { keys, unkept } = envelope === undefined ? { keys: {}, unkept: {} } : protectKeys(raw, envelope, sealing);
  const text = envelope === undefined ? bodyText : withOriginals(unkept, bodyText);
  const [version, body, precommitBody] = await Promise.all([
    cipher.currentVersion(),
    text === undefined ? undefined : cipher.seal(text),
    // A readable one beside an encrypted body is empty (protocol.md, section 3). The PoP may have put it there: it stays as it is.
    precommitText === undefined || (isPrecommitReadable && !encryptReadable) ? undefined : cipher.seal(precommitText),
  ]);
  Object.assign(wire, keys);
  if (body !== undefined) wire[recordFields.body.wire] = body;
  if (precommitBody !== undefined) wire[recordFields.precommitBody.wire] = precommitBody;
  wire[recordFields.version.wire] = version;
  wire[recordFields.isEncrypted.wire] = body !== undefined;
  return wire;
}

function isLeftOut(name: string, value: unknown): boolean {
  return setByPop.has(name) || (value === null && known.has(name));
}

interface ProtectedKeys {
  /** As they go over the wire. */
  readonly keys: Record<string, string>;
  /** Originals that the envelope does not keep yet, and that the wire will no longer show. */
  readonly unkept: Record<string, string>;
}

function protectKeys(raw: ReceivedRecord["raw"], envelope: Envelope, sealing: RecordSealing): ProtectedKeys {
  const keys: Record<string, string> = {};
  const unkept: Record<string, string> = {};
  for (const { wire, protection } of searchKeys) {
    const sent = raw[wire];
    if (typeof sent !== "string") continue;
    const original = originalKey(envelope, wire);
    if (original !== undefined) keys[wire] = protectKey(protection, original, sealing);
    else if (protection === "hashedUnlessDisabled" && !looksHashed(sent)) {
      // A hash whose original is not known stays what it is.
      // Other SDKs keep no copy of a key that they send as it is.
      const key = protectKey(protection, sent, sealing);
      if (key !== sent) unkept[wire] = sent;
      keys[wire] = key;
    }
  }
  return { keys, unkept };
}

/** The very text that was sealed, but where originals of keys have to be added to it. */
function withOriginals(originals: Readonly<Record<string, string>>, text: string | undefined): string | undefined {
  return text === undefined || Object.keys(originals).length === 0 ? text : addToMeta(text, originals);
}
