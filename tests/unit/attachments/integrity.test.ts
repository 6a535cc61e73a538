import { isStorageError, StorageCryptoError } from "incountry-storage";
import { describe, expect, inject, it } from "vitest";
import { type Attaching, attaching, attachingTo, country, expectBytes } from "../../support/attachments/attaching.ts";
import { patternBytes } from "../../support/attachments/pattern-bytes.ts";
import { type Change, changingFiles, changingMeta, urlOf } from "../../support/attachments/tampering.ts";
import { rejection } from "../../support/faults/fault-storage.ts";

const bytes = patternBytes(200_000, 3);
const others = patternBytes(200_000, 4);

/** Every way to read the bytes; each must fail. */
async function expectRejected(to: Attaching, fileId: string): Promise<void> {
  for (const way of ["bytes", "blob", "file"] as const) {
    const taking = async (): Promise<unknown> => {
      const { attachmentData } = await to.storage.getAttachmentFile(country, to.recordKey, fileId);
      if (way !== "file") return attachmentData[way]();
      const reader = attachmentData.file.getReader();
      for (let part = await reader.read(); !part.done; part = await reader.read());
      return "read to its end";
    };
    const error = await rejection(taking());
    expect(isStorageError(error) ? error.name : error).toMatch(/^Storage(Crypto|Integrity)Error$/);
    expect(error).toBeInstanceOf(StorageCryptoError);
  }
}

const changes: readonly (readonly [about: string, change: Change])[] = [
  ["the first byte was changed", (file) => flipped(file, 0)],
  ["a byte in the middle was changed", (file) => flipped(file, 100_000)],
  ["the last byte was changed", (file) => flipped(file, file.length - 1)],
  ["the last byte is missing", (file) => file.slice(0, -1)],
  ["half of it is missing", (file) => file.slice(0, file.length / 2)],
  ["all of it is missing", () => new Uint8Array()],
  ["the first byte is missing", (file) => file.slice(1)],
  ["a byte was added", (file) => new Uint8Array([...file, 0])],
  ["it is duplicated", (file) => new Uint8Array([...file, ...file])],
];

function flipped(file: Uint8Array, index: number): Uint8Array<ArrayBuffer> {
  const changed = new Uint8Array(file);
  changed[index] = (changed[index] ?? 0) ^ 0x80;
  return changed;
}

describe.each([{ encrypt: false }, { encrypt: true }])("a file (encrypt: $encrypt) is rejected if", ({ encrypt }) => {
  it.each(changes)("%s", async (_, change) => {
    const { recordKey, add } = await attaching();
    const { fileId } = await add({ file: bytes, fileName: "changed", encrypt });
    await expectRejected(attachingTo(recordKey, { fetch: changingFiles(change) }), fileId);
    await expectBytes(attachingTo(recordKey).bytes(fileId), bytes);
  });

  it("the PoP returns the bytes of another file of the record", async () => {
    const { recordKey, add } = await attaching();
    const { fileId } = await add({ file: bytes, fileName: "one", encrypt });
    const other = await add({ file: others, fileName: "other", encrypt });
    const swapped = changingFiles(undefined, (url) => url.replace(fileId, other.fileId));
    await expectRejected(attachingTo(recordKey, { fetch: swapped }), fileId);
  });

  it("the PoP returns another file of the record with its metadata", async () => {
    const { recordKey, add } = await attaching();
    const { fileId } = await add({ file: bytes, fileName: "one", encrypt });
    const other = await add({ file: others, fileName: "other", encrypt });
    const swapped = changingFiles(undefined, (url) => url.replace(fileId, other.fileId), { metaToo: true });
    await expectRejected(attachingTo(recordKey, { fetch: swapped }), fileId);
  });

  it.each(["hash", "size"])("the metadata have another %s", async (field) => {
    const { recordKey, add } = await attaching();
    const { fileId } = await add({ file: bytes, fileName: "one", encrypt });
    const change = field === "hash" ? { hash: "0".repeat(64) } : { size: bytes.length - 1 };
    await expectRejected(attachingTo(recordKey, { fetch: changingMeta(change) }), fileId);
  });

  it.each([bytes.length + 1000, 8e9])("the metadata have a size of %d bytes, which is wrong", async (size) => {
    const { recordKey, add } = await attaching();
    const { fileId } = await add({ file: bytes, fileName: "one", encrypt });
    await expectRejected(attachingTo(recordKey, { fetch: changingMeta({ size }) }), fileId);
  });

  it("its upload was changed on its way to the PoP", async () => {
    const { recordKey } = await attaching();
    const { add } = attachingTo(recordKey, { fetch: changingMeta({ hash: "0".repeat(64) }) });
    const error = await rejection(add({ file: bytes, fileName: "sent", encrypt }));
    expect(error).toMatchObject({ name: "StorageIntegrityError", message: expect.stringContaining("other bytes") });
    const { record } = await attachingTo(recordKey).storage.read(country, recordKey);
    expect(String(error)).toContain(`fileId ${record.attachments?.[0]?.fileId}`);
  });
});

