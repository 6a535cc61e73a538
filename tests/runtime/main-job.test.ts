import { type RecordInput, Storage, StorageServerError } from "incountry-storage";
import { describe, expect, inject, it } from "vitest";
import { expectAllPaged } from "../support/many-records.ts";
import { popStorage, unique } from "../support/pop-storage.ts";

const inAnHour = (): Date => new Date(Math.floor(Date.now() / 1000) * 1000 + 3_600_000);

function everyField(recordKey: string): Required<RecordInput> {
  return {
    recordKey,
    parentKey: "parent №1",
    profileKey: "Zoë Müller",
    serviceKey1: "service",
    serviceKey2: "",
    serviceKey3: "三",
    serviceKey4: "four",
    serviceKey5: "five",
    key1: "ключ",
    key2: "",
    key3: "k3",
    key4: "k4",
    key5: "k5",
    key6: "k6",
    key7: "k7",
    key8: "k8",
    key9: "k9",
    key10: "k10",
    key11: "k11",
    key12: "k12",
    key13: "k13",
    key14: "k14",
    key15: "k15",
    key16: "k16",
    key17: "k17",
    key18: "k18",
    key19: "k19",
    key20: "🛂",
    body: '{"name":"Zoë","пол":"ж"}\0',
    precommitBody: "draft ✓",
    rangeKey1: 9223372036854775807n,
    rangeKey2: -9223372036854775808n,
    rangeKey3: 9007199254740993n,
    rangeKey4: 0,
    rangeKey5: -1,
    rangeKey6: 6,
    rangeKey7: 9007199254740991,
    rangeKey8: 8,
    rangeKey9: 9,
    rangeKey10: 10,
    expiresAt: inAnHour(),
  };
}

describe("a record", () => {
  it("with every field round-trips through write, read, find and findOne", async () => {
    const storage = popStorage();
    const record = everyField(unique("full"));
    const written = await storage.write("DE", record);
    expect(written.record).toMatchObject(record);
    const { record: read } = await storage.read("de", record.recordKey);
    expect(read).toStrictEqual(written.record);
    expect(read.createdAt).toBeInstanceOf(Date);
    const filter = { recordKey: record.recordKey, rangeKey1: 9223372036854775807n };
    const found = await storage.find("De", filter);
    expect(found).toStrictEqual({ records: [read], meta: { count: 1, limit: 100, offset: 0, total: 1 } });
    expect(await storage.findOne("de", filter)).toStrictEqual({ record: read });
  });

  it("with only a key has no other fields", async () => {
    const storage = popStorage();
    const recordKey = unique("bare");
    await storage.write("de", { recordKey, key1: null, body: null, rangeKey1: undefined });
    const { record } = await storage.read("de", recordKey);
    const { createdAt, updatedAt, ...rest } = record;
    expect(rest).toStrictEqual({ recordKey, version: 0, isEncrypted: true, attachments: [] });
    expect(updatedAt).toStrictEqual(createdAt);
  });

  it("that was read can be changed and written back", async () => {
    const storage = popStorage();
    const recordKey = unique("again");
    await storage.write("de", { recordKey, body: "before", key1: "kept", key2: "dropped" });
    const { record } = await storage.read("de", recordKey);
    await storage.write("de", { ...record, body: "after", key2: null });
    const { record: again } = await storage.read("de", recordKey);
    expect(again).toMatchObject({ recordKey, body: "after", key1: "kept", createdAt: record.createdAt });
    expect(again).not.toHaveProperty("key2");
    expect(again.updatedAt?.getTime()).toBeGreaterThan(record.updatedAt?.getTime() ?? Infinity);
  });

  it("exists only in the country of its write", async () => {
    const storage = popStorage();
    const recordKey = unique("elsewhere");
    await storage.write("de", { recordKey });
    await expect(storage.read("fr", recordKey)).rejects.toMatchObject({ name: "StorageServerError", status: 404 });
    expect(await storage.findOne("fr", { recordKey })).toStrictEqual({ record: null });
  });

  it("does not exist after delete, and a second delete is a 404", async () => {
    const storage = popStorage();
    const recordKey = unique("gone");
    await storage.write("de", { recordKey });
    expect(await storage.delete("de", recordKey)).toStrictEqual({ success: true });
    await expect(storage.read("de", recordKey)).rejects.toThrow(StorageServerError);
    await expect(storage.delete("de", recordKey)).rejects.toMatchObject({ status: 404 });
  });

  it("is sent without a readable key or body", async () => {
    const sent: string[] = [];
    const spying: typeof fetch = async (input, init) => {
      const request = new Request(input, init);
      const text = await request.clone().text();
      sent.push(request.url, text, ...request.headers.values());
      return fetch(request.url, {
        method: request.method,
        headers: request.headers,
        ...(text === "" ? {} : { body: text }),
      });
    };
    const storage = popStorage({ fetch: spying });
    const recordKey = unique("planted-key");
    await storage.write("de", {
      recordKey,
      profileKey: "planted-profile",
      key1: "planted-search",
      body: "planted-body",
    });
    await storage.find("de", { recordKey, key1: ["planted-search", "planted-other"] });
    await storage.read("de", recordKey);
    expect(sent.length).toBeGreaterThan(3);
    expect(sent.filter((text) => text.includes("planted"))).toStrictEqual([]);
  });
});

