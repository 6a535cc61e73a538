import { type Storage, StorageServerError } from "incountry-storage";
import { describe, expect, it } from "vitest";
import { faultStorage, rejection, serverError } from "../../support/faults/fault-storage.ts";
import { end, genuine, head, respond, respondJson, send, type Turn } from "../../support/faults/script.ts";
import { scripted } from "../../support/faults/scripted.ts";
import { unique } from "../../support/pop-storage.ts";

const html = "<!doctype html><html><title>Maintenance</title><p>We are back soon.</p></html>";
const record = { record_key: "0".repeat(64), body: "pt:", version: 0 };
const meta = { count: 1, limit: 2, offset: 0, total: 1 };

function bytes(...values: number[]): Turn {
  return [head({ announced: values.length }), { act: "bytes", base64: btoa(String.fromCharCode(...values)) }];
}

function page(changes: object): Turn {
  return respondJson({ meta, data: [record], ...changes });
}

function changed(changes: object): Turn {
  return respondJson({ ...record, ...changes });
}

/** Longer than its decompressed form. */
const emptyGzip: Turn = [
  head({ announced: 20, headers: { "content-encoding": "gzip" } }),
  { act: "bytes", base64: "H4sIAAAAAAAAAwMAAAAAAAAAAAA=" },
];

type Case = [what: string, turn: Turn, expected: string];

const noJson: Case[] = [
  ["HTML", respond(html, { type: "text/html; charset=utf-8" }), "expected JSON, got HTML"],
  ["HTML with the type of JSON", respond(html), "expected JSON, got HTML"],
  ["an empty body", respond(""), "expected JSON, got an empty body"],
  ["an empty body, packed", emptyGzip, "expected JSON, got an empty body"],
  ["white space", respond(" \r\n"), "expected JSON, got an empty body"],
  ["no content", [head({ status: "204 No Content" })], "expected JSON, got an empty body"],
  ["a text", respond("fine"), "expected JSON, got other text"],
  ["JSON with a syntax error", respond('{"record_key": "x" "body": null}'), "expected JSON, got other text"],
  ["JSON with a comma too many", respond('{"record_key": "x",}'), "expected JSON, got other text"],
  ["JSON twice", respond(JSON.stringify(record).repeat(2)), "expected JSON, got other text"],
  ["bytes that are not UTF-8", bytes(0x22, 0xff, 0xfe, 0x22), "expected JSON, got text that is not UTF-8"],
  ["a truncated character", bytes(0x22, 0xe2, 0x82, 0x22), "expected JSON, got text that is not UTF-8"],
];

const noRecord: Case[] = [
  ...noJson,
  ["null", respondJson(null), "response: expected a record, got null"],
  ["a string", respondJson("record"), "response: expected a record, got a string"],
  ["a list", respondJson([record]), "response: expected a record, got a list"],
  ["an object of another kind", respondJson({ data: record }), "response.record_key: is missing"],
  ["a key that is a number", changed({ key1: 7 }), "response.key1: expected a string, got a number"],
  ["a body that is an object", changed({ body: {} }), "response.body: expected a string, got an object"],
  ["a number that is a text", changed({ range_key1: "1" }), "response.range_key1: expected an integer, got a string"],
  ["a fraction", changed({ range_key1: 1.5 }), "response.range_key1: expected an integer, got a fraction or infinity"],
  [
    "an invalid date",
    changed({ created_at: "soon" }),
    "response.created_at: expected an ISO 8601 date, got another text",
  ],
  ["a version below 0", changed({ version: -1 }), "response.version: expected an integer ≥ 0"],
  [
    "an attachment that is a number",
    changed({ attachments: [7] }),
    "response.attachments[0]: expected an object, got a number",
  ],
];

const noPage: Case[] = [
  ...noJson,
  ["a record", respondJson(record), "response.meta: is missing; response.data: is missing"],
  ["no meta", page({ meta: undefined }), "response.meta: is missing"],
  [
    "a total that is a text",
    page({ meta: { ...meta, total: "1" } }),
    "response.meta.total: expected a number, got a string",
  ],
  ["a total below 0", page({ meta: { ...meta, total: -1 } }), "response.meta.total: expected an integer ≥ 0"],
  ["no data", page({ data: undefined }), "response.data: is missing"],
  ["data that is not a list", page({ data: record }), "response.data: expected a list, got an object"],
  ["data without a record key", page({ data: [record, {}] }), "response.data[1].record_key: is missing"],
  [
    "more records than requested",
    page({ data: [record, record, record] }),
    "response.data: expected no more than 2 records, got 3",
  ],
];

