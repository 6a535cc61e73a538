import { InputValidationError, StorageCryptoError } from "incountry-storage";
import { describe, expect, it } from "vitest";
import { pieceNonce, sealPiece, tagLength } from "../../../../src/crypto/chunk-cipher.ts";
import { encodeTexts, fixedSalt } from "../../../../src/crypto/file-keys.ts";
import { checkSecrets } from "../../../../src/crypto/secrets.ts";
import { joined, toHex } from "../../../../src/encoding.ts";
import { FileKeyring } from "../../../../src/files/sealed/file-keyring.ts";
import { writeHeader } from "../../../../src/files/sealed/layout.ts";
import { writeMetadata } from "../../../../src/files/sealed/metadata.ts";
import { openMetadata, openPieces } from "../../../../src/files/sealed/open-file.ts";
import { sealedFile } from "../../../../src/files/sealed/seal-file.ts";
import { ByteReader, collect, pieces } from "../../../../src/files/streams.ts";
import { attaching, attachingTo, expectBytes } from "../../../support/attachments/attaching.ts";
import { patternBytes } from "../../../support/attachments/pattern-bytes.ts";
import { rejection } from "../../../support/faults/fault-storage.ts";

const key = patternBytes(32);
const bytes = patternBytes(100);
const keyring = new FileKeyring(
  checkSecrets({ currentVersion: 1, secrets: [{ version: 1, secret: key, isKey: true }] }),
);
const record = { environmentId: "tests", country: "de", recordKeyHash: "a".repeat(64) };
/** SEALED-FILES.md, "Keys": the limit on the name and the environment id together, in bytes. */
const longest = 898 - record.environmentId.length;

function seal(name: string) {
  return sealedFile({ name, size: bytes.length, replayable: true, open: () => pieces(bytes, 50) }, keyring, record);
}

async function open(sealed: Uint8Array, name: string): Promise<Uint8Array> {
  const reader = new ByteReader(pieces(sealed, 50_000));
  const file = await openMetadata(reader, { name, size: sealed.length }, keyring, record);
  return collect(openPieces(reader.rest(), file));
}

async function hmac(key: Uint8Array<ArrayBuffer>, bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const imported = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", imported, bytes));
}

/** RFC 5869, section 2, for 32 bytes: takes an `info` of any length, as Deno's HKDF does. */
async function derive(salt: Uint8Array<ArrayBuffer>, purpose: string, name: string): Promise<Uint8Array<ArrayBuffer>> {
  const info = encodeTexts([`incountry-storage sealed file 1: ${purpose}`, ...Object.values(record), name]);
  return hmac(await hmac(salt, key), joined([info, new Uint8Array([1])]));
}

/** Seals a file as in a runtime that takes every name. */
async function sealAnyway(name: string) {
  const salt = patternBytes(64);
  const metadata = writeMetadata({ name, size: bytes.length });
  if (metadata === undefined) return expect.unreachable("The name is longer than any.");
  const header = writeHeader({ version: 1, salt, metadataLength: metadata.length + tagLength });
  const keys = await keyring.keysOf(1, salt, record);
  const content = await crypto.subtle.importKey("raw", await derive(salt, "content", name), "AES-GCM", false, [
    "encrypt",
  ]);
  const sealed = joined([
    header,
    await sealPiece(keys.metadata, pieceNonce(0, true), metadata, header),
    await sealPiece(content, pieceNonce(0, true), bytes),
  ]);
  const nameSalt = await fixedSalt(["incountry-storage sealed file 1: name", record.environmentId]);
  return { sealed, storedName: `${toHex(await derive(nameSalt, "name", name))}.sealed` };
}

describe("the name of a sealed file", () => {
  it.each(["a".repeat(longest), `${"ü".repeat((longest - 1) / 2)}a`])(
    "round-trips if it is not too long",
    async (name) => {
      const file = await seal(name);
      const sealed = await collect(file.open(new AbortController().signal));
      await expectBytes(open(sealed, file.name), bytes);
    },
  );

  it.each(["a".repeat(longest + 1), "ü".repeat((longest + 1) / 2), "a".repeat(70_000)])(
    "is rejected in every runtime if it is too long",
    async (name) => {
      const error = await rejection(seal(name));
      expect(error).toBeInstanceOf(InputValidationError);
      const issue = { path: "attachment.fileName", message: "is too long to be sealed" };
      expect(error).toMatchObject({ issues: [issue] });
    },
  );

  it("is rejected before anything is sent", async () => {
    const { recordKey } = await attaching();
    let requests = 0;
    const counting: typeof fetch = async (input, init) => {
      requests += 1;
      return fetch(input, init);
    };
    const { add } = attachingTo(recordKey, { fetch: counting });
    const error = await rejection(add({ file: bytes, fileName: "a".repeat(1000), encrypt: true }));
    expect(error).toBeInstanceOf(InputValidationError);
    expect(requests).toBe(0);
  });
});

it("a type that is too long for a sealed file is reported as the type", async () => {
  const file = {
    name: "name",
    type: `a/${"b".repeat(70_000)}`,
    size: 0,
    replayable: true,
    open: () => pieces(bytes, 50),
  };
  const issue = { path: "attachment.mimeType", message: "is too long to be sealed" };
  expect(await rejection(sealedFile(file, keyring, record))).toMatchObject({ issues: [issue] });
});

/** True if the runtime takes an `info` of more than 1,024 bytes. */
async function takesLongInfo(): Promise<boolean> {
  const base = await crypto.subtle.importKey("raw", key, "HKDF", false, ["deriveBits"]);
  const params = { name: "HKDF", hash: "SHA-256", salt: key, info: new Uint8Array(1025) };
  return crypto.subtle.deriveBits(params, base, 256).then(
    () => true,
    () => false,
  );
}

describe("a file that was sealed under a longer name", () => {
  const name = "a".repeat(1000);

  it("decrypts if the runtime takes the name, and is a StorageCryptoError elsewhere", async () => {
    const { sealed, storedName } = await sealAnyway(name);
    if (await takesLongInfo()) {
      await expectBytes(open(sealed, storedName), bytes);
      return;
    }
    const error = await rejection(open(sealed, storedName));
    expect(error).toBeInstanceOf(StorageCryptoError);
    expect(error).toMatchObject({ name: "StorageCryptoError", message: expect.stringContaining("This runtime") });
  });

  it("decrypts everywhere if the name is of a usual length, which proves the test above", async () => {
    const { sealed, storedName } = await sealAnyway("usual.png");
    await expectBytes(open(sealed, storedName), bytes);
  });
});