describe("a batch", () => {
  it("of 100 records is written, found and deleted", async () => {
    const storage = popStorage();
    const profileKey = unique("batch");
    const records = Array.from({ length: 100 }, (_, index) => ({
      recordKey: `${profileKey}/${index}`,
      profileKey,
      body: `body ${index}`,
      rangeKey1: index,
    }));
    const written = await storage.batchWrite("de", records);
    expect(written.records).toMatchObject(records);
    const found = await storage.find("de", { profileKey }, { sort: [{ rangeKey1: "asc" }] });
    expect(found.records).toMatchObject(records);
    const half = records.slice(0, 50).map(({ recordKey }) => recordKey);
    expect(await storage.batchDelete("de", half)).toStrictEqual({ success: true });
    const left = await storage.find("de", { profileKey }, { sort: [{ rangeKey1: "desc" }], limit: 10, offset: 5 });
    expect(left.meta).toStrictEqual({ count: 10, limit: 10, offset: 5, total: 50 });
    expect(left.records.map(({ rangeKey1 }) => rangeKey1)).toStrictEqual([94, 93, 92, 91, 90, 89, 88, 87, 86, 85]);
  });
});

describe("find", () => {
  it("returns the records that decrypt, and the raw data and error of each other record", async () => {
    const profileKey = unique("mixed");
    await popStorage().write("de", { recordKey: `${profileKey}/ours`, profileKey, body: "ours" });
    const other = popStorage({ getSecrets: () => "another password" });
    await other.write("de", {
      recordKey: `${profileKey}/theirs`,
      profileKey,
      body: "theirs",
      rangeKey1: 9007199254740993n,
    });
    const { records, errors = [], meta } = await popStorage().find("de", { profileKey });
    expect(records).toMatchObject([{ body: "ours" }]);
    expect(errors).toMatchObject([
      { rawData: { range_key1: 9007199254740993n }, error: { name: "StorageCryptoError" } },
    ]);
    expect(errors).toHaveLength(1);
    expect(meta.total).toBe(2);
  });

  it("supports every operator", async () => {
    const storage = popStorage();
    const profileKey = unique("operators");
    const expiresAt = inAnHour();
    await storage.batchWrite("de", [
      { recordKey: `${profileKey}/1`, profileKey, key1: "a", rangeKey1: 1, expiresAt },
      { recordKey: `${profileKey}/2`, profileKey, key1: "b", rangeKey1: 2 },
      { recordKey: `${profileKey}/3`, profileKey, rangeKey1: 9223372036854775807n },
    ]);
    const found = async (filter: Parameters<Storage["find"]>[1]): Promise<string> => {
      const { records } = await storage.find("de", { profileKey, ...filter }, { sort: [{ rangeKey1: "asc" }] });
      return records.map(({ recordKey }) => recordKey.at(-1)).join("");
    };
    expect(await found({ key1: "a" })).toBe("1");
    expect(await found({ key1: ["a", "b"] })).toBe("12");
    expect(await found({ key1: null })).toBe("3");
    expect(await found({ key1: { $not: "a" } })).toBe("2");
    expect(await found({ key1: { $not: ["a", "b"] } })).toBe("");
    expect(await found({ key1: { $not: null } })).toBe("12");
    expect(await found({ rangeKey1: 9223372036854775807n })).toBe("3");
    expect(await found({ rangeKey1: [1, 9223372036854775807n] })).toBe("13");
    expect(await found({ rangeKey1: { $gt: 1 } })).toBe("23");
    expect(await found({ rangeKey1: { $gte: 2, $lt: 9223372036854775807n } })).toBe("2");
    expect(await found({ rangeKey1: { $not: [1, 2] } })).toBe("3");
    expect(await found({ expiresAt })).toBe("1");
    expect(await found({ expiresAt: null })).toBe("23");
    expect(await found({ expiresAt: { $not: null } })).toBe("1");
    expect(await found({ expiresAt: { $gt: new Date(), $lte: expiresAt } })).toBe("1");
    expect(await found({ createdAt: { $lt: new Date(0) } })).toBe("");
    expect(await found({ updatedAt: { $gt: new Date(0) } })).toBe("123");
    expect(await found({ version: 0 })).toBe("123");
    expect(await found({ version: { $not: 0 } })).toBe("");
  });

  it("matches any part of unhashed keys, as they are or normalized", async () => {
    const storage = popStorage({ hashSearchKeys: false });
    const mark = crypto.randomUUID();
    await storage.batchWrite("de", [
      { recordKey: `${mark}/1`, key1: `${mark} 100% Zoë`, key2: "b" },
      { recordKey: `${mark}/2`, key20: `${mark} 100_ Zoe`, key2: "a" },
    ]);
    const found = async (searchKeys: string): Promise<(string | undefined)[]> => {
      const { records } = await storage.find("de", { searchKeys }, { sort: [{ key2: "asc" }] });
      return records.map(({ recordKey }) => recordKey.at(-1));
    };
    expect(await found(mark)).toStrictEqual(["2", "1"]);
    expect(await found(`${mark} 100%`)).toStrictEqual(["1"]);
    expect(await found(`${mark} 100_`)).toStrictEqual(["2"]);
    const normalizing = popStorage({ hashSearchKeys: false, normalizeKeys: true });
    await normalizing.write("de", { recordKey: `${mark}/N`, key1: `${mark} MIXED Case` });
    const { records } = await normalizing.find("de", { searchKeys: `${mark} mixed CASE` });
    expect(records).toMatchObject([{ recordKey: `${mark}/N`, key1: `${mark} MIXED Case` }]);
  });
});

describe("the PoP", () => {
  it("is healthy", async () => {
    expect(await popStorage().healthcheck("de")).toStrictEqual({ result: true });
  });

  it("accepts client credentials, a token, and a token function", async () => {
    const { url, clientId, clientSecret, environmentId } = inject("pop");
    const recordKey = unique("oauth");
    const authEndpoints = { default: `${url}/oauth2/token` };
    const storage = popStorage({ oauth: { clientId, clientSecret, authEndpoints } });
    await storage.write("de", { recordKey, body: "by credentials" });
    const form = { grant_type: "client_credentials", scope: environmentId, audience: url };
    const response = await fetch(`${url}/oauth2/token`, {
      method: "POST",
      headers: { authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` },
      body: new URLSearchParams(form),
    });
    const { access_token: token } = await response.json();
    for (const given of [token, () => token, async () => token]) {
      const { record } = await popStorage({ oauth: { token: given } }).read("de", recordKey);
      expect(record.body).toBe("by credentials");
    }
  });
});

it("records written in batches are paged through without one missing or doubled", async () => {
  await expectAllPaged(300);
});
