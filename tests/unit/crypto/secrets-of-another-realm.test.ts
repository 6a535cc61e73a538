import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { key, storageWith, write } from "../../support/crypto/any-secrets.ts";
import { pageOf } from "../../support/crypto/sealed-parts.ts";

const sameBytes = new Uint8Array(32).fill(7);
const secretsOf = (secret: unknown): object => ({ currentVersion: 2, secrets: [{ ...key, secret }] });

describe("a key of another realm", () => {
  it("decrypts what the same bytes encrypted", async () => {
    const secret: unknown = runInNewContext("new Uint8Array(32).fill(7)");
    expect(secret).not.toBeInstanceOf(Uint8Array);
    const { storage, sent } = storageWith(() => secretsOf(secret));
    await write(storage);
    const { records } = await storageWith(() => secretsOf(sameBytes), pageOf(sent())).storage.find("us");
    expect(records).toMatchObject([{ body: "the body" }]);
  });

  it("may be a Buffer, and no other view", async () => {
    const { storage } = storageWith(() => secretsOf(Buffer.from(sameBytes)));
    await expect(storage.validate()).resolves.toBe(undefined);
    for (const other of ["new Uint16Array(32)", "new DataView(new ArrayBuffer(32))", "new ArrayBuffer(32)"]) {
      const refusing = storageWith(() => secretsOf(runInNewContext(other))).storage;
      await expect(refusing.validate()).rejects.toMatchObject({
        name: "SecretsValidationError",
        message: expect.stringContaining("secrets.secrets[0].secret: must be a non-empty string or a Uint8Array"),
      });
    }
  });
});
