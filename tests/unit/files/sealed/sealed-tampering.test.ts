import { isStorageError, StorageCryptoError } from "incountry-storage";
import { describe, expect, it } from "vitest";
import { checkSecrets } from "../../../../src/crypto/secrets.ts";
import { joined } from "../../../../src/encoding.ts";
import { FileKeyring } from "../../../../src/files/sealed/file-keyring.ts";
import { openMetadata, openPieces } from "../../../../src/files/sealed/open-file.ts";
import { sealedFile } from "../../../../src/files/sealed/seal-file.ts";
import { ByteReader, collect, pieces } from "../../../../src/files/streams.ts";
import { patternBytes } from "../../../support/attachments/pattern-bytes.ts";
import { rejection } from "../../../support/faults/fault-storage.ts";

const key = patternBytes(32);
const keyring = new FileKeyring(
  checkSecrets({ currentVersion: 1, secrets: [{ version: 1, secret: key, isKey: true }] }),
);
const record = { environmentId: "tests", country: "de", recordKeyHash: "a".repeat(64) };
const pieceLength = 65_536 + 16;
/** Three whole pieces, and a short one. */
const length = 3 * 65_536 + 10;

async function seal(bytes: Uint8Array, name = "passport.png") {
  const file = { name, size: bytes.length, replayable: true, open: () => pieces(bytes, 100_000) };
  const sealed = await sealedFile(file, keyring, record);
  const all = await collect(sealed.open(new AbortController().signal));
  expect(all.length).toBe(sealed.size);
  return { storedName: sealed.name, sealed: all };
}

async function open(sealed: Uint8Array, storedName: string, of = record, size = sealed.length) {
  const reader = new ByteReader(pieces(sealed, 50_000));
  const file = await openMetadata(reader, { name: storedName, size }, keyring, of);
  return collect(openPieces(reader.rest(), file));
}

/** The header and the four pieces of a file of `length` bytes. */
function takeApart(sealed: Uint8Array): Uint8Array[] {
  const preamble = sealed.length - 3 * pieceLength - 26;
  const starts = [0, preamble, preamble + pieceLength, preamble + 2 * pieceLength, preamble + 3 * pieceLength];
  return starts.map((start, index) => sealed.subarray(start, starts[index + 1] ?? sealed.length));
}

async function expectRejected(opening: Promise<unknown>): Promise<void> {
  const error = await rejection(opening);
  expect(isStorageError(error) ? error.name : error).toMatch(/^Storage(Crypto|Integrity)Error$/);
  expect(error).toBeInstanceOf(StorageCryptoError);
}

describe("a small sealed file", () => {
  it("is rejected if any one of its bytes is changed", async () => {
    const { sealed, storedName } = await seal(patternBytes(5));
    await expect(open(sealed, storedName)).resolves.toStrictEqual(patternBytes(5));
    for (let index = 0; index < sealed.length; index += 1) {
      const changed = sealed.slice();
      changed[index] = (changed[index] ?? 0) ^ 1;
      await expectRejected(open(changed, storedName));
    }
  });

  it("is rejected if it is truncated anywhere", async () => {
    const { sealed, storedName } = await seal(patternBytes(5));
    for (let length = 0; length < sealed.length; length += 1) {
      await expectRejected(open(sealed.subarray(0, length), storedName));
      await expectRejected(open(sealed.subarray(0, length), storedName, record, sealed.length));
    }
  });

  it("is rejected if something is appended", async () => {
    const { sealed, storedName } = await seal(patternBytes(5));
    await expectRejected(open(joined([sealed, new Uint8Array(1)]), storedName));
    await expectRejected(open(joined([sealed, sealed]), storedName));
    await expectRejected(open(joined([sealed, sealed]), storedName, record, sealed.length));
  });
});

