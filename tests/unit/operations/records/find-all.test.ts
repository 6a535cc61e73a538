import { looseObject, parse } from "valibot";
import { describe, expect, it } from "vitest";
import { rejection } from "../../../support/faults/fault-storage.ts";
import { popStorage, unique } from "../../../support/pop-storage.ts";
import { intercept } from "../../../support/rotation/intercept.ts";
import { callWith } from "../../../support/storage/call.ts";
import { unhandledDuring } from "../../../support/storage/unhandled.ts";

const ofTheCaller = new Error("of the caller");

function fail(): never {
  throw ofTheCaller;
}

async function recordsOf(word: string, count: number): Promise<{ profileKey: string; keys: string[] }> {
  const profileKey = unique(word);
  const keys = Array.from({ length: count }, (_, index) => `${profileKey}/${String(index).padStart(3, "0")}`);
  await popStorage().batchWrite(
    "de",
    keys.map((recordKey) => ({ recordKey, profileKey, body: recordKey })),
  );
  return { profileKey, keys };
}

/** A Storage, and the number of pages that it has requested. */
function counting(): { storage: ReturnType<typeof popStorage>; pages: () => number } {
  let pages = 0;
  const storage = popStorage({
    fetch: (input, init) => {
      const url = input instanceof Request ? input.url : String(input);
      if (url.endsWith("/find")) pages += 1;
      return fetch(input, init);
    },
  });
  return { storage, pages: () => pages };
}

