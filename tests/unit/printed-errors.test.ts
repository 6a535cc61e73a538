import { isStorageError, type Storage, StorageAuthenticationError, StorageServerError } from "incountry-storage";
import { describe, expect, it } from "vitest";
import { faultStorage, rejection } from "../support/faults/fault-storage.ts";
import { head, respond as rawAnswer, send } from "../support/faults/script.ts";
import { scripted } from "../support/faults/scripted.ts";
import { hostilePop, hostileStorage, json } from "../support/hostile/hostile-pop.ts";
import { shown } from "../support/hostile/shown.ts";
import { printedForms } from "../support/leaks/printed-forms.ts";

/** Part of every text of the PoP. */
const marker = "Evil";
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/** Characters that falsify the output of a terminal or a log, or are expensive to search. */
const hostileTexts: Readonly<Record<string, string>> = {
  "another line of a log": `${marker}\n2026-01-01 INFO all is well ${marker}`,
  "a carriage return": `${marker}\r${marker}`,
  "a colour of a terminal": `\u001b[31m${marker}\u001b[0m\u0007`,
  "the title of a terminal": `\u001b]0;${marker}\u0007`,
  "a one-character terminal command": `\u009b2J${marker}`,
  "letters from right to left": `\u202e${marker}\u2066\u2069`,
  "characters without width": `${marker}\u200b\u200d\ufeff`,
  "a line separator of JavaScript": `\u2028${marker}\u2029`,
  "half of a surrogate pair": `\ud800${marker}`,
  "20,000 letters": marker.repeat(5_000),
  "a template": `%s %o ${marker} \${process.env} {{${marker}}}`,
};

const status = "400 Bad Request";

const calls: Readonly<Record<string, (storage: Storage) => Promise<unknown>>> = {
  write: (storage) =>
    storage.write("de", { recordKey: "a key of a record", key1: "a key to search by", body: "a body" }),
  batchWrite: (storage) => storage.batchWrite("de", [{ recordKey: "a key of a record" }]),
  read: (storage) => storage.read("de", "a key of a record"),
  find: (storage) => storage.find("de", { key1: "a key to search by" }),
  delete: (storage) => storage.delete("de", "a key of a record"),
  batchDelete: (storage) => storage.batchDelete("de", ["a key of a record"]),
  getAttachmentFile: (storage) => storage.getAttachmentFile("de", "a key of a record", "file"),
  getAttachmentMeta: (storage) => storage.getAttachmentMeta("de", "a key of a record", "file"),
  updateAttachmentMeta: (storage) => storage.updateAttachmentMeta("de", "a key of a record", "file", { fileName: "f" }),
  deleteAttachment: (storage) => storage.deleteAttachment("de", "a key of a record", "file"),
  addAttachment: (storage) =>
    storage.addAttachment("de", "a key of a record", { file: new Uint8Array(9), fileName: "the name of a file" }),
  migrate: (storage) => storage.migrate("de"),
};

function expectNothing({ error, forms }: { error: Error; forms: readonly string[] }): void {
  expect(error.message).not.toMatch(unprintable);
  expect(error.message.length).toBeLessThan(500);
  for (const form of forms) {
    expect(form).not.toContain(marker);
    // Node.js itself produces the forms with several lines.
    expect(form.replaceAll("\n", "")).not.toMatch(unprintable);
  }
}

/** An error response with a given text in every possible place. */
function errorWith(text: string): Response {
  const source = { pointer: text, [text.slice(0, 500)]: { deep: [text] } };
  const errors = [
    { status: text, title: text, detail: text, source: text },
    { status: text, title: text, detail: text, source },
    { status: 400, title: text, source: `records.0.${text}` },
  ];
  return json(JSON.stringify({ errors, error: text, message: text }), 400);
}

describe.each(Object.entries(hostileTexts))("a PoP whose texts hold %s", (_, text) => {
  it.each(Object.entries(calls))("%s: no printed error and no log contains them", async (_name, call) => {
    const pop = hostilePop(() => errorWith(text));
    const { error, forms } = await shown(pop, call);
    expectNothing({ error, forms });
    expect(error).toMatchObject({ name: "StorageServerError", status: 400 });
    expect(error.message).toContain("400 (Bad Request)");
  });

  it("has its texts, short and printable, in the errors property", async () => {
    const pop = hostilePop(() => errorWith(text));
    const { error } = await shown(pop, (storage) => storage.read("de", "a key of a record"));
    const { errors = [] } = error instanceof StorageServerError ? error : {};
    expect(errors).toHaveLength(3);
    const [first] = errors;
    expect(first?.detail).toContain(marker);
    expect(first?.detail?.length).toBeLessThanOrEqual(500);
    for (const { title, detail, source } of errors) {
      for (const kept of [title ?? "", detail ?? "", JSON.stringify(source ?? "")]) {
        expect(kept).not.toMatch(unprintable);
        expect(kept.length).toBeLessThan(1_200);
      }
    }
    expect(Object.keys(error)).not.toContain("errors");
  });

  it("has no text in the error for a rejected token", async () => {
    const pop = hostilePop(() => json(JSON.stringify({ error: text, error_description: text, error_uri: text }), 401));
    const credentials = { oauth: { clientId: "client", clientSecret: "a secret of a client" } };
    const { error, forms } = await shown(pop, (storage) => storage.read("de", "a key of a record"), credentials);
    expectNothing({ error, forms });
    expect(error).toBeInstanceOf(StorageAuthenticationError);
  });

  it("has no text in the error for a rejected key", async () => {
    const pop = hostilePop(() => json(JSON.stringify({ errors: [{ title: text, detail: text }] }), 401));
    const { error, forms } = await shown(pop, (storage) => storage.read("de", "a key of a record"));
    expectNothing({ error, forms });
    expect(error).toMatchObject({ name: "StorageAuthenticationError", cause: { status: 401, errors: [{}] } });
  });

  it("has no text in the errors for a good status and an invalid response", async () => {
    const wrong = JSON.stringify({ record_key: 7, body: text, [text.slice(0, 200)]: text, data: text, file_id: text });
    const pop = hostilePop(() => json(wrong));
    for (const name of ["write", "read", "find", "getAttachmentMeta", "addAttachment"]) {
      const call = calls[name];
      if (call !== undefined) expectNothing(await shown(pop, call));
    }
  });

  it("has no text in the errors of records", async () => {
    const record = { record_key: text.slice(0, 100), profile_key: text, body: text, version: 0 };
    const page = {
      meta: { count: 1, limit: 100, offset: 0, total: 1 },
      data: [record, { ...record, created_at: text }],
    };
    const pop = hostilePop(({ operation }) =>
      json(JSON.stringify({ ...page, data: page.data.slice(0, operation === "find" ? 1 : 0) })),
    );
    const { errors = [] } = await hostileStorage(pop).find("de");
    expect(errors).toHaveLength(1);
    for (const { error } of errors) expectNothing({ error, forms: printedForms(error) });
  });
});

