import * as fc from "fast-check";
import { fieldsWith, limits } from "incountry-storage/protocol";
import { describe, expect, it } from "vitest";
import { freshCountry } from "../support/countries.ts";
import { attachmentsPath, handwritten, metadataOf, patternBytes, uploadFile, uploadForm } from "../support/files.ts";
import type { GetCaller } from "../support/suite.ts";

/** Texts that drivers, decoders, URLs, JSON and SQL treat specially. */
const delicate = fc.constantFrom(
  "\ufeff",
  "\ufffe",
  "\uffff",
  "\u2028",
  "\u0001",
  "\u007f",
  "\u0085",
  "\u00a0",
  "e\u0301",
  "\u{1fffe}",
  "\u{10ffff}",
  "🛂",
  "%",
  "%41",
  "/",
  "\\",
  "'",
  '"',
  "_",
  ";",
  ":",
  "#",
  "?",
  "&",
  "+",
  " ",
  "\t",
  "\r\n",
  ".",
  "{",
  "$1",
  "$not",
);
const anyCharacter = fc.string({ unit: "binary", minLength: 1, maxLength: 1 }).filter((text) => text !== "\0");
const start = fc.constantFrom("", "", "\ufeff", "\ufeff\ufeff", "\ufffe", "\u2028");

/** Well-formed Unicode without U+0000, up to a length in code points. */
function textUpTo(maxLength: number): fc.Arbitrary<string> {
  const short = fc.array(fc.oneof(delicate, anyCharacter), { maxLength: 12 }).map((parts) => parts.join(""));
  const long = anyCharacter.map((character) => character.repeat(maxLength - 2));
  return fc
    .tuple(start, fc.oneof({ weight: 6, arbitrary: short }, { weight: 1, arbitrary: long }))
    .map((parts) => parts.join(""));
}

const keyText = textUpTo(limits.plainSearchKeyLength);
const recordKey = keyText.filter((text) => text !== "" && text !== "." && text !== "..");
const names = fieldsWith({ type: "string", setBy: "caller" }).map((entry) => entry.wire);
const sealedNames = new Set<string>(fieldsWith({ protection: "sealed" }).map((entry) => entry.wire));
const searchNames = fieldsWith({ protection: "hashedUnlessDisabled" }).map((entry) => entry.wire);

const record = fc.record({
  ...Object.fromEntries(
    names.map((name) => [name, fc.option(sealedNames.has(name) ? textUpTo(20_000) : keyText, { nil: null })]),
  ),
  record_key: recordKey,
});