describe("findAll", () => {
  it.each([
    ["at once", () => fail()],
    ["later", async () => fail()],
  ])("rejects with a StorageClientError if onError fails %s", async (_, onError) => {
    const { profileKey } = await recordsOf("unopenable", 1);
    const stranger = popStorage({ getSecrets: () => "another password of the tests" });
    const unhandled = await unhandledDuring(async () => {
      expect(await rejection(callWith(stranger, "findAll", "de", { profileKey }, { onError }))).toMatchObject({
        name: "StorageClientError",
        cause: ofTheCaller,
      });
    });
    expect(unhandled).toStrictEqual([]);
  });

  it("misses no remaining record and repeats none while others are deleted and written", async () => {
    const { profileKey, keys } = await recordsOf("moving", 60);
    const storage = popStorage();
    const deleted = keys.slice(0, 15);
    const found: string[] = [];
    for await (const { recordKey } of storage.findAll("de", { profileKey }, { pageSize: 10 })) {
      if (found.length === 0) {
        await storage.batchDelete("de", deleted);
        await storage.batchWrite("de", [{ recordKey: keys[40] ?? "", profileKey, body: "rewritten" }]);
      }
      found.push(recordKey);
    }
    expect(new Set(found).size).toBe(found.length);
    const missed = keys.filter((key) => !deleted.includes(key) && !found.includes(key));
    expect(missed).toStrictEqual([]);
  });

  it("misses no remaining record if as many are written as are deleted", async () => {
    const { profileKey, keys } = await recordsOf("replaced", 60);
    const storage = popStorage();
    const found: string[] = [];
    for await (const { recordKey } of storage.findAll("de", { profileKey }, { pageSize: 10 })) {
      if (found.length === 0) {
        await storage.batchDelete("de", keys.slice(0, 10));
        const written = keys.slice(0, 10).map((key) => ({ recordKey: `${key}/new`, profileKey }));
        await storage.batchWrite("de", written);
      }
      found.push(recordKey);
    }
    expect(new Set(found).size).toBe(found.length);
    expect(keys.slice(10).filter((key) => !found.includes(key))).toStrictEqual([]);
  });

  it("misses no remaining record if others move to the end of the order", async () => {
    const { profileKey, keys } = await recordsOf("rewritten", 60);
    const storage = popStorage();
    const found: string[] = [];
    const sort = [{ updatedAt: "asc" as const }];
    for await (const { recordKey } of storage.findAll("de", { profileKey }, { pageSize: 10, sort })) {
      found.push(recordKey);
      // All records found so far, each time, so that none is left at the earlier offsets.
      if (found.length % 9 === 0 && found.length < 60) {
        await storage.batchWrite(
          "de",
          found.map((key) => ({ recordKey: key, profileKey })),
        );
      }
    }
    expect(new Set(found).size).toBe(found.length);
    expect(found.toSorted()).toStrictEqual(keys);
  });

  it.each([1, 2, 3, 7])("finds each record once on pages of %i", async (pageSize) => {
    const { profileKey, keys } = await recordsOf("small", 7);
    const found: string[] = [];
    for await (const { recordKey } of popStorage().findAll("de", { profileKey }, { pageSize })) found.push(recordKey);
    expect(found.toSorted()).toStrictEqual(keys);
  });

  it("ends if a PoP returns another order each time", async () => {
    const { profileKey } = await recordsOf("unordered", 40);
    let requests = 0;
    const fetch = intercept(({ body }, forward) => {
      requests += 1;
      const sort = [{ updated_at: requests % 2 === 0 ? "asc" : "desc" }];
      const { options, ...rest } = parse(looseObject({ options: looseObject({}) }), body);
      return forward({ ...rest, options: { ...options, sort } });
    });
    const found: string[] = [];
    for await (const { recordKey } of popStorage({ fetch }).findAll("de", { profileKey }, { pageSize: 10 }))
      found.push(recordKey);
    expect(new Set(found).size).toBe(found.length);
  });

  it("rejects with a StorageServerError if a PoP returns the same records repeatedly", async () => {
    const { profileKey, keys } = await recordsOf("endless", 10);
    const fetch = intercept(async ({ body }, forward) => {
      const { options, ...rest } = parse(looseObject({ options: looseObject({}) }), body);
      const page = parse(
        looseObject({ meta: looseObject({}) }),
        await (await forward({ ...rest, options: { ...options, offset: 0 } })).json(),
      );
      return Response.json({ ...page, meta: { ...page.meta, total: 1_000_000 } });
    });
    const found: string[] = [];
    const all = async (): Promise<void> => {
      for await (const { recordKey } of popStorage({ fetch }).findAll("de", { profileKey }, { pageSize: 10 }))
        found.push(recordKey);
    };
    await expect(all()).rejects.toMatchObject({
      name: "StorageServerError",
      message: expect.stringContaining("pagination made no progress"),
    });
    expect(found.toSorted()).toStrictEqual(keys);
  });

  it("requests one page if only its first records are consumed", async () => {
    const { profileKey } = await recordsOf("few", 40);
    const { storage, pages } = counting();
    for await (const record of storage.findAll("de", { profileKey }, { pageSize: 10 }))
      if (record.recordKey !== "") break;
    expect(pages()).toBe(1);
  });

  it("fetches the next page before the caller has consumed the current one", async () => {
    const { profileKey } = await recordsOf("ahead", 20);
    const { storage, pages } = counting();
    const requests: number[] = [];
    for await (const record of storage.findAll("de", { profileKey }, { pageSize: 10 })) {
      if (record.recordKey !== "") requests.push(pages());
    }
    expect(requests.slice(0, 5)).toStrictEqual([1, 1, 1, 1, 1]);
    expect(requests[9]).toBe(2);
    expect(requests).toHaveLength(20);
  });

  it("reports each record that fails to decrypt, or rejects at the first", async () => {
    const { profileKey, keys } = await recordsOf("foreign", 5);
    await popStorage({ getSecrets: () => "quite another password" }).write("de", {
      recordKey: `${profileKey}/x`,
      profileKey,
    });
    const failed: string[] = [];
    const found: string[] = [];
    const onError = ({ error }: { error: Error }): void => void failed.push(error.name);
    for await (const { recordKey } of popStorage().findAll("de", { profileKey }, { onError })) found.push(recordKey);
    expect(found.toSorted()).toStrictEqual(keys);
    expect(failed).toStrictEqual(["StorageCryptoError"]);
    const all = async (): Promise<void> => {
      for await (const record of popStorage().findAll("de", { profileKey })) found.push(record.recordKey);
    };
    await expect(all()).rejects.toMatchObject({ name: "StorageCryptoError" });
  });

  it("reports each record that fails to decrypt once, however the pages overlap", async () => {
    const { profileKey } = await recordsOf("each-once", 25);
    const stranger = popStorage({ getSecrets: () => "another password of the tests" });
    let failed = 0;
    const onError = (): void => void (failed += 1);
    for await (const { recordKey } of stranger.findAll("de", { profileKey }, { pageSize: 10, onError }))
      expect.unreachable(recordKey);
    expect(failed).toBe(25);
  });

  it("rejects with the caller's reason in the middle of the last page", async () => {
    const { profileKey } = await recordsOf("one-page", 10);
    const controller = new AbortController();
    const reason = new Error("enough");
    const found: string[] = [];
    const all = async (): Promise<void> => {
      const request = { signal: controller.signal };
      for await (const { recordKey } of popStorage().findAll("de", { profileKey }, {}, request)) {
        found.push(recordKey);
        controller.abort(reason);
      }
    };
    await expect(all()).rejects.toBe(reason);
    expect(found).toHaveLength(1);
  });

  it("rejects with the caller's reason", async () => {
    const { profileKey } = await recordsOf("cancelled", 30);
    const controller = new AbortController();
    const reason = new Error("enough");
    const all = async (): Promise<void> => {
      const options = { pageSize: 10 };
      for await (const record of popStorage().findAll("de", { profileKey }, options, { signal: controller.signal })) {
        if (record.recordKey !== "") controller.abort(reason);
      }
    };
    await expect(all()).rejects.toBe(reason);
  });
});
