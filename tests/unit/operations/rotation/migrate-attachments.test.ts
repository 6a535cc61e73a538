import {
  type AttachmentMeta,
  type MigrateAllOptions,
  type MigrateProgress,
  type SecretsData,
  type StorageOptions,
} from "incountry-storage";
import { describe, expect, it } from "vitest";
import { type Attaching, attachingTo, country, expectBytes } from "../../../support/attachments/attaching.ts";
import { patternBytes } from "../../../support/attachments/pattern-bytes.ts";
import { methodOf, urlOf } from "../../../support/attachments/tampering.ts";
import { rejection } from "../../../support/faults/fault-storage.ts";
import { popStorage, unique } from "../../../support/pop-storage.ts";

const key = patternBytes(32);
const oldSecrets: SecretsData = { currentVersion: 1, secrets: [{ version: 1, secret: "the first password" }] };
const bothSecrets: SecretsData = {
  currentVersion: 2,
  secrets: [...oldSecrets.secrets, { version: 2, secret: key, isKey: true }],
};
const newSecrets: SecretsData = { currentVersion: 2, secrets: [{ version: 2, secret: key, isKey: true }] };

const withOld: Partial<StorageOptions> = { getSecrets: () => oldSecrets };
const withBoth: Partial<StorageOptions> = { getSecrets: () => bothSecrets };
const withNew: Partial<StorageOptions> = { getSecrets: () => newSecrets };

/** Records of one test alone, found by a common key. */
async function records(count: number): Promise<{ keys: string[]; options: MigrateAllOptions }> {
  const parentKey = unique("migrated");
  const keys = Array.from({ length: count }, (_, index) => `${parentKey}-${index}`);
  await popStorage().batchWrite(
    country,
    keys.map((recordKey) => ({ recordKey, parentKey })),
  );
  return { keys, options: { filter: { parentKey }, pageSize: 2, concurrency: 2 } };
}

async function migrate(by: Attaching, options: MigrateAllOptions): Promise<MigrateProgress[]> {
  const progress: MigrateProgress[] = [];
  for await (const interceptor of by.storage.migrateAttachments(country, options)) progress.push(interceptor);
  return progress;
}

/** The file as the PoP has it, by its id. */
async function storedAt(recordKey: string): Promise<Map<string, AttachmentMeta>> {
  const { record } = await popStorage().read(country, recordKey);
  return new Map((record.attachments ?? []).map((meta) => [meta.fileId, meta]));
}

/** A Storage that runs a task after all its uploads have started, and delivers them to the PoP afterwards. */
function overtaken(recordKey: string, meanwhile: () => Promise<unknown>): Attaching {
  let happened = false;
  return attachingTo(recordKey, {
    ...withBoth,
    fetch: async (input, init) => {
      if (methodOf(input, init) !== "PUT" || happened) return fetch(input, init);
      const body = await new Response(init?.body).blob();
      happened = true;
      await meanwhile();
      return fetch(input, { ...init, body });
    },
  });
}

async function sealedBefore(fileName: string) {
  const { keys, options } = await records(1);
  const [recordKey = ""] = keys;
  const { fileId } = await attachingTo(recordKey, withOld).add({ file: key, fileName, encrypt: true });
  return { recordKey, fileId, options, to: attachingTo(recordKey, withBoth) };
}

