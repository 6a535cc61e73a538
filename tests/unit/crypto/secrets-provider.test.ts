import type { SecretsInput } from "incountry-storage";
import { describe, expect, it } from "vitest";
import { key, password, storageWith, write } from "../../support/crypto/any-secrets.ts";
import { pageOf } from "../../support/crypto/sealed-parts.ts";
import { popStorage, unique } from "../../support/pop-storage.ts";

async function drain(items: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of items);
}

describe("getSecrets", () => {
  it("may be slow, and is called once for each call", async () => {
    let calls = 0;
    const { storage, sent } = storageWith(async () => {
      calls += 1;
      await new Promise((resolve) => {
        setTimeout(resolve, 30);
      });
      return "a slow password";
    });
    await storage.batchWrite(
      "us",
      Array.from({ length: 100 }, (_, index) => ({ recordKey: `${index}`, precommitBody: "draft" })),
    );
    expect([calls, sent().length]).toStrictEqual([1, 100]);
    await Promise.all([write(storage), write(storage)]);
    expect(calls).toBe(3);
  });

  it("is called once by every call that needs a secret, whatever the number of records and pages", async () => {
    let calls = 0;
    const storage = popStorage({
      getSecrets: () => {
        calls += 1;
        return "a password of the tests";
      },
    });
    const profileKey = unique("asked-once");
    const records = Array.from({ length: 7 }, (_, index) => ({ recordKey: `${profileKey}/${index}`, profileKey }));
    const counted = async (call: () => Promise<unknown>): Promise<number> => {
      const before = calls;
      await call();
      return calls - before;
    };
    const counts = {
      write: await counted(() => storage.write("de", { recordKey: profileKey, precommitBody: "draft" })),
      batchWrite: await counted(() => storage.batchWrite("de", records)),
      read: await counted(() => storage.read("de", profileKey)),
      find: await counted(() => storage.find("de", { profileKey })),
      findOne: await counted(() => storage.findOne("de", { profileKey })),
      findAll: await counted(() => drain(storage.findAll("de", { profileKey }, { pageSize: 2 }))),
      migrate: await counted(() => storage.migrate("de", { filter: { profileKey } })),
      migrateAll: await counted(() => drain(storage.migrateAll("de", { filter: { profileKey } }))),
    };
    expect(new Set(Object.values(counts))).toStrictEqual(new Set([1]));
  });

  it("that never resolves is abandoned when the signal aborts", async () => {
    const { storage } = storageWith(() => new Promise(() => undefined));
    const controller = new AbortController();
    const reason = new Error("the caller's own");
    const call = storage.write("us", { recordKey: "one" }, { signal: controller.signal });
    controller.abort(reason);
    await expect(call).rejects.toBe(reason);
  });

  it.each([
    [
      "throws",
      () => {
        throw new RangeError("vault sealed");
      },
    ],
    ["rejects", () => Promise.reject(new RangeError("vault sealed"))],
  ])("that %s fails the call, with its error as the cause, and is called again by the next", async (_, failing) => {
    let fails = true;
    const { storage, calls } = storageWith(() => (fails ? failing() : "a password"));
    const error = { name: "SecretsProviderError", code: "secrets_provider_error", cause: expect.any(RangeError) };
    await expect(write(storage)).rejects.toMatchObject(error);
    await expect(storage.validate()).rejects.toMatchObject(error);
    await expect(storage.find("us")).rejects.toMatchObject({ name: "StorageServerError" });
    expect(calls).toHaveLength(1);
    fails = false;
    await write(storage);
    expect(calls).toHaveLength(2);
  });

  it("that returns another secret later affects later calls only", async () => {
    const responses: SecretsInput[] = [
      "the first",
      { currentVersion: 1, secrets: [password] },
      { currentVersion: 2, secrets: [password, key] },
      { currentVersion: 1, secrets: [password] },
    ];
    let calls = 0;
    const { storage, sent } = storageWith(() => {
      calls += 1;
      return responses[calls - 1];
    });
    for (const _ of responses) await write(storage);
    expect(sent().map(({ version }) => version)).toStrictEqual([0, 1, 2, 1]);
  });

  it("without the version of a record makes the record's error name it", async () => {
    const { storage, sent } = storageWith(() => ({ currentVersion: 2, secrets: [key] }));
    await write(storage);
    const reader = storageWith(() => ({ currentVersion: 1, secrets: [password] }), pageOf(sent()));
    const { errors } = await reader.storage.find("us");
    expect(errors).toMatchObject([
      {
        error: {
          name: "StorageCryptoError",
          message:
            "The record was encrypted with the secret of version 2, which getSecrets() did not return: add it to the secrets.",
        },
      },
    ]);
  });

  it("is not called if no secret is needed", async () => {
    const { storage } = storageWith(() => {
      throw new Error("The provider was called.");
    }, {});
    expect(await storage.delete("us", "one")).toStrictEqual({ success: true });
    expect(await storage.healthcheck("us")).toStrictEqual({ result: true });
  });
});
