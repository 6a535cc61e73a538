import { type Storage, type StorageOptions, StorageServerError } from "incountry-storage";
import { describe, expect, it } from "vitest";
import { atOnce, faultStorage, rejection } from "../../support/faults/fault-storage.ts";
import { end, head, type Turn } from "../../support/faults/script.ts";
import { scripted } from "../../support/faults/scripted.ts";
import { hashLike, hostilePop, hostileStorage, json, pageOf, storageError } from "../../support/hostile/hostile-pop.ts";
import { popStorage } from "../../support/pop-storage.ts";

const mebibyte = 1024 * 1024;
const packed = { "content-encoding": "gzip" };

/** 250 MiB of zeros in 250 KB. The response is well-formed, and ends with its connection. */
const bomb = (status = "200 OK"): Turn => [
  head({ status, headers: packed }),
  { act: "bomb", bytes: 250 * mebibyte },
  end,
];

/** Long enough to unpack a bomb on a busy machine: a request that times out would be retried. */
const patient: Partial<StorageOptions> = { httpOptions: { ...atOnce, timeout: 60_000 } };

/** An endless body that counts the bytes read. */
function endless(chunk: Uint8Array): { readonly body: ReadableStream<Uint8Array>; readonly taken: () => number } {
  let taken = 0;
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        taken += chunk.length;
        if (taken > 400 * mebibyte) controller.error(new TypeError("The test has sent enough."));
        else controller.enqueue(chunk);
      },
    },
    { highWaterMark: 0 },
  );
  return { body, taken: () => taken };
}

const recordKey = "a key of a record";

/** Calls with short responses, and the number of bytes of an endless one that they may read. */
const shortResponses: Readonly<Record<string, readonly [call: (storage: Storage) => Promise<unknown>, most: number]>> =
  {
    delete: [(storage) => storage.delete("de", recordKey), mebibyte],
    batchDelete: [(storage) => storage.batchDelete("de", [recordKey]), mebibyte],
    getAttachmentMeta: [(storage) => storage.getAttachmentMeta("de", recordKey, "file"), mebibyte],
    updateAttachmentMeta: [
      (storage) => storage.updateAttachmentMeta("de", recordKey, "file", { fileName: "f" }),
      mebibyte,
    ],
    deleteAttachment: [(storage) => storage.deleteAttachment("de", recordKey, "file"), mebibyte],
    addAttachment: [
      (storage) => storage.addAttachment("de", recordKey, { file: new Uint8Array(9), fileName: "f", upsert: true }),
      mebibyte,
    ],
  };

describe.each(Object.entries(shortResponses))("%s", (_, [call, most]) => {
  it("aborts a gzip bomb", async () => {
    const server = await scripted(bomb());
    const error = await rejection(call(faultStorage(server, patient)));
    if (!(error instanceof StorageServerError)) return expect.unreachable(String(error));
    expect(error).toMatchObject({ name: "StorageServerError", status: 200 });
    expect(await server.seen()).toHaveLength(1);
  });

  it("reads little of an endless response", async () => {
    const { body, taken } = endless(new Uint8Array(16_384).fill(0x20));
    const pop = hostilePop(() => new Response(body));
    const error = await storageError(call(hostileStorage(pop)));
    expect(error).toMatchObject({ name: "StorageServerError", status: 200 });
    expect(taken()).toBeLessThanOrEqual(2 * most);
    expect(pop.calls).toHaveLength(1);
  });
});

const failing: Readonly<Record<string, (storage: Storage) => Promise<unknown>>> = {
  read: (storage) => storage.read("de", recordKey),
  write: (storage) => storage.write("de", { recordKey }),
  batchWrite: (storage) => storage.batchWrite("de", [{ recordKey }]),
  find: (storage) => storage.find("de"),
  migrate: (storage) => storage.migrate("de"),
  getAttachmentFile: (storage) => storage.getAttachmentFile("de", recordKey, "file"),
  ...Object.fromEntries(Object.entries(shortResponses).map(([name, [call]]) => [name, call])),
};

describe.each(Object.entries(failing))("%s, rejected with an error of any length,", (_, call) => {
  it("fails with an error of its status, and reads little of it", async () => {
    const { body, taken } = endless(new TextEncoder().encode('{"errors":[{"title":"x"},'.repeat(700)));
    const pop = hostilePop(({ operation }) =>
      operation === "meta" ? json("{}", 400) : new Response(body, { status: 400 }),
    );
    expect(await storageError(call(hostileStorage(pop)))).toMatchObject({ name: "StorageServerError", status: 400 });
    expect(taken()).toBeLessThanOrEqual(4 * mebibyte);
  });

  it("fails with an error of its status if the error is a gzip bomb", async () => {
    const server = await scripted(bomb("500 Failed"));
    expect(await rejection(call(faultStorage(server, patient)))).toMatchObject({
      name: "StorageServerError",
      status: 500,
    });
  });
});

describe("a health check", () => {
  it("is false for a gzip bomb with a good status, and for an endless response", async () => {
    const server = await scripted(bomb());
    expect(await faultStorage(server, patient).healthcheck("de")).toStrictEqual({ result: false });
    const { body, taken } = endless(new Uint8Array(16_384).fill(0x20));
    expect(await hostileStorage(hostilePop(() => new Response(body))).healthcheck("de")).toStrictEqual({
      result: false,
    });
    expect(taken()).toBeLessThanOrEqual(2 * mebibyte);
  });

  it("is false for a bad status with an endless response", async () => {
    const { body, taken } = endless(new Uint8Array(16_384));
    const pop = hostilePop(() => new Response(body, { status: 500 }));
    expect(await hostileStorage(pop).healthcheck("de")).toStrictEqual({ result: false });
    expect(taken()).toBeLessThanOrEqual(4 * mebibyte);
  });
});

