import { InputValidationError, StorageServerError } from "incountry-storage";
import { describe, expect, it } from "vitest";
import {
  attaching,
  attachingTo,
  callUnchecked,
  country,
  expectBytes,
  hashOf,
} from "../../../support/attachments/attaching.ts";
import { patternBytes } from "../../../support/attachments/pattern-bytes.ts";
import { methodOf } from "../../../support/attachments/tampering.ts";
import { rejection } from "../../../support/faults/fault-storage.ts";

const bytes = patternBytes(100_000);

describe("updateAttachmentMeta()", () => {
  const changes = [
    [{ fileName: 'new "name" %22.png' }, { fileName: 'new "name" %22.png', mimeType: "text/plain" }],
    [{ mimeType: "image/png" }, { fileName: "old.txt", mimeType: "image/png" }],
    [
      { fileName: "新.png", mimeType: "image/png" },
      { fileName: "新.png", mimeType: "image/png" },
    ],
  ] as const;

  it.each(changes)("with %j changes that field and nothing else", async (change, expected) => {
    const { storage, recordKey, ...to } = await attaching();
    const meta = await to.add({ file: bytes, fileName: "old.txt", mimeType: "text/plain" });
    const { attachmentMeta } = await storage.updateAttachmentMeta(country, recordKey, meta.fileId, change);
    expect(attachmentMeta).toStrictEqual({ ...meta, ...expected, updatedAt: attachmentMeta.updatedAt });
    expect(attachmentMeta.updatedAt.getTime()).toBeGreaterThan(meta.updatedAt.getTime());
    await expectBytes(to.bytes(meta.fileId), bytes);
  });

  it("to a name that is taken is a conflict", async () => {
    const { storage, recordKey, add } = await attaching();
    await add({ file: bytes, fileName: "taken" });
    const { fileId } = await add({ file: bytes, fileName: "other" });
    const error = await rejection(storage.updateAttachmentMeta(country, recordKey, fileId, { fileName: "taken" }));
    expect(error).toMatchObject({ name: "StorageServerError", status: 409 });
  });

  it("rejects a sealed file, and does not send the name to the PoP", async () => {
    const { recordKey, add } = await attaching();
    const { fileId } = await add({ file: bytes, fileName: "sealed", encrypt: true });
    const methods: (string | undefined)[] = [];
    const { storage } = attachingTo(recordKey, {
      fetch: async (input, init) => {
        methods.push(methodOf(input, init));
        return fetch(input, init);
      },
    });
    const error = await rejection(storage.updateAttachmentMeta(country, recordKey, fileId, { fileName: "Anna.png" }));
    expect(error).toBeInstanceOf(InputValidationError);
    expect(error).toMatchObject({
      issues: [{ path: "fileId", message: expect.stringContaining("add the file again") }],
    });
    expect(methods).toStrictEqual(["GET"]);
  });

  const wrong: [about: string, meta: unknown, path: string][] = [
    ["nothing", {}, "meta"],
    ["an empty name", { fileName: "" }, "meta.fileName"],
    ["an invalid type", { mimeType: "png" }, "meta.mimeType"],
    ["an unknown field", { size: 5 }, "meta.size"],
    ["a name reserved for sealed files", { fileName: `${"a".repeat(64)}.sealed` }, "meta.fileName"],
  ];

  it.each(wrong)("rejects %s", async (_, meta, path) => {
    const { storage, recordKey } = await attaching();
    const fileId = crypto.randomUUID();
    const error = await rejection(callUnchecked(storage, "updateAttachmentMeta", country, recordKey, fileId, meta));
    const issues = expect.arrayContaining([expect.objectContaining({ path })]);
    expect(error).toMatchObject({ name: "InputValidationError", issues });
  });
});

describe("an attachment that does not exist", () => {
  const calls = ["getAttachmentFile", "getAttachmentMeta", "deleteAttachment"] as const;

  it.each(calls)("is a StorageServerError with the status 404 for %s()", async (name) => {
    const { storage, recordKey } = await attaching();
    const error = await rejection(storage[name](country, recordKey, crypto.randomUUID()));
    expect(error).toBeInstanceOf(StorageServerError);
    expect(error).toMatchObject({ status: 404 });
  });

  it.each([...calls, "updateAttachmentMeta"] as const)(
    "is the result of %s() after deleteAttachment()",
    async (name) => {
      const { storage, recordKey, add } = await attaching();
      const { fileId } = await add({ file: bytes });
      await expect(storage.deleteAttachment(country, recordKey, fileId)).resolves.toStrictEqual({ success: true });
      const change = name === "updateAttachmentMeta" ? [{ fileName: "new" }] : [];
      const call = callUnchecked(storage, name, country, recordKey, fileId, ...change);
      expect(await rejection(call)).toMatchObject({ status: 404 });
    },
  );

  it.each([".", "..", "", "a\ud800"])("cannot have the id %j", async (fileId) => {
    const { storage, recordKey } = await attaching();
    for (const name of calls) {
      const error = await rejection(storage[name](country, recordKey, fileId));
      expect(error).toMatchObject({
        name: "InputValidationError",
        issues: [expect.objectContaining({ path: "fileId" })],
      });
    }
  });

  it("is not found through another record, whatever its id looks like", async () => {
    const { storage, recordKey } = await attaching();
    const other = await attaching();
    const { fileId } = await other.add({ file: bytes });
    for (const id of [
      fileId,
      `../../${await hashOf(new TextEncoder().encode(other.recordKey))}/attachments/${fileId}`,
    ]) {
      expect(await rejection(storage.getAttachmentFile(country, recordKey, id))).toMatchObject({ status: 404 });
    }
  });
});

it("attachments are listed with their record, and deleted with it", async () => {
  const { storage, recordKey, add } = await attaching();
  const metas = [await add({ file: bytes, fileName: "one" }), await add({ file: bytes, fileName: "two" })];
  const { record } = await storage.read(country, recordKey);
  expect(record.attachments).toStrictEqual(metas);
  const found = await storage.find(country, { recordKey });
  expect(found.records[0]?.attachments).toStrictEqual(metas);
  await storage.delete(country, recordKey);
  const gone = storage.getAttachmentMeta(country, recordKey, metas[0]?.fileId ?? "");
  expect(await rejection(gone)).toMatchObject({ status: 404 });
});
