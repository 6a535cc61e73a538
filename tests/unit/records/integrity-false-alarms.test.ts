import type { RecordInput, StorageOptions } from "incountry-storage";
import { describe, expect, inject, it } from "vitest";
import { popStorage, unique } from "../../support/pop-storage.ts";
import { country, outcome } from "../../support/rotation/rotating.ts";
import { secrets } from "../../support/rotation/secrets.ts";
import { contentsOf, uniqueNumber, writing } from "../../support/storage/tampering.ts";
import { encrypted } from "./encrypted.ts";

const before = { getSecrets: () => secrets.before };
const after = { getSecrets: () => secrets.after };

type Keys = Partial<StorageOptions>;
type Written = Omit<RecordInput, "recordKey">;

/** The options of the writer and the reader, the written record, and the key to read it by: the same key by default. */
interface Case {
  readonly writer: Keys;
  readonly reader: Keys;
  readonly written?: Written;
  readonly readKey?: (recordKey: string) => string;
}

const inCapitals: Written = {
  profileKey: "Straße İstanbul ΟΔΟΣ",
  parentKey: "PARENT",
  serviceKey5: "É",
  key1: "KEY 1",
};
const lowerCase = (recordKey: string): string => recordKey.toLowerCase();

const cases: Readonly<Record<string, Case>> = {
  "by a Storage that normalizes keys, and read by one that does not": {
    writer: { normalizeKeys: true },
    reader: {},
    readKey: lowerCase,
  },
  "by a Storage that does not normalize keys, and read by one that does": {
    writer: {},
    reader: { normalizeKeys: true },
  },
  "with plain search keys, and read by a Storage that hashes them": {
    writer: { hashSearchKeys: false },
    reader: {},
  },
  "with hashed search keys, and read by a Storage that does not hash them": {
    writer: {},
    reader: { hashSearchKeys: false },
  },
  "with plain search keys in lower case, and read by a Storage that does neither": {
    writer: { hashSearchKeys: false, normalizeKeys: true },
    reader: {},
    readKey: lowerCase,
  },
  "with other options for keys altogether": {
    writer: { hashSearchKeys: true, normalizeKeys: false },
    reader: { hashSearchKeys: false, normalizeKeys: true },
  },
  "with encrypt: false": { writer: { encrypt: false }, reader: {} },
  "with encrypt: false, and read with it": { writer: { encrypt: false }, reader: { encrypt: false } },
  "with encryption, and read by a Storage with encrypt: false": { writer: {}, reader: { encrypt: false } },
  "with empty keys": { writer: {}, reader: {}, written: { profileKey: "", serviceKey1: "", key1: "", key20: "" } },
  "with empty keys as they are": {
    writer: { hashSearchKeys: false },
    reader: {},
    written: { profileKey: "", key1: "", key20: "" },
  },
  "with keys that are null": {
    writer: {},
    reader: {},
    written: { profileKey: null, parentKey: null, serviceKey1: null, key1: null, body: null },
  },
  "with a search key that looks like a hash": {
    writer: { hashSearchKeys: false },
    reader: {},
    written: { key1: "5e".repeat(32) },
  },
};

describe("a record written by this package raises no false alarm", () => {
  it.each(Object.entries(cases))(
    "%s",
    async (_, { writer, reader, written = inCapitals, readKey: asked = (key) => key }) => {
      const rangeKey1 = uniqueNumber();
      // A reader that normalizes keys finds it by its key only if the key has no capitals.
      const recordKey = unique(reader.normalizeKeys === true ? "record" : "RECORD");
      const record: RecordInput = { body: "the body", ...written, recordKey, rangeKey1 };
      await popStorage({ ...before, ...writer }).write(country, record);
      await expectNoAlarm({ reader, rangeKey1, readKey: asked(recordKey) }, contentsOf(record));
    },
  );
});

/** Reads a record in every way, before and after its rotation if it can be rotated. */
async function expectNoAlarm(
  { reader, rangeKey1, readKey: asked }: { reader: Keys; rangeKey1: bigint; readKey?: string },
  contents: Partial<RecordInput>,
): Promise<void> {
  const storage = popStorage({ ...after, ...reader });
  const expectOpened = async (): Promise<void> => {
    const { records, errors } = await storage.find(country, { rangeKey1 });
    expect({ errors, records: records.map(contentsOf) }).toStrictEqual({ errors: undefined, records: [contents] });
    if (asked === undefined) return;
    const { record } = await storage.read(country, asked);
    expect(contentsOf(record)).toStrictEqual(contents);
  };
  await expectOpened();
  if (reader.encrypt === false) return;
  const rotated = await outcome(storage.migrateAll(country, { filter: { rangeKey1 }, encryptReadable: true }));
  expect(rotated).toMatchObject({ totalMigrated: 1, totalLeft: 0, errors: [] });
  await expectOpened();
}