const noWritten: Case[] = [
  ...noJson,
  ["a record with another key", changed({}), "response.record_key: expected the record that was sent, got another one"],
];

const noBatch: Case[] = [
  ...noJson,
  [
    "records with other keys",
    respondJson({ records: [record, record] }),
    "response.record_key: expected the record that was sent, got another one",
  ],
  [
    "fewer records than were sent",
    respondJson({ records: [record] }),
    "response.records: expected the 2 records that were sent, got 1",
  ],
  ["a record", respondJson(record), "response.records: is missing"],
];

interface Operation {
  readonly method: string;
  /** Below the path of the country's records. */
  readonly path: RegExp;
  readonly cases: Case[];
  readonly call: (storage: Storage) => Promise<unknown>;
}

const operations: Readonly<Record<string, Operation>> = {
  read: { method: "GET", path: /^\/[0-9a-f]{64}$/, cases: noRecord, call: (storage) => storage.read("de", "any") },
  write: { method: "POST", path: /^$/, cases: noWritten, call: (storage) => storage.write("de", { recordKey: "any" }) },
  batchWrite: {
    method: "POST",
    path: /^\/batchWrite$/,
    cases: noBatch,
    call: (storage) => storage.batchWrite("de", [{ recordKey: "one" }, { recordKey: "two" }]),
  },
  find: { method: "POST", path: /^\/find$/, cases: noPage, call: (storage) => storage.find("de", {}, { limit: 2 }) },
};

describe.each(Object.entries(operations))("%s, with the response", (_, { method, path, cases, call }) => {
  it.each(cases)(
    "%s, rejects with a StorageServerError that says what was expected",
    async (_title, turn, expected) => {
      const server = await scripted(turn);
      const records = `${server.url}/v2/storage/records/de`;
      const error = await rejection(call(faultStorage(server)));
      if (!(error instanceof StorageServerError)) return expect.unreachable(String(error));
      const status = turn[0]?.act === "send" ? Number(/ (\d{3}) /.exec(turn[0].text)?.[1]) : error.status;
      expect(error).toMatchObject({ name: "StorageServerError", code: "server_error", method, status });
      expect(error.url?.slice(records.length)).toMatch(path);
      const problem = "unexpected response";
      expect(error.message).toBe(`${method} ${new URL(server.url).host}: ${problem}: ${expected}.`);
      expect(await server.seen()).toHaveLength(1);
    },
  );
});

describe("a truncated response without a content-length", () => {
  // In the middle of the list, of a string, of an escape, and right after an object.
  const beginnings = [
    '{"meta":{},"data":[{}',
    '{"meta":{},"data":[{"a":"b',
    '{"meta":{},"data":[{"a":"\\',
    '{"meta":{}',
    "{",
  ];

  it.each(beginnings)("%s, is retried", async (beginning) => {
    const server = await scripted([head(), send(beginning), end], page({ data: [] }));
    await expect(faultStorage(server).find("de", {}, { limit: 2 })).resolves.toMatchObject({ records: [] });
    expect(await server.seen()).toHaveLength(2);
  });
});

