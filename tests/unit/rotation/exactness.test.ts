import type { RecordInput } from "incountry-storage";
import { fieldEntries, parseJson, stringifyJson } from "incountry-storage/protocol";
import { object, parse, record, string, unknown } from "valibot";
import { describe, expect, inject, it } from "vitest";
import { popStorage, unique } from "../../support/pop-storage.ts";
import { country, outcome, rotating } from "../../support/rotation/rotating.ts";
import { secrets } from "../../support/rotation/secrets.ts";

const wireRecord = record(string(), unknown());

/** The PoP's record, by the hash of its key. */
async function wireOf(recordKey: string): Promise<Record<string, unknown>> {
  return parse(wireRecord, parseJson(await (await call("GET", await hashOf(recordKey))).text()));
}

/** Writes a record to the PoP directly, like another SDK. */
async function put(wire: Record<string, unknown>): Promise<void> {
  const response = await call("POST", "", wire);
  if (!response.ok) throw new Error(await response.text());
}

function call(method: string, path: string, body?: unknown): Promise<Response> {
  const { url, environmentId, apiKey } = inject("pop");
  return fetch(`${url}/v2/storage/records/${country}/${path}`.replace(/\/$/, ""), {
    method,
    headers: { authorization: `Bearer ${apiKey}`, "x-env-id": environmentId, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: stringifyJson(body) }),
  });
}

async function hashOf(key: string): Promise<string> {
  const bytes = new TextEncoder().encode(`${key}:${inject("pop").environmentId}`);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const plainBody = (text: string): string => `pt:${btoa(String.fromCharCode(...new TextEncoder().encode(text)))}`;

const changing = new Set(["body", "precommit_body", "version", "updated_at", "is_encrypted"]);

function withoutChanging(wire: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(wire).filter(([name]) => !changing.has(name)));
}

const inAnHour = new Date(Math.floor(Date.now() / 1000) * 1000 + 3_600_123);

/** Records with everything that a rotation could lose. */
const records: readonly (Omit<RecordInput, "recordKey"> & { title: string })[] = [
  {
    title: "integers beyond 2^53",
    rangeKey1: 9223372036854775807n,
    rangeKey2: -9223372036854775808n,
    rangeKey3: 9007199254740993n,
    rangeKey4: 0,
    rangeKey5: -1,
  },
  { title: "a date", expiresAt: inAnHour },
  { title: "only a key" },
  { title: "empty strings", body: "", precommitBody: "", key1: "", profileKey: "", serviceKey5: "" },
  { title: "a body that looks like an envelope", body: '{"meta":{"record_key":"x"},"payload":"y"}' },
  { title: "unusual texts", body: "\u0000\ud800 🛂 \u2028", precommitBody: "черновик", key20: "Ключ", parentKey: "🛂" },
  { title: "a null body and a draft", body: null, precommitBody: "draft" },
];

describe("a rotated record", () => {
  it.each(records)("with $title is unchanged, except for the secret", async ({ title, ...fields }) => {
    const { older, newer } = rotating();
    const recordKey = unique(title);
    await older.write(country, { ...fields, recordKey });
    const [before, wireBefore] = [await older.read(country, recordKey), await wireOf(recordKey)];
    const result = await outcome(newer.migrateAll(country, { filter: { recordKey } }));
    expect(result).toStrictEqual({ totalMigrated: 1, totalLeft: 0, total: 1, errors: [] });
    const [after, wireAfter] = [await newer.read(country, recordKey), await wireOf(recordKey)];
    expect(after.record.version).toBe(2);
    const { version: _version, updatedAt: _updatedAt, ...same } = before.record;
    expect(after.record).toMatchObject(same);
    expect(Object.keys(after.record)).toStrictEqual(Object.keys(before.record));
    expect(withoutChanging(wireAfter)).toStrictEqual(withoutChanging(wireBefore));
    expect(Object.keys(wireAfter)).toHaveLength(fieldEntries.length);
    expect(wireAfter.body).not.toBe(wireBefore.body);
    await expect(older.read(country, recordKey)).rejects.toMatchObject({ name: "StorageCryptoError" });
  });

  it("keeps its attachments", async () => {
    const { older, newer } = rotating();
    const recordKey = unique("attached");
    await older.write(country, { recordKey, body: "with a file" });
    const file = new TextEncoder().encode("the bytes of a file");
    await older.addAttachment(country, recordKey, { file, fileName: "file.txt" });
    const { record: before } = await older.read(country, recordKey);
    expect(before.attachments).toHaveLength(1);
    await outcome(newer.migrateAll(country, { filter: { recordKey } }));
    const { record: after } = await newer.read(country, recordKey);
    expect([after.version, after.attachments]).toStrictEqual([2, before.attachments]);
  });

  it("without an envelope stays readable, and is found by its hash", async () => {
    const recordKey = unique("before the envelope");
    const hash = await hashOf(recordKey);
    const key1 = await hashOf(unique("search key"));
    await put({ record_key: hash, key1, body: plainBody('no envelope: {"just":"text"}'), version: 0 });
    const { newer } = rotating();
    const { record: before } = await newer.read(country, recordKey);
    const options = { filter: { recordKey }, encryptReadable: true };
    expect(await outcome(newer.migrateAll(country, options))).toMatchObject({ totalMigrated: 1 });
    const { records: found } = await newer.find(country, { recordKey });
    expect(found).toMatchObject([
      { body: before.body, key1, version: 2, isEncrypted: true, recordKey: before.recordKey },
    ]);
    expect(before.body).toBe('no envelope: {"just":"text"}');
  });

  it("with the old name of its key and unknown names in the envelope keeps all of it", async () => {
    const recordKey = unique("old name");
    const text = `{"payload": "the body",  "meta":{"key":${JSON.stringify(recordKey)},"n":12345678901234567890.10,"x":[1e400]}}`;
    await put({ record_key: await hashOf(recordKey), body: plainBody(text), version: 0 });
    const { newer } = rotating();
    const options = { filter: { recordKey }, encryptReadable: true };
    expect(await outcome(newer.migrateAll(country, options))).toMatchObject({ totalMigrated: 1 });
    expect((await newer.read(country, recordKey)).record).toMatchObject({ recordKey, body: "the body", version: 2 });
    const sealed = await wireOf(recordKey);
    expect(sealed).toMatchObject({ version: 2, is_encrypted: true });
    // Decrypts the body with a custom encryption that does nothing, to compare the exact text.
    const bare = popStorage({
      getSecrets: () => ({
        currentVersion: 3,
        secrets: [...secrets.after.secrets, { secret: btoa("any key"), version: 3, isForCustomEncryption: true }],
      }),
      customEncryptionConfigs: [
        { version: "bare", isCurrent: true, encrypt: (input) => input, decrypt: (input) => input },
      ],
    });
    expect(await outcome(bare.migrateAll(country, { filter: { recordKey } }))).toMatchObject({ totalMigrated: 1 });
    const { body } = parse(object({ body: string() }), await wireOf(recordKey));
    const [format, packed = ""] = body.split(":");
    expect(format).toBe(`c${btoa("bare")}`);
    expect(new TextDecoder().decode(Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0)))).toBe(text);
  });
});

