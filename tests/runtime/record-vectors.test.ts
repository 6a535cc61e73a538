import { type RecordInput, Storage } from "incountry-storage";
import { fieldEntries } from "incountry-storage/protocol";
import { object, parse, record, string, unknown } from "valibot";
import { describe, expect, it } from "vitest";
import { cannedPop } from "../support/canned-pop.ts";
import { type RecordVector, secretsOf, vectors, xorHex } from "../support/fixtures/vectors.ts";
import { toCamelCase } from "../support/fixtures/wire-names.ts";

const wireSchema = record(string(), unknown());
const withKey = object({ record_key: string() });

function storageOf(vector: RecordVector, pop: { fetch: typeof fetch }): Storage {
  const { environmentId, normalizeKeys, hashSearchKeys, encrypt, customEncryption } = vector;
  return new Storage({
    environmentId,
    normalizeKeys,
    hashSearchKeys,
    encrypt,
    endpoint: "https://pop.example",
    apiKey: "key",
    fetch: pop.fetch,
    ...(vector.secrets === null ? {} : { getSecrets: () => secretsOf(vector) }),
    ...(customEncryption === undefined ? {} : { customEncryptionConfigs: [xorHex] }),
  });
}

const plain = fieldEntries.filter(({ protection }) => protection !== "sealed").map(({ wire }) => wire);

function withoutCiphertexts(wire: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(plain.filter((name) => name in wire).map((name) => [name, wire[name]]));
}

function inputOf(vector: RecordVector): RecordInput {
  return Object.assign(toCamelCase(vector.record), { recordKey: parse(withKey, vector.record).record_key });
}

describe.each(vectors.records)("a record of the reference SDK, $name", (vector) => {
  it("decrypts to the fields that its caller wrote", async () => {
    const storage = storageOf(vector, cannedPop(vector.wire));
    const { record } = await storage.read("us", inputOf(vector).recordKey);
    const { version, isEncrypted, ...opened } = record;
    expect(opened).toStrictEqual(inputOf(vector));
    expect(version).toBe(vector.wire.version);
    expect(isEncrypted).toBe(vector.encrypt);
  });

  it("decrypts the same in a page of find", async () => {
    const meta = { count: 1, limit: 100, offset: 0, total: 1 };
    const storage = storageOf(vector, cannedPop({ meta, data: [vector.wire] }));
    const { records, errors } = await storage.find("us");
    expect(errors).toBeUndefined();
    expect(records).toMatchObject([inputOf(vector)]);
  });

  it("encrypts to the same hashes and plain fields, and decrypts again", async () => {
    const pop = cannedPop("OK");
    await storageOf(vector, pop).write("us", inputOf(vector));
    const sealed = parse(wireSchema, pop.sent[0]?.body);
    const { is_encrypted: isEncrypted, ...sent } = withoutCiphertexts(sealed);
    expect(sent).toStrictEqual(withoutCiphertexts(vector.wire));
    expect(isEncrypted).toBe(vector.encrypt);
    expect(String(sealed.body).split(":")[0]).toBe(String(vector.wire.body).split(":")[0]);
    const { record } = await storageOf(vector, cannedPop(sealed)).read("us", inputOf(vector).recordKey);
    expect(record).toMatchObject(inputOf(vector));
  });
});
