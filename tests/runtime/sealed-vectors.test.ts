import { describe, expect, it } from "vitest";
import { checkSecrets, type Secret } from "../../src/crypto/secrets.ts";
import { fromBase64 } from "../../src/encoding.ts";
import { FileKeyring } from "../../src/files/sealed/file-keyring.ts";
import { openMetadata, openPieces } from "../../src/files/sealed/open-file.ts";
import { ByteReader, collect, pieces } from "../../src/files/streams.ts";
import { patternBytes } from "../support/attachments/pattern-bytes.ts";
import vectors from "../support/fixtures/sealed-files.json" with { type: "json" };

type Vector = (typeof vectors)[number];

function keyringOf({ version, password, keyBase64 }: Vector): FileKeyring {
  const secret: Secret =
    keyBase64 === undefined ? { version, secret: password ?? "" } : { version, secret: keyBase64, isKey: true };
  return new FileKeyring(checkSecrets({ currentVersion: version, secrets: [secret] }));
}

async function open(vector: Vector, sealed = fromBase64(vector.sealedBase64), chunkLength = 1000) {
  const reader = new ByteReader(pieces(sealed, chunkLength));
  const stored = { name: vector.storedName, size: sealed.length };
  const file = await openMetadata(reader, stored, keyringOf(vector), vector.record);
  return { metadata: file.metadata, size: file.size, bytes: await collect(openPieces(reader.rest(), file), file.size) };
}

describe.each(vectors)("$about", (vector) => {
  it("decrypts", async () => {
    const { metadata, size, bytes } = await open(vector);
    expect(metadata).toEqual(vector.metadata);
    expect(size).toBe(vector.length);
    expect(bytes).toStrictEqual(patternBytes(vector.length));
  });

  it("has the expected stored name", async () => {
    const name = await keyringOf(vector).currentName(vector.record, vector.metadata.name);
    expect(name).toBe(vector.storedName);
  });

  it.each([1, 85, 65_552, 1_000_000])("decrypts in chunks of %d bytes", async (chunkLength) => {
    const { bytes } = await open(vector, undefined, chunkLength);
    expect(bytes).toStrictEqual(patternBytes(vector.length));
  });
});