const mixed = (recordKey: string): RecordInput => ({
  recordKey,
  key1: `${recordKey} KEY`,
  profileKey: `${recordKey} P`,
});

describe("a rotated record after a change of the key options", () => {
  it("to normalizeKeys is found, whatever the case", async () => {
    const { older, newer } = rotating({ normalizeKeys: true });
    const recordKey = unique("mixed Case");
    const rangeKey1 = Math.floor(Math.random() * Number.MAX_SAFE_INTEGER);
    await older.write(country, { ...mixed(recordKey), rangeKey1 });
    const byKey = { key1: `${recordKey} key`.toUpperCase() };
    expect((await newer.find(country, byKey)).records).toStrictEqual([]);
    const { createdAt } = (await older.read(country, recordKey)).record;
    expect(await outcome(newer.migrateAll(country, { filter: { rangeKey1 } }))).toMatchObject({ totalMigrated: 1 });
    const { records: found } = await newer.find(country, byKey);
    expect(found).toMatchObject([{ ...mixed(recordKey), version: 2, createdAt }]);
    expect((await newer.find(country, { profileKey: `${recordKey} p` })).meta.total).toBe(1);
    // The record is updated, not duplicated.
    expect((await wireOf(recordKey)).version).toBe(2);
  });

  it("to unhashed keys is found by a part of them", async () => {
    const { older, newer } = rotating({ hashSearchKeys: false });
    const recordKey = unique("to plain");
    await older.write(country, mixed(recordKey));
    await outcome(newer.migrateAll(country, { filter: { recordKey } }));
    const { records: found } = await newer.find(country, { searchKeys: `${recordKey} KE` });
    expect(found).toMatchObject([{ ...mixed(recordKey), version: 2 }]);
  });

  it("to hashed keys is found by them, even if its writer stored no copy", async () => {
    const recordKey = unique("to hashed");
    const [ours, theirs] = [`${recordKey} ours`, `${recordKey} theirs`];
    const older = popStorage({ getSecrets: () => secrets.before, hashSearchKeys: false });
    await older.write(country, { ...mixed(ours), profileKey: recordKey });
    const envelope = JSON.stringify({ meta: { record_key: theirs, profile_key: recordKey }, payload: "theirs" });
    const key1 = `${theirs} KEY`;
    const lost = await hashOf(unique("lost"));
    const wire = { record_key: await hashOf(theirs), profile_key: await hashOf(recordKey), key1, key2: lost };
    await put({ ...wire, body: plainBody(envelope), version: 0 });
    const { newer } = rotating();
    const options = { filter: { profileKey: recordKey }, encryptReadable: true };
    expect(await outcome(newer.migrateAll(country, options))).toMatchObject({ totalMigrated: 2, errors: [] });
    expect((await newer.find(country, { key1: `${ours} KEY` })).records).toMatchObject([{ recordKey: ours }]);
    const { records: found } = await newer.find(country, { key1 });
    expect(found).toMatchObject([{ recordKey: theirs, key1, key2: lost, body: "theirs", version: 2 }]);
    expect(await wireOf(theirs)).toMatchObject({ key1: await hashOf(key1), key2: lost });
  });
});