describe("a sealed file of several pieces", () => {
  const arrangements: [about: string, order: number[]][] = [
    ["two pieces changed places", [0, 2, 1, 3, 4]],
    ["the last piece comes first", [0, 4, 1, 2, 3]],
    ["a piece is there twice", [0, 1, 1, 2, 3, 4]],
    ["the first piece is missing", [0, 2, 3, 4]],
    ["a piece in the middle is missing", [0, 1, 3, 4]],
    ["the last piece is missing", [0, 1, 2, 3]],
    ["all pieces are missing", [0]],
    ["the header is repeated", [0, 0, 1, 2, 3, 4]],
  ];

  it.each(arrangements)("is rejected if %s", async (_, order) => {
    const { sealed, storedName } = await seal(patternBytes(length));
    const parts = takeApart(sealed);
    await expect(open(joined(parts), storedName)).resolves.toStrictEqual(patternBytes(length));
    const arranged = joined(order.flatMap((index) => parts[index] ?? []));
    await expectRejected(open(arranged, storedName));
    await expectRejected(open(arranged, storedName, record, sealed.length));
  });

  it("is rejected if a part of it comes from another encryption of the same file", async () => {
    const { sealed, storedName } = await seal(patternBytes(length));
    const other = await seal(patternBytes(length));
    const parts = takeApart(sealed);
    for (const [index, part] of takeApart(other.sealed).entries()) {
      await expectRejected(open(joined(parts.with(index, part)), storedName));
    }
  });

  it("yields no piece before it is verified", async () => {
    const { sealed, storedName } = await seal(patternBytes(length));
    const changed = sealed.slice();
    changed[sealed.length - 1] = (changed[sealed.length - 1] ?? 0) ^ 1;
    const reader = new ByteReader(pieces(changed, 50_000));
    const file = await openMetadata(reader, { name: storedName, size: sealed.length }, keyring, record);
    const given: Uint8Array[] = [];
    const reading = (async () => {
      for await (const piece of openPieces(reader.rest(), file)) given.push(piece);
    })();
    await expectRejected(reading);
    expect(joined(given)).toStrictEqual(patternBytes(length).subarray(0, 3 * 65_536));
  });
});

describe("an intact sealed file", () => {
  const elsewhere: [about: string, where: typeof record][] = [
    ["of another record", { ...record, recordKeyHash: "b".repeat(64) }],
    ["of another country", { ...record, country: "fr" }],
    ["of another environment", { ...record, environmentId: "other" }],
    [
      "of a record whose concatenated names are the same",
      { environmentId: "test", country: "sde", recordKeyHash: record.recordKeyHash },
    ],
  ];

  it.each(elsewhere)("does not decrypt as one %s", async (_, where) => {
    const { sealed, storedName } = await seal(patternBytes(100));
    await expectRejected(open(sealed, storedName, where));
    const there = await keyring.currentName(where, "passport.png");
    await expectRejected(open(sealed, there, where));
    expect(there).not.toBe(storedName);
  });

  it("does not decrypt as another file of the same record", async () => {
    const { sealed } = await seal(patternBytes(100), "passport.png");
    const { storedName } = await seal(patternBytes(100), "visa.png");
    await expectRejected(open(sealed, storedName));
  });

  it("does not decrypt with another secret of the same version", async () => {
    const { sealed, storedName } = await seal(patternBytes(100));
    const other = checkSecrets({ currentVersion: 1, secrets: [{ version: 1, secret: "a password" }] });
    const stored = { name: storedName, size: sealed.length };
    await expectRejected(openMetadata(new ByteReader(pieces(sealed, 1000)), stored, new FileKeyring(other), record));
  });

  it("reports the missing version of the secret", async () => {
    const { sealed, storedName } = await seal(patternBytes(100));
    const other = checkSecrets({ currentVersion: 2, secrets: [{ version: 2, secret: key, isKey: true }] });
    const stored = { name: storedName, size: sealed.length };
    const opening = openMetadata(new ByteReader(pieces(sealed, 1000)), stored, new FileKeyring(other), record);
    await expect(opening).rejects.toThrow(/version 1,.*getSecrets\(\) did not return/);
  });
});

describe("the PoP's view of a sealed file", () => {
  it("is different each time, except for the stored name", async () => {
    const one = await seal(patternBytes(1000));
    const other = await seal(patternBytes(1000));
    expect(one.storedName).toBe(other.storedName);
    expect(one.sealed.subarray(17, 81)).not.toStrictEqual(other.sealed.subarray(17, 81));
    expect(one.sealed.subarray(85)).not.toStrictEqual(other.sealed.subarray(85));
  });

  it("has the same length for names of all usual lengths", async () => {
    const lengths = await Promise.all(
      ["a", "a".repeat(100), "旅".repeat(50)].map((name) => seal(patternBytes(9), name)),
    );
    expect(new Set(lengths.map(({ sealed }) => sealed.length)).size).toBe(1);
  });

  it("has neither the name nor the bytes", async () => {
    const bytes = new TextEncoder().encode("the bytes of a passport".repeat(10));
    const { sealed, storedName } = await seal(bytes, "passport of Anna.png");
    const text = Array.from(sealed, (byte) => String.fromCharCode(byte)).join("") + storedName;
    expect(text).not.toContain("passport");
    expect(text).not.toContain("Anna");
    expect(storedName).toMatch(/^[\da-f]{64}\.sealed$/);
  });
});