describe("the status and the title in a message", () => {
  it.each([
    [400, "400 (Bad Request)"],
    [403, "403 (Forbidden)"],
    [404, "404 (Not Found)"],
    [409, "409 (Conflict)"],
    [413, "413 (Content Too Large)"],
    [500, "500 (Internal Server Error)"],
    [599, "599"],
  ])("are those that the client knows: %d", async (code, expected) => {
    const errors = [{ status: 200, title: `${marker} OK`, detail: marker }];
    const pop = hostilePop(() => json(JSON.stringify({ errors }), code));
    const { error, forms } = await shown(pop, (storage) => storage.read("de", "a key of a record"));
    expectNothing({ error, forms });
    expect(error.message).toMatch(/^read: 127\.0\.0\.1:\d+ /);
    expect(error.message).toContain(expected);
  });
});

describe("the field that a PoP names", () => {
  it.each<[unknown, string]>([
    ["records.3.key1", "records[3].key1"],
    ["records[3].range_key1", "records[3].rangeKey1"],
    ["/records/99/precommit_body", "records[99].precommitBody"],
    [{ pointer: "/records/3/key1" }, "records[3].key1"],
    ["options.limit", "options.limit"],
    ["filter.key1", "filter.key1"],
    ["filter.search_keys", "filter.searchKeys"],
    ["options.sort.0", "options.sort[0]"],
  ])("is in the message: %j", async (source, place) => {
    const pop = hostilePop(() => json(JSON.stringify({ errors: [{ status: 400, source }] }), 400));
    const { error } = await shown(pop, (storage) => storage.find("de"));
    expect(error.message).toContain(place);
  });

  it.each<unknown>([
    `records.3.${marker}`,
    `records.3.key1\n${marker}`,
    `records.3.key1.${marker}`,
    `filter.${marker}`,
    `${marker}.key1`,
    `records[3].key1 ${marker}`,
    `records.${"1".repeat(400)}.key1`,
    "records.3".repeat(100_000),
    "key1.".repeat(100_000),
    { pointer: [marker] },
    { [marker]: marker },
    [marker],
    null,
    5,
  ])("is not in the message if the protocol has no such form (%#)", async (source) => {
    const pop = hostilePop(() => json(JSON.stringify({ errors: [{ status: 400, source }] }), 400));
    const { error, forms } = await shown(pop, (storage) => storage.find("de"));
    expectNothing({ error, forms });
    expect(error.message).not.toContain(" at ");
  });
});

describe("errors[].status", () => {
  it.each<[unknown, unknown]>([
    [400, 400],
    ["400", "400"],
    [503, 503],
    ["s3cret", undefined],
    ["4000", undefined],
    [99, undefined],
    [1e21, undefined],
    ["400 Evil", undefined],
    ["40\n", undefined],
    [4.5, undefined],
    [[400], undefined],
  ])("is kept only if it is a status: %j", async (sent, kept) => {
    const pop = hostilePop(() => json(JSON.stringify({ errors: [{ status: sent, title: "Title" }] }), 400));
    const error = await rejection(hostileStorage(pop).read("de", "a key of a record"));
    expect(error).toMatchObject({ errors: [{ title: expect.anything() }] });
    expect(error instanceof StorageServerError ? error.errors?.[0]?.status : error).toBe(kept);
  });
});

describe("a server with arbitrary text in the head of its response", () => {
  it.each([
    ["an invalid type", head({ status, type: `text/${marker}; charset=${marker}` })],
    ["letters beyond ASCII in an id", head({ status, headers: { "x-request-id": `\u009b31m${marker}` } })],
    ["another reason", head({ status: `400 ${marker} OK` })],
    ["an invalid delay", head({ status, headers: { "retry-after": marker } })],
  ])("has none of it printed: %s", async (_, act) => {
    const server = await scripted([act, send(marker), { act: "end" }]);
    const error = await rejection(faultStorage(server).find("de", {}, {}, { maxRetries: 0 }));
    if (!isStorageError(error)) return expect.unreachable(String(error));
    expectNothing({ error, forms: printedForms(error) });
  });

  it("is reported by its status if it sends no JSON", async () => {
    const server = await scripted(rawAnswer(`<html>${marker}`, { status, type: "text/html" }));
    const error = await rejection(faultStorage(server).find("de"));
    if (!isStorageError(error)) return expect.unreachable(String(error));
    expectNothing({ error, forms: printedForms(error) });
    expect(error).toMatchObject({ status: 400, errors: undefined });
  });
});
