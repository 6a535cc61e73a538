import { limits } from "incountry-storage/protocol";
import { describe, expect, it } from "vitest";
import { freshCountry } from "../support/countries.ts";
import { attachmentsPath, handwritten, metadataOf, patternBytes, uploadFile, uploadForm } from "../support/files.ts";
import type { GetCaller } from "../support/suite.ts";

const most = 100;
/** The limit on the size of an error response, whatever the request contains. */
const responseBytes = 128 * 1024;

function objectOf(count: number, nameOf: (index: number) => string): Record<string, unknown> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [nameOf(index), 1]));
}

const unknownFields = objectOf(20_000, (index) => `u${index}`);

/** Small requests that are expensive if each of their parts is copied, or inspected before they are counted. */
export function costlyRequestsSuite(caller: GetCaller): void {
  describe("an expensive request", () => {
    const country = freshCountry();
    const send = (path: string, body: unknown) =>
      caller().send("POST", `/v2/storage/records/${country}${path}`, { body });

    it.each<[string, string, unknown]>([
      ["a record", "", { record_key: "k", ...unknownFields }],
      ["a record of a batch", "/batchWrite", { records: [{ record_key: "k", ...unknownFields }] }],
      ["a batch", "/batchWrite", { records: [{ record_key: "k" }], ...unknownFields }],
      ["a batch to delete", "/batchDelete", { filter: { record_key: ["k"], ...unknownFields } }],
      ["a query", "/find", { ...unknownFields }],
      ["a filter", "/find", { filter: unknownFields }],
      ["the operators of a filter", "/find", { filter: { key1: unknownFields } }],
      ["the options of a query", "/find", { options: unknownFields }],
    ])(
      "is rejected with 20,000 unknown fields in %s, and the last issue counts the others",
      async (_title, path, body) => {
        const response = await send(path, body);
        expect([response.status, response.errors.length]).toEqual([400, most]);
        expect(response.errors[0]).toMatchObject({
          status: 400,
          detail: expect.stringMatching(/u\d+ is not known here\.$/),
        });
        expect(response.errors.at(-1)).toEqual({
          status: 400,
          title: "Bad Request",
          detail: expect.stringContaining(` ${20_000 - (most - 1)} more `),
        });
        expect(response.text.length).toBeLessThan(responseBytes);
      },
    );

    it("is rejected with issues in each of 100 records, and 100 of the issues are listed", async () => {
      const wrong = objectOf(500, (index) => `u${index}`);
      const response = await send("/batchWrite", { records: Array.from({ length: 100 }, () => ({ ...wrong })) });
      expect([response.status, response.errors.length]).toEqual([400, most]);
      // Each of them lacks a key as well.
      expect(response.errors.at(-1)?.detail).toContain(` ${100 * 501 - (most - 1)} more `);
    });

    it("is rejected with all issues if there are 100 of them", async () => {
      const response = await send("", { record_key: "k", ...objectOf(most, (index) => `u${index}`) });
      expect(response.errors.map((error) => error.source)).toEqual(
        Array.from({ length: most }, (_, index) => `u${index}`),
      );
    });

    it("counts the issues of a header too", async () => {
      const body = { record_key: "k", ...unknownFields };
      const response = await caller().write(country, body, { "if-match": "never" });
      expect(response.errors[0]?.source).toBe("if-match");
      expect(response.errors.at(-1)?.detail).toContain(` ${20_001 - (most - 1)} more `);
    });

    it.each<[string, string, unknown]>([
      [
        "40,000 records with the same key",
        "/batchWrite",
        { records: Array.from({ length: 40_000 }, () => ({ record_key: "k" })) },
      ],
      ["40,000 invalid records", "/batchWrite", { records: Array.from({ length: 40_000 }, () => 5) }],
      ["40,000 equal keys", "/batchDelete", { filter: { record_key: Array.from({ length: 40_000 }, () => "k") } }],
      ["40,000 invalid keys", "/batchDelete", { filter: { record_key: Array.from({ length: 40_000 }, () => 5) } }],
    ])("with %s is rejected because of their number alone", async (_title, path, body) => {
      const response = await send(path, body);
      const source = path === "/batchWrite" ? "records" : "filter.record_key";
      expect([response.status, response.errors]).toEqual([
        400,
        [{ status: 400, title: "Bad Request", detail: expect.stringContaining("at most 100"), source }],
      ]);
    });

    it.each<[string, unknown]>([
      ["40,000 values", { key1: Array.from({ length: 40_000 }, () => "x") }],
      ["40,000 invalid values", { key1: Array.from({ length: 40_000 }, () => 5) }],
      ["40,000 excluded values", { range_key1: { $not: Array.from({ length: 40_000 }, () => 5) } }],
      [
        "10,001 values in all",
        { key1: Array.from({ length: 5_000 }, () => "x"), key2: Array.from({ length: 5_001 }, () => "x") },
      ],
    ])("with a filter of %s is rejected because of their number alone", async (_title, filter) => {
      const response = await caller().find(country, filter);
      expect([response.status, response.sources]).toEqual([400, ["filter"]]);
    });

    it("is accepted with a filter of 10,000 values", async () => {
      const quarter = Array.from({ length: 2_500 }, (_, index) => index);
      const texts = quarter.map(String);
      const filter = { key1: texts, key2: { $not: texts }, range_key1: quarter, range_key2: { $not: quarter } };
      expect((await caller().find(country, filter)).status).toBe(200);
    });

    it("is rejected with more sort columns than there are, or with a repeated one", async () => {
      const sortable = [
        ...Array.from({ length: 20 }, (_, index) => `key${index + 1}`),
        ...Array.from({ length: 10 }, (_, index) => `range_key${index + 1}`),
        "created_at",
        "updated_at",
        "expires_at",
      ];
      const all = sortable.map((column) => ({ [column]: "asc" }));
      expect((await caller().find(country, {}, { sort: all })).status).toBe(200);
      const sources = async (sort: unknown) => (await caller().find(country, {}, { sort })).sources;
      expect(await sources([...all, { key1: "asc" }])).toEqual(["options.sort"]);
      expect(await sources(Array.from({ length: 20_000 }, () => ({ key1: "asc" })))).toEqual(["options.sort"]);
      expect(await sources([{ key1: "asc" }, { key2: "asc" }, { key1: "desc" }])).toEqual(["options.sort.2"]);
    });

    it("is rejected without an echo of its long names", async () => {
      const long = "\u0001".repeat(20_000);
      const bodies = [
        await send("", { record_key: "k", ...objectOf(100, (index) => `${index}${long}`) }),
        await send("/find", { filter: { key1: { [long]: 1 } } }),
        await send("/find", { options: { sort: [{ [long]: "asc" }] } }),
        await send("/find", { options: { limit: long } }),
        await caller().read(country, "x".repeat(5_000)),
        await caller().send("GET", `/v2/storage/records/${"x".repeat(5_000)}/k`),
      ];
      for (const response of bodies) {
        expect(response.status).toBe(400);
        expect(response.text.length).toBeLessThan(responseBytes);
      }
    });

    it.each<[string, string, string]>([
      ["nested too deeply", `{"record_key":${"[".repeat(1_000_000)}${"]".repeat(1_000_000)}}`, "nested"],
      ["with an integer of a million digits", `{"record_key":"k","range_key1":${"9".repeat(1_000_000)}}`, "digits"],
      ["with a million values", `{"record_key":[${"1,".repeat(1_000_000)}1]}`, "values"],
    ])("is rejected if its JSON is %s, and the response says so", async (_title, body, word) => {
      const response = await send("", body);
      expect([response.status, response.sources]).toEqual([400, ["body"]]);
      expect(response.errors[0]?.detail).toContain(word);
    });

    it("is rejected with a media type on which an expression would backtrack", async () => {
      await caller().write(country, { record_key: "file" });
      const { file_id: fileId } = metadataOf(await uploadFile(caller(), country, "file", patternBytes(1)));
      const path = `${attachmentsPath(country, "file", fileId)}/meta`;
      for (const spaces of [200, 2_000_000]) {
        const response = await caller().send("PATCH", path, { body: { mime_type: `a/b;${" ".repeat(spaces)}\n` } });
        expect([response.status, response.sources]).toEqual([400, ["mime_type"]]);
        expect(response.text.length).toBeLessThan(responseBytes);
      }
    });

    it.each([
      ["a preamble", (form: Buffer) => Buffer.concat([Buffer.from("x\r\n".repeat(22_000)), form])],
      ["an epilogue", (form: Buffer) => Buffer.concat([form, Buffer.from("x\r\n".repeat(22_000))])],
    ])("is rejected with a form that has %s of 64 KiB", async (_title, around) => {
      await caller().write(country, { record_key: "form" });
      const form = handwritten(['content-disposition: form-data; name="file"; filename="f"'], patternBytes(10));
      const body = new Uint8Array(around(Buffer.from(form.body)));
      const response = await uploadForm(caller(), attachmentsPath(country, "form"), { ...form, body });
      expect([response.status, response.sources]).toEqual([400, ["body"]]);
    });

    it.each([
      ["64 KiB of headers", [`x: ${"y".repeat(64 * 1024)}`]],
      ["1,000 headers", Array.from({ length: 1_000 }, (_, index) => `x${index}: y`)],
    ])("is rejected with a form that has %s in its part", async (_title, more) => {
      await caller().write(country, { record_key: "form" });
      const headers = ['content-disposition: form-data; name="file"; filename="f"', ...more];
      const response = await uploadForm(
        caller(),
        attachmentsPath(country, "form"),
        handwritten(headers, patternBytes(10)),
      );
      expect([response.status, response.sources]).toEqual([400, ["body"]]);
    });

    it("is accepted with a body that arrives byte by byte", async () => {
      const text = JSON.stringify({ record_key: "slow", body: "é🛂".repeat(limits.plainSearchKeyLength) });
      const bytes = new TextEncoder().encode(text);
      let sent = 0;
      const body = new ReadableStream<Uint8Array>({
        pull: (controller) => {
          if (sent < bytes.length) controller.enqueue(bytes.slice(sent, sent + 1));
          else controller.close();
          sent += 1;
        },
      });
      const headers = { "content-type": "application/json" };
      const response = await caller().sendBytes("POST", `/v2/storage/records/${country}`, body, headers);
      expect(response.record).toMatchObject(JSON.parse(text));
    });
  });
}
