import { describe, expect, it } from "vitest";
import { popStorage, unique } from "../conformance/pop-storage.ts";
import { rejection } from "../faults/fault-storage.ts";
import { callWith } from "./call.ts";
import { unhandledDuring } from "./unhandled.ts";

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

/** A Storage, and how many pages it has asked for. */
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
  ])("ends with a StorageClientError where onError fails %s", async (_, onError) => {
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

  it("misses none of the records that stay, and repeats none, while others are deleted and written", async () => {
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

  it("asks for one page of those of which only the first few are taken", async () => {
    const { profileKey } = await recordsOf("few", 40);
    const { storage, pages } = counting();
    for await (const record of storage.findAll("de", { profileKey }, { pageSize: 10 }))
      if (record.recordKey !== "") break;
    expect(pages()).toBe(1);
  });

  it("has the next page before the caller has done with this one", async () => {
    const { profileKey } = await recordsOf("ahead", 20);
    const { storage, pages } = counting();
    const asked: number[] = [];
    for await (const record of storage.findAll("de", { profileKey }, { pageSize: 10 })) {
      if (record.recordKey !== "") asked.push(pages());
    }
    expect(asked.slice(0, 5)).toStrictEqual([1, 1, 1, 1, 1]);
    expect(asked[9]).toBe(2);
    expect(asked).toHaveLength(20);
  });

  it("tells of each record that cannot be opened, or ends with the first", async () => {
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

  it("ends with the caller's own reason", async () => {
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