describe("a token endpoint and a countries list", () => {
  const credentials: Partial<StorageOptions> = { oauth: { clientId: "client", clientSecret: "a secret of a client" } };
  const fromList: Partial<StorageOptions> = {
    endpoint: undefined,
    countriesEndpoint: "https://countries.example/list",
  };

  it.each([
    ["a token", credentials, 200, "StorageServerError"],
    ["a rejected token", credentials, 400, "StorageAuthenticationError"],
    ["a token from a failing server", credentials, 500, "StorageServerError"],
    ["a countries list", fromList, 200, "StorageServerError"],
    ["a countries list from a failing server", fromList, 500, "StorageServerError"],
  ])("reads little of %s if it is endless", async (_, options, status, name) => {
    const { body, taken } = endless(
      new TextEncoder().encode('{"access_token":"x","expires_in":1,"countries":[],"x":['.repeat(300)),
    );
    const pop = hostilePop(() => new Response(body, { status }));
    expect(await storageError(hostileStorage(pop, options).find("de"))).toMatchObject({ name });
    expect(taken()).toBeLessThanOrEqual(4 * mebibyte);
    expect(pop.calls).toHaveLength(1);
  });
});

const digits = "7".repeat(1_000_000);
const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
const deepObjects = `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`;
const lists = `[${"[],".repeat(350_000)}1]`;
const emptyTexts = `[${'"",'.repeat(350_000)}1]`;

/** Values in JSON that are disproportionately expensive to parse. */
const costly: Readonly<Record<string, string>> = {
  "an integer of a million digits": digits,
  "a negative integer of a million digits": `-${digits}`,
  "a fraction of a million digits": `0.${digits}`,
  "an exponent of a million digits": `1e${digits}`,
  "40 integers of 25,000 digits": `[${Array.from({ length: 40 }, () => digits.slice(0, 25_000)).join(",")}]`,
  "lists, 100,000 deep": deep,
  "objects, 100,000 deep": deepObjects,
  "lists, 100,000 deep, with an integer that needs exactness": deep.replace("[]", "[9007199254740993]"),
  "the beginning of lists, a million deep": "[".repeat(1_000_000),
  "a mebibyte of empty lists": lists,
  "a mebibyte of empty texts": emptyTexts,
  "a mebibyte of empty lists, and an integer that needs exactness": lists.replace("1]", "9007199254740993]"),
};

const wire = (more: string): string => `{"record_key":"${hashLike(1)}","version":0,${more}}`;

/** Responses with such a value, and the calls that receive them. */
const holders: readonly (readonly [
  what: string,
  hold: (value: string) => string,
  call: (storage: Storage) => Promise<unknown>,
])[] = [
  [
    "next to the records of a page",
    (value) => pageOf([]).replace("{", `{"x":${value},`),
    (storage) => storage.find("de"),
  ],
  ["in a record of a page", (value) => pageOf([wire(`"x":${value}`)]), (storage) => storage.find("de")],
  ["in a range key", (value) => pageOf([wire(`"range_key1":${value}`)]), (storage) => storage.find("de")],
  ["in the number of records", (value) => `{"meta":{"total":${value}},"data":[]}`, (storage) => storage.find("de")],
  ["in a record", (value) => wire(`"x":${value}`), (storage) => storage.read("de", recordKey)],
  ["in a stored record", (value) => wire(`"x":${value}`), (storage) => storage.write("de", { recordKey })],
  ["in a rotated record", (value) => pageOf([wire(`"x":${value}`)]), (storage) => storage.migrate("de")],
  [
    "in an error",
    (value) => `{"errors":[{"title":"x","source":${value}}]}`,
    (storage) => storage.delete("de", recordKey),
  ],
];

describe.each(Object.entries(costly))("a response that holds %s", (_, value) => {
  it.each(holders)("%s becomes an error at once", async (what, hold, call) => {
    const isError = what === "in an error";
    const pop = hostilePop(() => json(hold(value), isError ? 400 : 200));
    const error = await storageError(call(hostileStorage(pop)));
    expect(error).toMatchObject({ name: expect.stringMatching(/^Storage(?:Server|Network)Error$/) });
    if (isError) expect(error).toMatchObject({ name: "StorageServerError", status: 400 });
    // An endless one may be a truncated one, so it is retried.
    expect(pop.calls.length).toBeLessThanOrEqual(value.endsWith("[") ? 4 : 1);
  });
});

describe("an honest response", () => {
  it("with 100 records with large bodies and all their numbers is parsed", async () => {
    const numbers = Array.from({ length: 10 }, (_, index) => `"range_key${index + 1}":-9223372036854775808`).join(",");
    const body = JSON.stringify(`pt:${Buffer.from("x".repeat(100_000)).toString("base64")}`);
    const records = Array.from({ length: 100 }, () => wire(`${numbers},"body":${body}`));
    const { records: found } = await hostileStorage(hostilePop(() => json(pageOf(records)))).find("de");
    expect(found).toHaveLength(100);
    expect(found[99]).toMatchObject({ rangeKey10: -9223372036854775808n });
  });

  it("to a batch of records with large bodies is parsed", async () => {
    const records = Array.from({ length: 20 }, (_, index) => ({
      recordKey: `large ${index} ${crypto.randomUUID()}`,
      body: "x".repeat(200_000),
    }));
    const { records: written } = await popStorage().batchWrite("de", records);
    expect(written).toHaveLength(20);
  });
});