describe("a bad status", () => {
  const errorBody = {
    errors: [{ status: "400", title: "Bad Request", detail: "The limit is too high.", source: "options.limit" }],
  };
  const seeErrors = " See `errors` for the server's own words.";
  const sources = [
    "records.3.range_key1",
    "records[3].range_key1",
    "/filter/search_keys",
    "x-env-id",
    "Lindqvist",
    "1",
  ];
  const cases: [what: string, turn: Turn, status: number, said: string][] = [
    [
      "with a field of the protocol",
      respondJson(errorBody, { status: "400 Bad Request" }),
      400,
      `400 (Bad Request) at options.limit.${seeErrors}`,
    ],
    [
      "with several places, some of them the server's own",
      respondJson({ errors: sources.map((source) => ({ source })) }, { status: "422 X" }),
      422,
      `422 (Unprocessable Content) at records[3].rangeKey1, filter.searchKeys, x-env-id.${seeErrors}`,
    ],
    [
      "with only a title, which is not repeated",
      respondJson({ errors: [{ title: "Lindqvist" }] }, { status: "410 Lindqvist" }),
      410,
      `410 (Gone).${seeErrors}`,
    ],
    [
      "with details of wrong types",
      respondJson({ errors: [{ title: 7, detail: {}, source: [] }, "x", null] }, { status: "400 X" }),
      400,
      `400 (Bad Request).${seeErrors}`,
    ],
    [
      "with HTML of a proxy",
      respond(html, { status: "502 Bad Gateway", type: "text/html" }),
      502,
      "502 (Bad Gateway).",
    ],
    ["with HTML that is not UTF-8", bytesWith("500 Failed", 0xff), 500, "500 (Internal Server Error)."],
    ["without a word", respond("", { status: "500 Failed" }), 500, "500 (Internal Server Error)."],
    [
      "with an object of another kind",
      respondJson({ message: "no" }, { status: "403 Forbidden" }),
      403,
      "403 (Forbidden).",
    ],
    ["with a list", respondJson([], { status: "404 Not Found" }), 404, "404 (Not Found)."],
    ["with a non-standard status", respond("", { status: "599 Odd" }), 599, "599."],
  ];

  it.each(cases)("%s is a StorageServerError, and is not retried", async (_, turn, status, expected) => {
    const server = await scripted(turn);
    const url = `${server.url}/v2/storage/records/de/find`;
    const error = await serverError(faultStorage(server).find("de"), {
      name: "StorageServerError",
      method: "POST",
      url,
      status,
    });
    expect(error.message).toBe(`find: ${new URL(server.url).host} responded ${expected}`);
    expect(await server.seen()).toHaveLength(1);
  });

  it.each(["{oops", '[error] an unmatched quote "', '{"errors":[{"detail":"half'])(
    "is reported by its status, even if its text looks truncated: %s",
    async (text) => {
      const server = await scripted(respond(text, { status: "400 Bad Request" }));
      expect(await rejection(faultStorage(server).find("de"))).toMatchObject({
        name: "StorageServerError",
        status: 400,
      });
      expect(await server.seen()).toHaveLength(1);
    },
  );

  it("has no request id that echoes the request", async () => {
    const secret = "a-secret-of-a-header";
    const server = await scripted(respond("", { status: "500 Failed", headers: { "x-request-id": `id-${secret}` } }));
    const error = await rejection(faultStorage(server).find("de", {}, {}, { headers: { "x-secret": secret } }));
    expect(error).toMatchObject({ status: 500, requestId: undefined });
  });

  it.each([crypto.randomUUID(), "4bf92f3577b34da6a3ce929d0e0e4736", "01ARZ3NDEKTSV4RRFFQ69G5FAV"])(
    "has the PoP's list of errors and its request id: %s",
    async (requestId) => {
      const headers = { "x-request-id": requestId };
      const server = await scripted(respondJson(errorBody, { status: "400 Bad Request", headers }));
      const error = await rejection(faultStorage(server).find("de"));
      expect(error).toMatchObject({ errors: errorBody.errors, requestId });
    },
  );

  it("has the PoP's texts in printable form, and its statuses if they are valid", async () => {
    const [escape, bidi] = ["\u001b[31m", "\u202e"];
    const detail = `line\nfeed ${escape} ${bidi} ${"x".repeat(1000)}`;
    const errors = [
      { status: "400", detail, source: { pointer: `/a${escape}`, secret: "s" } },
      { status: "Lindqvist" },
    ];
    const server = await scripted(respondJson({ errors }, { status: "400 X" }));
    const error = await rejection(faultStorage(server).find("de"));
    if (!(error instanceof StorageServerError)) return expect.unreachable(String(error));
    const [first, second] = error.errors ?? [];
    expect(first).toMatchObject({ status: "400", source: { pointer: "/a\ufffd[31m" } });
    expect(first?.detail).toHaveLength(500);
    expect(JSON.stringify(error.errors)).not.toMatch(/secret|Lindqvist|\\n|\\u001b|\u202e/);
    expect(second).toStrictEqual({ status: undefined, title: undefined, detail: undefined });
  });

  it("with an endless list of errors has the first hundred", async () => {
    const errors = Array.from({ length: 10_000 }, (_, index) => ({ detail: String(index) }));
    const server = await scripted(respondJson({ errors }, { status: "400 X" }));
    const error = await rejection(faultStorage(server).find("de"));
    expect(error instanceof StorageServerError ? error.errors : []).toHaveLength(100);
  });

  it("has the PoP's request id if the request had none", async () => {
    const error = await rejection(faultStorage(await scripted([genuine()])).read("de", unique("none")));
    expect(error).toMatchObject({ status: 404, requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    expect(String(error)).toContain("responded 404 (Not Found) at key.");
  });

  it("has the caller's own request id", async () => {
    const server = await scripted([genuine()]);
    const headers = { "x-request-id": "caller-1" };
    const error = await rejection(faultStorage(server).read("de", unique("none"), { headers }));
    expect(error).toMatchObject({ status: 404, requestId: "caller-1" });
  });
});

function bytesWith(status: string, ...values: number[]): Turn {
  return [head({ status, announced: values.length }), ...bytes(...values).slice(1)];
}
