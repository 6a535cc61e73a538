import { type AttachmentMeta, type SecretsData, StorageServerError } from "incountry-storage";
import { describe, expect, it } from "vitest";
import { type Attaching, attaching, attachingTo, country, streamOf } from "../../support/attachments/attaching.ts";
import { patternBytes } from "../../support/attachments/pattern-bytes.ts";
import { rejection } from "../../support/faults/fault-storage.ts";
import { popStorage } from "../../support/pop-storage.ts";

const first = patternBytes(1000, 1);
const second = patternBytes(70_000, 2);

async function storedAt({ recordKey }: Attaching): Promise<AttachmentMeta[]> {
  return (await popStorage().read(country, recordKey)).record.attachments ?? [];
}

describe.each([{ encrypt: false }, { encrypt: true }])("a name that is taken (encrypt: $encrypt)", ({ encrypt }) => {
  it("is a conflict, and the existing file remains", async () => {
    const to = await attaching();
    const { fileId } = await to.add({ file: first, fileName: "taken", encrypt });
    const error = await rejection(to.add({ file: second, fileName: "taken", encrypt }));
    expect(error).toBeInstanceOf(StorageServerError);
    expect(error).toMatchObject({ name: "StorageServerError", status: 409, method: "POST" });
    expect(await to.bytes(fileId)).toStrictEqual(first);
  });

  it("is reported before a large file has been sent, as a conflict", async () => {
    const to = await attaching();
    await to.add({ file: first, fileName: "taken", encrypt });
    const error = await rejection(to.add({ file: patternBytes(30_000_000), fileName: "taken", encrypt }));
    expect(error).toMatchObject({ name: "StorageServerError", status: 409 });
  });

  it("is replaced with upsert, and the file keeps its id", async () => {
    const to = await attaching();
    const { fileId } = await to.add({ file: first, fileName: "replaced", encrypt, upsert: true });
    const replaced = await to.add({ file: streamOf(second), fileName: "replaced", encrypt, upsert: true });
    expect(replaced).toMatchObject({ fileId, size: second.length });
    expect(await to.bytes(fileId)).toStrictEqual(second);
    expect(await storedAt(to)).toHaveLength(1);
  });

  it("is free in another record", async () => {
    const one = await attaching();
    const other = await attaching();
    await one.add({ file: first, fileName: "same", encrypt });
    await expect(other.add({ file: first, fileName: "same", encrypt })).resolves.toMatchObject({ fileName: "same" });
  });
});

describe("a sealed name, after the secret has changed,", () => {
  const before: SecretsData = { currentVersion: 1, secrets: [{ version: 1, secret: "the first password" }] };
  const after: SecretsData = {
    currentVersion: 2,
    secrets: [...before.secrets, { version: 2, secret: patternBytes(32), isKey: true }],
  };

  async function sealedBefore() {
    const { recordKey, add } = await attaching({ getSecrets: () => before });
    const meta = await add({ file: first, fileName: "passport.png", encrypt: true });
    return { meta, now: attachingTo(recordKey, { getSecrets: () => after }) };
  }

  it("is still a conflict", async () => {
    const { meta, now } = await sealedBefore();
    const error = await rejection(now.add({ file: second, fileName: "passport.png", encrypt: true }));
    expect(error).toMatchObject({ name: "StorageServerError", status: 409 });
    expect(await now.bytes(meta.fileId)).toStrictEqual(first);
    expect(await storedAt(now)).toHaveLength(1);
  });

  it("is still replaced", async () => {
    const { meta, now } = await sealedBefore();
    const replaced = await now.add({ file: second, fileName: "passport.png", encrypt: true, upsert: true });
    expect(replaced.fileId).toBe(meta.fileId);
    expect(await now.bytes(meta.fileId)).toStrictEqual(second);
    expect(await storedAt(now)).toHaveLength(1);
  });

  it("is separate from another file's", async () => {
    const { meta, now } = await sealedBefore();
    const other = await now.add({ file: second, fileName: "visa.png", encrypt: true });
    expect(await now.bytes(meta.fileId)).toStrictEqual(first);
    expect(await now.bytes(other.fileId)).toStrictEqual(second);
  });
});

it("a sealed and a readable file can have the same name", async () => {
  const to = await attaching();
  const sealed = await to.add({ file: first, fileName: "both", encrypt: true });
  const plain = await to.add({ file: second, fileName: "both" });
  expect(await to.bytes(sealed.fileId)).toStrictEqual(first);
  expect(await to.bytes(plain.fileId)).toStrictEqual(second);
});

it("the PoP sees neither the name, the type nor the bytes of a sealed file", async () => {
  const to = await attaching();
  const text = new TextEncoder().encode("a passport whose holder is secret ".repeat(100));
  await to.add({ file: text, fileName: "passport of Anna.png", mimeType: "image/png", encrypt: true });
  const [stored] = await storedAt(to);
  expect(stored?.fileName).toMatch(/^[\da-f]{64}\.sealed$/);
  expect(stored?.mimeType).toBe("application/octet-stream");
});