/** Writes a record whose encrypted body is a text made by another writer. */
async function writeSealed(record: RecordInput, text: string, writer: Keys = {}): Promise<void> {
  const body = await encrypted(text, before);
  const replaced = writing((wire) => ({ ...wire, body }));
  const throughBoth: typeof fetch = (input, init) => replaced(ofKnownEnvironment(input, init));
  await popStorage({ ...before, ...writer, fetch: throughBoth }).write(country, record);
}

async function hashOf(value: string): Promise<string> {
  const text = `${value}:${inject("pop").environmentId}`;
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** For environments that the PoP does not have: redirects their calls to one that it has. */
function ofKnownEnvironment(input: RequestInfo | URL, init?: RequestInit): Request {
  const request = new Request(input, init);
  request.headers.set("x-env-id", inject("pop").environmentId);
  return request;
}

const inKnownEnvironment: typeof fetch = (input, init) => fetch(ofKnownEnvironment(input, init));

describe("a record written by another SDK raises no false alarm", () => {
  const body = "written before the envelope";

  it.each([body, "{ not JSON", '{"meta": "not an object"}', '{"name": "Ada"}'])(
    "whose body is the text %j",
    async (text) => {
      const rangeKey1 = uniqueNumber();
      const recordKey = unique("record");
      await writeSealed({ recordKey, profileKey: "profile", rangeKey1 }, text);
      const [recordHash, profileKey] = [await hashOf(recordKey), await hashOf("profile")];
      const contents = { recordKey: recordHash, profileKey, body: text };
      await expectNoAlarm({ reader: {}, rangeKey1, readKey: recordKey }, contents);
    },
  );

  it("whose envelope has the recordKey as key", async () => {
    const rangeKey1 = uniqueNumber();
    const recordKey = unique("record");
    await writeSealed({ recordKey, rangeKey1 }, JSON.stringify({ meta: { key: recordKey }, payload: body }));
    await expectNoAlarm({ reader: {}, rangeKey1, readKey: recordKey }, { recordKey, body });
  });

  it("whose envelope lacks the empty keys, and has unknown names", async () => {
    const rangeKey1 = uniqueNumber();
    const recordKey = unique("record");
    const meta = { record_key: recordKey, country: "de", key99: "?" };
    await writeSealed({ recordKey, profileKey: "", key1: "", rangeKey1 }, JSON.stringify({ meta, payload: body }));
    await expectNoAlarm({ reader: {}, rangeKey1, readKey: recordKey }, { recordKey, profileKey: "", key1: "", body });
  });

  it("whose envelope has only the recordKey: the other keys remain hashes", async () => {
    const rangeKey1 = uniqueNumber();
    const recordKey = unique("record");
    const meta = { record_key: recordKey };
    await writeSealed({ recordKey, profileKey: "p", key1: "k", rangeKey1 }, JSON.stringify({ meta, payload: body }));
    const [profileKey, key1] = [await hashOf("p"), await hashOf("k")];
    await expectNoAlarm({ reader: {}, rangeKey1, readKey: recordKey }, { recordKey, profileKey, key1, body });
  });

  it("whose search keys are plain, without a copy in the envelope", async () => {
    const rangeKey1 = uniqueNumber();
    const recordKey = unique("record");
    const text = JSON.stringify({ meta: { record_key: recordKey }, payload: body });
    await writeSealed({ recordKey, key1: "Key 1", key2: "", rangeKey1 }, text, { hashSearchKeys: false });
    await expectNoAlarm({ reader: {}, rangeKey1, readKey: recordKey }, { recordKey, key1: "Key 1", key2: "", body });
  });

  it.each([false, true])(
    "with the environment id in lower case too (the reader normalizes: %j)",
    async (normalizeKeys) => {
      const rangeKey1 = uniqueNumber();
      const environmentId = unique("Tenant-In-CAPITALS");
      const recordKey = unique("RECORD");
      const record: RecordInput = { ...inCapitals, recordKey, body, rangeKey1 };
      const writer = {
        ...before,
        fetch: inKnownEnvironment,
        environmentId: environmentId.toLowerCase(),
        normalizeKeys: true,
      };
      await popStorage(writer).write(country, record);
      await expectNoAlarm(
        { reader: { environmentId, fetch: inKnownEnvironment, normalizeKeys }, rangeKey1 },
        contentsOf(record),
      );
    },
  );

  it("with the environment id in lower case too, and an envelope without the empty keys", async () => {
    const rangeKey1 = uniqueNumber();
    const environmentId = unique("Tenant-In-CAPITALS");
    const recordKey = unique("record");
    const text = JSON.stringify({ meta: { record_key: recordKey }, payload: body });
    const writer = { environmentId: environmentId.toLowerCase() };
    await writeSealed({ recordKey, profileKey: "", key1: "", rangeKey1 }, text, writer);
    const reader = { environmentId, fetch: inKnownEnvironment };
    await expectNoAlarm({ reader, rangeKey1 }, { recordKey, profileKey: "", key1: "", body });
  });
});