export function textsSuite(caller: GetCaller): void {
  describe("texts", () => {
    it("round-trip in every field, and are found by it", async () => {
      const country = freshCountry();
      await fc.assert(
        fc.asyncProperty(record, record, async (one, other) => {
          fc.pre(one.record_key !== other.record_key);
          const key = one.record_key;
          expect((await caller().write(country, one)).record).toMatchObject(one);
          expect((await caller().read(country, key)).record).toMatchObject(one);
          expect((await caller().batchWrite(country, [other, one])).records).toMatchObject([other, one]);
          expect((await caller().read(country, other.record_key)).record).toMatchObject(other);
          const filter = Object.fromEntries(Object.entries(one).filter(([name]) => !sealedNames.has(name)));
          expect((await caller().find(country, filter)).found.data).toMatchObject([one]);
          expect((await caller().find(country, { record_key: [key] })).keys).toEqual([key]);
          expect((await caller().find(country, { record_key: { $not: key } })).found.data).toMatchObject([other]);
          expect((await caller().find(country, { record_key: { $not: [other.record_key] } })).keys).toEqual([key]);
          expect((await caller().find(country, {}, { sort: [{ key1: "asc" }] })).keys).toHaveLength(2);
          expect((await caller().delete(country, key)).status).toBe(200);
          expect((await caller().read(country, key)).status).toBe(404);
          expect((await caller().batchDelete(country, [other.record_key])).status).toBe(200);
          expect((await caller().find(country)).found.meta).toMatchObject({ total: 0 });
        }),
        { numRuns: 40 },
      );
    });

    it("are found by part of a search key", async () => {
      const country = freshCountry();
      const text = textUpTo(limits.searchKeysMaxLength).filter(
        (part) => Array.from(part).length >= limits.searchKeysMinLength,
      );
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...searchNames), text, start, async (name, part, before) => {
          await caller().write(country, { record_key: "k", [name]: `${before}${part}` });
          const found = await caller().find(country, { search_keys: part });
          expect(found.status === 200 && found.keys).toEqual(["k"]);
        }),
        { numRuns: 40 },
      );
    });

    it("are compared by a conditional write, whatever the key", async () => {
      const country = freshCountry();
      for (const key of ["\ufeff", "\ufeffk", "k\ufeff", "\ufeff\ufeffk"]) {
        const { record: written } = await caller().write(country, { record_key: key });
        const again = { record_key: key, if_match: written["updated_at"] };
        expect((await caller().batchWrite(country, [again])).status).toBe(200);
        const moved = await caller().batchWrite(country, [again]);
        expect([moved.status, moved.sources]).toEqual([412, ["records.0.if_match"]]);
      }
    });

    it("are the names of files", async () => {
      const country = freshCountry();
      await fc.assert(
        fc.asyncProperty(
          recordKey,
          textUpTo(300).filter((name) => name !== ""),
          async (key, filename) => {
            await caller().write(country, { record_key: key });
            const encoded = encodeURIComponent(filename).replaceAll(
              /['()*]/g,
              (sign) => `%${sign.charCodeAt(0).toString(16)}`,
            );
            const header = `content-disposition: form-data; name="file"; filename*=UTF-8''${encoded}`;
            const form = handwritten([header], patternBytes(3));
            const metadata = metadataOf(await uploadForm(caller(), attachmentsPath(country, key), form));
            expect(metadata.filename).toBe(filename);
            const again = await uploadForm(caller(), attachmentsPath(country, key), form);
            expect(again.status).toBe(409);
            const path = attachmentsPath(country, key, metadata.file_id);
            const changed = await caller().send("PATCH", `${path}/meta`, { body: { filename: `${filename}x` } });
            expect(metadataOf(changed).filename).toBe(`${filename}x`);
            expect((await caller().send("PATCH", `${path}/meta`, { body: { filename } })).status).toBe(200);
            expect((await caller().read(country, key)).record["attachments"]).toMatchObject([{ filename }]);
            expect(metadata.download_link).toBe(caller().url + path);
            const file = await caller().download(path);
            const [, name = ""] = (file.headers.get("content-disposition") ?? "").split("''");
            expect(decodeURIComponent(name)).toBe(filename);
            await file.body?.cancel();
            // A browser escapes these three characters, and no others.
            if (!/%22|%0[ad]|[\r\n]/i.test(filename)) {
              const added = await uploadFile(caller(), country, key, patternBytes(2), {
                name: filename,
                method: "PUT",
              });
              expect(metadataOf(added)).toMatchObject({ file_id: metadata.file_id, filename, size: 2 });
            }
            await caller().delete(country, key);
          },
        ),
        { numRuns: 25 },
      );
    });

    it.each(["\0", "a\0b", "\ud800", "\udfffx", "\ufeff\udc00"])(
      "with %j in them are rejected, in every field",
      async (text) => {
        const country = freshCountry();
        for (const name of names) {
          const response = await caller().write(country, { record_key: "k", [name]: text });
          expect([response.status, response.sources]).toEqual([400, [name]]);
        }
        expect((await caller().find(country, { key1: text })).status).toBe(400);
        expect((await caller().batchDelete(country, [text])).status).toBe(400);
      },
    );

    it.each([".", ".."])("are rejected as a record key that a path cannot hold: %s", async (key) => {
      const country = freshCountry();
      const response = await caller().write(country, { record_key: key });
      expect([response.status, response.sources]).toEqual([400, ["record_key"]]);
    });

    it.each(["%ff", "%ed%a0%80", "%e2%80", "k%"])("are rejected in a path that is not UTF-8: %s", async (key) => {
      const country = freshCountry();
      await caller().write(country, { record_key: key });
      const response = await caller().send("GET", `/v2/storage/records/${country}/${key}`);
      expect([response.status, response.sources]).toEqual([400, ["path"]]);
      expect((await caller().read(country, key)).status).toBe(200);
    });
  });
}
