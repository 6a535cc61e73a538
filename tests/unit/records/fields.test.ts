import { fieldEntries, fieldsWith, limits, recordFields } from "incountry-storage/protocol";
import { describe, expect, it } from "vitest";

const numbered = (name: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${name}${index + 1}`);
const wires = (entries: readonly { readonly wire: string }[]): string[] => entries.map(({ wire }) => wire);

describe("the table of record fields (PROTOCOL.md, section 1)", () => {
  it("has every field and no other", () => {
    const keys = ["recordKey", "parentKey", "profileKey", ...numbered("serviceKey", 5), ...numbered("key", 20)];
    const values = ["body", "precommitBody", ...numbered("rangeKey", 10), "expiresAt"];
    const names = [...keys, ...values, "version", "isEncrypted", "createdAt", "updatedAt", "attachments"];
    expect(Object.keys(recordFields)).toStrictEqual(names);
    expect(fieldEntries.map(({ name }) => name)).toStrictEqual(names);
  });

  it("has their names on the wire, with an underscore only between words", () => {
    for (const { name, wire } of fieldEntries) {
      expect(wire).toBe(name.replaceAll(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`));
    }
  });

  it("has which are hashed, which only while hashSearchKeys is on, and which are encrypted", () => {
    const keys = ["record_key", "parent_key", "profile_key", ...numbered("service_key", 5)];
    expect(wires(fieldsWith({ protection: "hashed" }))).toStrictEqual(keys);
    expect(wires(fieldsWith({ protection: "hashedUnlessDisabled" }))).toStrictEqual(numbered("key", 20));
    expect(wires(fieldsWith({ protection: "sealed" }))).toStrictEqual(["body", "precommit_body"]);
  });

  it("filters by several properties at once", () => {
    expect(wires(fieldsWith({ type: "date", setBy: "pop" }))).toStrictEqual(["created_at", "updated_at"]);
    expect(wires(fieldsWith({ type: "date", setBy: "caller" }))).toStrictEqual(["expires_at"]);
    expect(wires(fieldsWith({ type: "int64" }))).toStrictEqual(numbered("range_key", 10));
    expect(fieldsWith({})).toStrictEqual(fieldEntries);
  });
});

it("the integers have the limits of 64 bits", () => {
  expect(limits.int64Min).toBe(-(2n ** 63n));
  expect(limits.int64Max).toBe(2n ** 63n - 1n);
});
