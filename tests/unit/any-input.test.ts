import * as fc from "fast-check";
import { createStorage, InputValidationError, isStorageError } from "incountry-storage";
import { describe, expect, it } from "vitest";
import { callWith, storageWith } from "../support/storage/call.ts";
import { replaced, validCalls } from "../support/storage/valid-calls.ts";

const thrown = new Error("thrown by an input");
const reason = new Error("thrown by the reason of a signal");

/**
 * Creates an input. Generated as a function, since fast-check inspects the values it generates, and some throw when
 * inspected.
 */
type Make = () => unknown;

const traps = ["get", "has", "ownKeys", "getPrototypeOf", "getOwnPropertyDescriptor"];

/** Objects that throw when inspected, infinite ones, and some that are almost valid. */
const unusualValues: readonly Make[] = [
  ...traps.map((trap) => () => new Proxy({ recordKey: "r" }, { [trap]: fail })),
  cyclic,
  revoked,
  () => fail,
  () => async () => fail(),
  () => AbortSignal.abort(),
  () => Object.defineProperty(AbortSignal.abort(), "reason", { get: failAsReason }),
  () => Object.defineProperty(new AbortController().signal, "aborted", { get: fail }),
  () => Object.defineProperty(new AbortController().signal, "addEventListener", { value: fail }),
  () => ({ aborted: true, addEventListener: fail, removeEventListener: fail }),
  () => ({ aborted: false, addEventListener: fail, removeEventListener: fail }),
  () => Array.from({ length: 101 }, () => ({ recordKey: "r" })),
  () => Reflect.construct(Array, [2 ** 32 - 1]),
  () => Object.create(null),
  // A new one each time: the same value as a key and as metadata would be reported as a leak.
  () => `${crypto.randomUUID()}é`.repeat(2_500),
  () => JSON.parse('{"__proto__": {"recordKey": "r"}}'),
  () => ({ toString: fail, valueOf: fail, toJSON: fail }),
  () => Promise.resolve("r"),
  () => new Uint8Array(3),
  () => new ArrayBuffer(8),
  () => new Blob(["blob"]),
  () => new ReadableStream({ pull: fail }),
  () => ({ [Symbol.asyncIterator]: fail }),
  () => new Map([["recordKey", "r"]]),
  () => new Set(["r"]),
  () => /r/,
  ...[Number.NaN, Number.POSITIVE_INFINITY, -0, 2 ** 53, 2n ** 63n, -(2n ** 63n) - 1n].map((value) => () => value),
  ...[new Date(Number.NaN), new Date(8.64e15), "a\ud800", "\0", "..", Symbol("s")].map((value) => () => value),
];
const unusual = fc.constantFrom(...unusualValues);

function fail(): never {
  throw thrown;
}

function failAsReason(): never {
  throw reason;
}

function cyclic(): unknown {
  const self: Record<string, unknown> = { recordKey: "r" };
  self["self"] = self;
  self["body"] = [self];
  return self;
}