describe("a sealed file is rejected if the PoP", () => {
  it("returns a sealed file of another record under its id", async () => {
    const one = await attaching();
    const other = await attaching();
    const { fileId } = await one.add({ file: bytes, fileName: "same name", encrypt: true });
    const { fileId: otherId } = await other.add({ file: others, fileName: "same name", encrypt: true });
    const hashes = await Promise.all([one, other].map(({ recordKey }) => hashOfRecord(recordKey)));
    const lead = (url: string): string => url.replace(fileId, otherId).replace(hashes[0] ?? "", hashes[1] ?? "");
    const swapped = changingFiles(undefined, lead, { metaToo: true, meta: { file_id: fileId } });
    await expectRejected(attachingTo(one.recordKey, { fetch: swapped }), fileId);
    const meta = attachingTo(one.recordKey, { fetch: swapped }).storage.getAttachmentMeta(
      country,
      one.recordKey,
      fileId,
    );
    expect(await rejection(meta)).toBeInstanceOf(StorageCryptoError);
  });

  it("returns another sealed file of the record under its id", async () => {
    const { recordKey, add, storage } = await attaching();
    const { fileId } = await add({ file: bytes, fileName: "one", encrypt: true });
    const { fileId: otherId } = await add({ file: others, fileName: "other", encrypt: true });
    const { record } = await storage.read(country, recordKey);
    const stored = record.attachments?.find((attachment) => attachment.fileId === fileId);
    const lead = (url: string): string => url.replace(fileId, otherId);
    const meta = { file_id: fileId, filename: stored?.fileName };
    await expectRejected(
      attachingTo(recordKey, { fetch: changingFiles(undefined, lead, { metaToo: true, meta }) }),
      fileId,
    );
  });

  it("returns a readable file instead, with matching metadata", async () => {
    const { recordKey, add } = await attaching();
    const { fileId } = await add({ file: bytes, fileName: "sealed", encrypt: true });
    const plain = await add({ file: others, fileName: "not sealed" });
    const { hash, size } = plain;
    const { record } = await attachingTo(recordKey).storage.read(country, recordKey);
    const filename = record.attachments?.find((attachment) => attachment.fileId === fileId)?.fileName;
    const lead = (url: string): string => url.replace(fileId, plain.fileId);
    const meta = { file_id: fileId, filename, hash, size };
    await expectRejected(
      attachingTo(recordKey, { fetch: changingFiles(undefined, lead, { metaToo: true, meta }) }),
      fileId,
    );
  });

  it("has changed its name", async () => {
    const { recordKey, add } = await attaching();
    const { fileId } = await add({ file: bytes, fileName: "sealed", encrypt: true });
    for (const filename of ["passport.png", `${"0".repeat(64)}.sealed`]) {
      await expectRejected(attachingTo(recordKey, { fetch: changingMeta({ filename }) }), fileId);
    }
  });
});

it("a sealed file that the PoP stores under another name is reported with its id", async () => {
  const { recordKey } = await attaching();
  const { add } = attachingTo(recordKey, { fetch: changingMeta({ filename: "passport.png" }) });
  const error = await rejection(add({ file: bytes, fileName: "sealed", encrypt: true }));
  const { record } = await attachingTo(recordKey).storage.read(country, recordKey);
  const told = `under another name, so that it cannot be decrypted. Delete the attachment (fileId ${record.attachments?.[0]?.fileId})`;
  expect(error).toMatchObject({ name: "StorageIntegrityError", message: expect.stringContaining(told) });
});

it("a file id that echoes a credential does not appear in an error", async () => {
  const { recordKey } = await attaching();
  const { apiKey } = inject("pop");
  for (const file_id of [apiKey, `id-${apiKey}`, "id of Anna"]) {
    const { add } = attachingTo(recordKey, { fetch: changingMeta({ hash: "0".repeat(64), file_id }) });
    const error = await rejection(add({ file: bytes, fileName: "sent", upsert: true }));
    expect(String(error)).toMatch(/\(fileId (?:id-)?…\)/);
  }
});

it("a sealed file does not decrypt with another secret", async () => {
  const { recordKey, add } = await attaching();
  const { fileId } = await add({ file: bytes, fileName: "sealed", encrypt: true });
  await expectRejected(attachingTo(recordKey, { getSecrets: () => "another password" }), fileId);
});

it("a file that is replaced between the two metadata requests raises no false alarm", async () => {
  const { recordKey, add } = await attaching();
  const { fileId, hash, size } = await add({ file: bytes, fileName: "replaced" });
  let asked = 0;
  const first = changingMeta({ hash: "0".repeat(64), size: 5 });
  const reader = attachingTo(recordKey, {
    // The first response describes a file that has since been replaced.
    fetch: (input, init) => (urlOf(input).endsWith("/meta") && asked++ === 0 ? first : fetch)(input, init),
  });
  await expectBytes(reader.bytes(fileId), bytes);
  expect({ hash, size, asked }).toMatchObject({ size: bytes.length, asked: 2 });
});

async function hashOfRecord(recordKey: string): Promise<string> {
  let hash = "";
  const watching = attachingTo(recordKey, {
    fetch: (input, init) => {
      hash = new URL(urlOf(input)).pathname.split("/").at(-1) ?? "";
      return fetch(input, init);
    },
  });
  await watching.storage.read(country, recordKey);
  return hash;
}