describe("migrateAttachments()", () => {
  it("re-encrypts what an older secret encrypted, and nothing else", async () => {
    const { keys, options } = await records(5);
    const files: { recordKey: string; meta: AttachmentMeta; bytes: Uint8Array }[] = [];
    for (const [index, recordKey] of keys.entries()) {
      const bytes = patternBytes(index * 70_000, index);
      const sealed = { file: bytes, fileName: `passport ${index}.png`, mimeType: "image/png", encrypt: true };
      files.push({ recordKey, bytes, meta: await attachingTo(recordKey, withOld).add(sealed) });
    }
    const [first = ""] = keys;
    const plain = await attachingTo(first).add({ file: key, fileName: "plain" });
    const current = await attachingTo(first, withNew).add({ file: key, fileName: "current", encrypt: true });
    const before = await storedAt(first);

    const progress = await migrate(attachingTo(first, withBoth), options);
    const last = progress.at(-1);
    expect(last).toMatchObject({ totalMigrated: 5, totalLeft: 0, total: 6 });
    expect(progress.reduce((sum, { migrated }) => sum + migrated, 0)).toBe(5);
    expect(progress.flatMap(({ errors = [] }) => errors)).toStrictEqual([]);

    for (const { recordKey, meta, bytes } of files) {
      const { storage } = attachingTo(recordKey, withNew);
      const { attachmentData } = await storage.getAttachmentFile(country, recordKey, meta.fileId);
      expect(attachmentData).toMatchObject({
        fileName: meta.fileName,
        mimeType: "image/png",
        size: bytes.length,
        sealed: true,
      });
      await expectBytes(attachmentData.bytes(), bytes);
      const opened = await storage.getAttachmentMeta(country, recordKey, meta.fileId);
      expect(opened.attachmentMeta).toMatchObject({
        fileId: meta.fileId,
        fileName: meta.fileName,
        createdAt: meta.createdAt,
      });
      const old = attachingTo(recordKey, withOld).bytes(meta.fileId);
      expect(await rejection(old)).toMatchObject({ name: "StorageCryptoError" });
    }
    const after = await storedAt(first);
    for (const { fileId } of [plain, current]) expect(after.get(fileId)).toStrictEqual(before.get(fileId));
  });

  it("finds nothing to rotate the second time", async () => {
    const { keys, options } = await records(1);
    const [recordKey = ""] = keys;
    await attachingTo(recordKey, withOld).add({ file: key, fileName: "once", encrypt: true });
    await migrate(attachingTo(recordKey, withBoth), options);
    const stored = await storedAt(recordKey);
    expect(await migrate(attachingTo(recordKey, withBoth), options)).toStrictEqual([
      { migrated: 0, totalMigrated: 0, totalLeft: 0, total: 1 },
    ]);
    expect(await storedAt(recordKey)).toStrictEqual(stored);
  });

  it("reports the result if there are no sealed files", async () => {
    const { keys, options } = await records(3);
    expect(await migrate(attachingTo(keys[0] ?? "", withBoth), options)).toStrictEqual([
      { migrated: 0, totalMigrated: 0, totalLeft: 0, total: 0 },
    ]);
  });

  it("counts and writes nothing with dryRun", async () => {
    const { keys, options } = await records(2);
    for (const recordKey of keys)
      await attachingTo(recordKey, withOld).add({ file: key, fileName: "x", encrypt: true });
    const stored = await storedAt(keys[0] ?? "");
    const progress = await migrate(attachingTo(keys[0] ?? "", withBoth), { ...options, dryRun: true });
    expect(progress.at(-1)).toMatchObject({ totalMigrated: 2, total: 2 });
    expect(await storedAt(keys[0] ?? "")).toStrictEqual(stored);
  });

  it("skips and reports files that fail to decrypt", async () => {
    const { keys, options } = await records(2);
    const [recordKey = "", other = ""] = keys;
    const lost = { getSecrets: () => ({ currentVersion: 9, secrets: [{ version: 9, secret: "lost" }] }) };
    const unknown = await attachingTo(recordKey, lost).add({ file: key, fileName: "unknown", encrypt: true });
    const known = await attachingTo(other, withOld).add({ file: key, fileName: "known", encrypt: true });
    const progress = await migrate(attachingTo(recordKey, withBoth), options);
    expect(progress.at(-1)).toMatchObject({ totalMigrated: 1, totalLeft: 1, total: 2 });
    const errors = progress.flatMap((interceptor) => interceptor.errors ?? []);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatchObject({ rawData: { file_id: unknown.fileId }, error: { name: "StorageCryptoError" } });
    expect(String(errors[0]?.error)).toContain("version 9");
    expect(await attachingTo(other, withNew).bytes(known.fileId)).toStrictEqual(key);
  });

  it("skips and reports files that the PoP cannot serve", async () => {
    const { keys, options } = await records(2);
    const [recordKey = "", other = ""] = keys;
    const broken = await attachingTo(recordKey, withOld).add({ file: key, fileName: "broken", encrypt: true });
    const whole = await attachingTo(other, withOld).add({ file: key, fileName: "whole", encrypt: true });
    const migrating = attachingTo(recordKey, {
      ...withBoth,
      fetch: async (input, init) =>
        urlOf(input).endsWith(`/attachments/${broken.fileId}`)
          ? Response.json({}, { status: 500 })
          : fetch(input, init),
    });
    const progress = await migrate(migrating, options);
    expect(progress.at(-1)).toMatchObject({ totalMigrated: 1, totalLeft: 1, total: 2 });
    const errors = progress.flatMap((interceptor) => interceptor.errors ?? []);
    expect(errors).toMatchObject([
      {
        rawData: { file_id: broken.fileId },
        error: { name: "StorageCryptoError", cause: { name: "StorageServerError", status: 500 } },
      },
    ]);
    expect(await attachingTo(other, withNew).bytes(whole.fileId)).toStrictEqual(key);
  });

  it("completes an earlier run that stopped between its two steps, with the file always readable", async () => {
    const { keys, options } = await records(1);
    const [recordKey = ""] = keys;
    const { fileId } = await attachingTo(recordKey, withOld).add({ file: key, fileName: "between", encrypt: true });
    const failing = attachingTo(recordKey, {
      ...withBoth,
      httpOptions: { retryBaseDelay: 1, retryMaxDelay: 1 },
      fetch: async (input, init) => {
        if (methodOf(input, init) === "PATCH") throw new TypeError("The power failed.");
        return fetch(input, init);
      },
    });
    expect(await rejection(migrate(failing, options))).toMatchObject({ name: "StorageNetworkError" });
    expect(await attachingTo(recordKey, withBoth).bytes(fileId)).toStrictEqual(key);
    const progress = await migrate(attachingTo(recordKey, withBoth), options);
    expect(progress.at(-1)).toMatchObject({ totalMigrated: 1, totalLeft: 0 });
    expect(await attachingTo(recordKey, withNew).bytes(fileId)).toStrictEqual(key);
    const conflict = attachingTo(recordKey, withNew).add({ file: key, fileName: "between", encrypt: true });
    expect(await rejection(conflict)).toMatchObject({ status: 409 });
  });

  it("does not overwrite a file that was replaced during its re-encryption", async () => {
    const { keys, options } = await records(1);
    const [recordKey = ""] = keys;
    const to = attachingTo(recordKey, withBoth);
    const { fileId } = await attachingTo(recordKey, withOld).add({ file: key, fileName: "moving", encrypt: true });
    const newer = patternBytes(100, 9);
    let replaced = false;
    const migrating = attachingTo(recordKey, {
      ...withBoth,
      fetch: async (input, init) => {
        // Replaces the file first: the request for its bytes gets those of the new file.
        const isWhole = !new Headers(init?.headers).has("range");
        if (/\/attachments\/[^/]+$/.test(urlOf(input)) && isWhole && !replaced) {
          replaced = true;
          await to.add({ file: newer, fileName: "moving", encrypt: true, upsert: true });
        }
        return fetch(input, init);
      },
    });
    await migrate(migrating, options);
    expect(replaced).toBe(true);
    expect(await attachingTo(recordKey, withNew).bytes(fileId)).toStrictEqual(newer);
    expect((await storedAt(recordKey)).size).toBe(1);
  });

  it("does not restore a file that was deleted at the last moment", async () => {
    const { recordKey, fileId, options, to } = await sealedBefore("deleted");
    const migrating = overtaken(recordKey, () => to.storage.deleteAttachment(country, recordKey, fileId));
    const progress = await migrate(migrating, options);
    expect(progress).toStrictEqual([{ migrated: 0, totalMigrated: 0, totalLeft: 0, total: 1 }]);
    expect((await storedAt(recordKey)).size).toBe(0);
  });

  it("leaves no duplicate of a file that was replaced at the last moment", async () => {
    const { recordKey, fileId, options, to } = await sealedBefore("upserted");
    const newer = patternBytes(100, 9);
    const upsert = { file: newer, fileName: "upserted", encrypt: true, upsert: true };
    const progress = await migrate(
      overtaken(recordKey, () => to.add(upsert)),
      options,
    );
    expect(progress).toStrictEqual([{ migrated: 0, totalMigrated: 0, totalLeft: 0, total: 1 }]);
    expect([...(await storedAt(recordKey)).keys()]).toStrictEqual([fileId]);
    expect(await attachingTo(recordKey, withNew).bytes(fileId)).toStrictEqual(newer);
  });

  it("leaves a file intact if the PoP changes its id on replacement, and reports it", async () => {
    const { recordKey, options } = await sealedBefore("with another id");
    const deleted = new Set<string>();
    const forgetful = attachingTo(recordKey, {
      ...withBoth,
      fetch: async (input, init) => {
        if (methodOf(input, init) !== "PUT") return fetch(input, init);
        const body = await new Response(init?.body).blob();
        for (const fileId of (await storedAt(recordKey)).keys()) {
          deleted.add(fileId);
          await popStorage().deleteAttachment(country, recordKey, fileId);
        }
        return fetch(input, { ...init, body });
      },
    });
    const errors = (await migrate(forgetful, options)).flatMap((interceptor) => interceptor.errors ?? []);
    expect(errors.map(({ error }) => error)).toMatchObject([{ name: "StorageIntegrityError" }]);
    const stored = [...(await storedAt(recordKey)).keys()];
    expect(stored).toHaveLength(1);
    expect(deleted).not.toContain(stored[0]);
    expect(await attachingTo(recordKey, withBoth).bytes(stored[0] ?? "")).toStrictEqual(key);
  });

  it("by several processes at once leaves each file once", async () => {
    const { keys, options } = await records(1);
    const [recordKey = ""] = keys;
    const ids = new Set<string>();
    for (let index = 0; index < 5; index += 1) {
      const sealed = { file: patternBytes(1000, index), fileName: `shared ${index}`, encrypt: true };
      ids.add((await attachingTo(recordKey, withOld).add(sealed)).fileId);
    }
    const runs = Array.from({ length: 8 }, () => migrate(attachingTo(recordKey, withBoth), options));
    const errors = (await Promise.all(runs)).flat().flatMap((interceptor) => interceptor.errors ?? []);
    expect(errors.map(({ error }) => String(error))).toStrictEqual([]);
    expect(new Set((await storedAt(recordKey)).keys())).toStrictEqual(ids);
    for (const fileId of ids) await expect(attachingTo(recordKey, withNew).bytes(fileId)).resolves.toHaveLength(1000);
  });

  it("is stopped by its signal, with the caller's reason, and can be started again", async () => {
    const { keys, options } = await records(4);
    for (const recordKey of keys)
      await attachingTo(recordKey, withOld).add({ file: key, fileName: "x", encrypt: true });
    const { storage } = attachingTo(keys[0] ?? "", withBoth);
    const controller = new AbortController();
    const reason = new Error("enough");
    const iteration = (async () => {
      for await (const interceptor of storage.migrateAttachments(country, options, { signal: controller.signal })) {
        if (interceptor.totalMigrated >= 1) controller.abort(reason);
      }
    })();
    expect(await rejection(iteration)).toBe(reason);
    const progress = await migrate(attachingTo(keys[0] ?? "", withBoth), options);
    expect(progress.at(-1)).toMatchObject({ totalLeft: 0, total: 4 });
    for (const recordKey of keys) {
      const [fileId = ""] = (await storedAt(recordKey)).keys();
      expect(await attachingTo(recordKey, withNew).bytes(fileId)).toStrictEqual(key);
    }
  });

  it("rejects without a secret that can encrypt files", async () => {
    const none = popStorage({ encrypt: false, getSecrets: undefined });
    const iteration = none.migrateAttachments(country)[Symbol.asyncIterator]();
    expect(await rejection(iteration.next())).toMatchObject({ name: "StorageConfigError" });
  });
});