function revoked(): unknown {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

/** Names that methods use, so that the values behind them are reached. */
const names = fc.constantFrom(
  ..."recordKey key1 body rangeKey1 expiresAt profileKey searchKeys version createdAt limit offset sort pageSize filter".split(
    " ",
  ),
  ..."concurrency dryRun onError signal timeout maxRetries headers meta onProgress file fileName mimeType upsert".split(
    " ",
  ),
  ..."encrypt environmentId apiKey oauth endpoint getSecrets customEncryptionConfigs httpOptions keyReuse logger fetch".split(
    " ",
  ),
  ..."files currentVersion secrets secret isKey token clientId $not $gt $lte constructor __proto__".split(" "),
);
/** Short, for the same reason. */
const text = fc.string({ maxLength: 8 });
const plain = fc.anything({
  key: text,
  values: [text, fc.boolean(), fc.integer(), fc.double(), fc.constantFrom(null, undefined)],
  withBigInt: true,
  withDate: true,
  withMap: true,
  withNullPrototype: true,
  withTypedArray: true,
});
const leaf: fc.Arbitrary<Make> = fc.oneof(
  unusual,
  plain.map((value) => () => value),
  fc.tuple(names, unusual).map(
    ([name, make]) =>
      () =>
        Object.defineProperty({}, name, { enumerable: true, get: make }),
  ),
);
const anything = fc.letrec<{ any: Make; object: Make; list: Make }>((tie) => ({
  any: fc.oneof({ maxDepth: 3 }, leaf, tie("object"), tie("list")),
  object: fc
    .array(fc.tuple(names, tie("any")), { maxLength: 4 })
    .map((fields) => () => Object.fromEntries(fields.map(([name, make]) => [name, make()]))),
  list: fc.array(tie("any"), { maxLength: 3 }).map((items) => () => items.map((make) => make())),
})).any;

/** A Storage whose `fetch` responds at once, with a page that lets most calls proceed. */
const storage = storageWith({
  environmentId: "any input",
  endpoint: "https://pop.example",
  apiKey: "key",
  getSecrets: () => "a password of the tests",
  httpOptions: { retryBaseDelay: 1, retryMaxDelay: 2 },
  fetch: async () => new Response('{"meta":{"count":0,"limit":100,"offset":0,"total":0},"data":[]}'),
});

/**
 * Makes a call with an invalid input: it may succeed, or fail with a `StorageError` or the reason of the caller's
 * signal.
 */
async function expectStorageError(call: () => unknown): Promise<void> {
  try {
    await call();
  } catch (error) {
    if (isStorageError(error) || isReason(error)) return;
    expect.unreachable(`Not a StorageError: ${describeThrown(error)}`);
  }
}

/** True for the reason of one of the signals among the inputs. */
function isReason(error: unknown): boolean {
  return error === reason || (error instanceof DOMException && error.name === "AbortError");
}

function describeThrown(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : typeof error;
}

const runs = { numRuns: 60 };

describe.each(Object.entries(validCalls))("%s, given any input,", (method, given) => {
  it.each([...given.keys(), given.length])("at position %i, succeeds or fails with a StorageError", async (place) => {
    await fc.assert(
      fc.asyncProperty(anything, (make) =>
        expectStorageError(() => callWith(storage, method, ...replaced(given, place, make()))),
      ),
      runs,
    );
  });

  it("at every position, succeeds or fails with a StorageError", async () => {
    const all = fc.array(anything, { maxLength: given.length + 2 });
    await fc.assert(
      fc.asyncProperty(all, (makes) =>
        expectStorageError(() => callWith(storage, method, ...makes.map((make) => make()))),
      ),
      runs,
    );
  });
});

it.each([
  ["batchWrite", 1],
  ["batchDelete", 1],
])("%s fails early if given a sparse list of 2^32 − 1 items", async (method, place) => {
  const list: unknown = Reflect.construct(Array, [2 ** 32 - 1]);
  await expect(callWith(storage, method, ...replaced(validCalls[method] ?? [], place, list))).rejects.toThrow(
    InputValidationError,
  );
});

it.each(["signal", "timeout", "maxRetries", "headers", "meta", "onProgress"])(
  "every unusual value as the request option %s succeeds or fails with a StorageError",
  async (name) => {
    for (const make of unusualValues) {
      await expectStorageError(() => callWith(storage, "read", "de", "r", { [name]: make() }));
      await expectStorageError(() => callWith(storage, "migrateAll", "de", {}, { [name]: make() }));
    }
  },
);

const good: Readonly<Record<string, unknown>> = {
  environmentId: "any input",
  endpoint: "https://pop.example",
  apiKey: "key",
  getSecrets: () => "a password of the tests",
};

async function useSecrets(secrets: unknown): Promise<void> {
  await storageWith({ ...good, getSecrets: () => secrets }).validate();
}

describe("createStorage", () => {
  it("succeeds or fails with a StorageError, given any input", async () => {
    await fc.assert(
      fc.asyncProperty(anything, (make) => expectStorageError(() => storageWith(make()))),
      { numRuns: 300 },
    );
  });

  it("does so given any value for each option", async () => {
    await fc.assert(
      fc.asyncProperty(names, anything, (name, make) =>
        expectStorageError(async () => Reflect.apply(createStorage, undefined, [{ ...good, [name]: make() }])),
      ),
      { numRuns: 300 },
    );
  });

  it("does so given any secrets", async () => {
    await fc.assert(
      fc.asyncProperty(anything, (make) => expectStorageError(() => useSecrets(make()))),
      { numRuns: 300 },
    );
  });
});
