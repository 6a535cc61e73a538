/** The iterators of a Storage when their caller stops; each iterates over the pages of a PoP. */
import type { Storage } from "incountry-storage";
import { describe, expect, it } from "vitest";
import { rejection } from "../../../support/faults/fault-storage.ts";
import { popStorage, unique } from "../../../support/pop-storage.ts";
import { secrets } from "../../../support/rotation/secrets.ts";
import { unhandledDuring } from "../../../support/storage/unhandled.ts";

const over = { done: true, value: undefined };
const mine = new RangeError("mine");

type Start = (storage: Storage, profileKey?: string) => AsyncIterable<unknown>;

function begin(start: Start, ...given: Parameters<Start>): AsyncIterator<unknown> {
  return start(...given)[Symbol.asyncIterator]();
}

/** The result of throwing into an iterator. */
function thrownInto(iterator: AsyncIterator<unknown>): Promise<unknown> {
  return rejection(Promise.resolve(iterator.throw?.(mine)));
}

/** A Storage whose PoP never responds, and its pending requests. */
function stalled(): { readonly storage: Storage; readonly requests: Request[] } {
  const requests: Request[] = [];
  const fetch: typeof globalThis.fetch = (input, init) => {
    const request = new Request(input, init);
    requests.push(request);
    return new Promise((_, reject) => {
      request.signal.addEventListener("abort", () => reject(request.signal.reason));
    });
  };
  return { storage: popStorage({ getSecrets: () => secrets.after, fetch }), requests };
}

/** A Storage whose `getSecrets` never returns, and the number of its calls. */
function waiting(): { readonly storage: Storage; readonly calls: () => number } {
  let calls = 0;
  const getSecrets = (): Promise<never> => {
    calls += 1;
    return new Promise(() => undefined);
  };
  return { storage: popStorage({ getSecrets }), calls: () => calls };
}

const methods: [method: string, start: Start][] = [
  ["findAll", (storage, profileKey = "none") => storage.findAll("de", { profileKey }, { pageSize: 2 })],
  [
    "migrateAll",
    (storage, profileKey = "none") => storage.migrateAll("de", { filter: { profileKey }, pageSize: 2, concurrency: 1 }),
  ],
  [
    "migrateAttachments",
    (storage, profileKey = "none") =>
      storage.migrateAttachments("de", { filter: { profileKey }, pageSize: 2, concurrency: 1 }),
  ],
];

describe.each(methods)("an iterator of %s", (_, start) => {
  it("rethrows an error thrown into it, and is done", async () => {
    const profileKey = unique("thrown-into");
    const records = Array.from({ length: 5 }, (__, index) => ({ recordKey: `${profileKey}/${index}`, profileKey }));
    const before = popStorage({ getSecrets: () => secrets.before });
    await before.batchWrite("de", records);
    for (const { recordKey } of records) {
      const file = new TextEncoder().encode(recordKey);
      await before.addAttachment("de", recordKey, { file, fileName: "a.txt", encrypt: true });
    }
    const iterator = begin(start, popStorage({ getSecrets: () => secrets.after }), profileKey);
    expect(await iterator.next()).toMatchObject({ done: false });
    expect(await thrownInto(iterator)).toBe(mine);
    expect(await iterator.next()).toStrictEqual(over);
  });

  it("aborts its pending requests on return: pending calls resolve as done", async () => {
    const { storage, requests } = stalled();
    const iterator = begin(start, storage);
    const unhandled = await unhandledDuring(async () => {
      const [first, second] = [iterator.next(), iterator.next()];
      await expect.poll(() => requests).toHaveLength(1);
      expect(await iterator.return?.()).toStrictEqual(over);
      expect(await Promise.all([first, second, iterator.next()])).toStrictEqual([over, over, over]);
    });
    expect(unhandled).toStrictEqual([]);
    expect(requests.map(({ signal }) => signal.aborted)).toStrictEqual([true]);
  });

  it("aborts its pending requests on throw: pending calls resolve as done", async () => {
    const { storage, requests } = stalled();
    const iterator = begin(start, storage);
    const first = iterator.next();
    await expect.poll(() => requests).toHaveLength(1);
    expect(await thrownInto(iterator)).toBe(mine);
    expect(await Promise.all([first, iterator.next()])).toStrictEqual([over, over]);
    expect(requests.map(({ signal }) => signal.aborted)).toStrictEqual([true]);
  });

  it("sends no request if it is stopped before it starts", async () => {
    const { storage, requests } = stalled();
    const [returned, thrown] = [begin(start, storage), begin(start, storage)];
    expect(await returned.return?.()).toStrictEqual(over);
    expect(await thrownInto(thrown)).toBe(mine);
    expect(await Promise.all([returned.next(), thrown.next()])).toStrictEqual([over, over]);
    expect(requests).toStrictEqual([]);
  });
});

describe.each(methods.slice(1))("an iterator of %s that waits for getSecrets", (_, start) => {
  it("ends when it is returned from", async () => {
    const { storage, calls } = waiting();
    const iterator = begin(start, storage);
    const first = iterator.next();
    await expect.poll(calls).toBe(1);
    expect(await iterator.return?.()).toStrictEqual(over);
    expect(await first).toStrictEqual(over);
  });
});

describe.each(["migrateAll", "migrateAttachments"] as const)("the signal of %s", (method) => {
  it("cancels it while it waits for getSecrets", async () => {
    const controller = new AbortController();
    const getSecrets = (): Promise<never> => {
      controller.abort(mine);
      return new Promise(() => undefined);
    };
    const iterable = popStorage({ getSecrets })[method]("de", {}, { signal: controller.signal });
    expect(await rejection(iterable[Symbol.asyncIterator]().next())).toBe(mine);
  });

  it("that has aborted keeps it from calling getSecrets", async () => {
    let calls = 0;
    const getSecrets = (): string => {
      calls += 1;
      return "secret";
    };
    const iterable = popStorage({ getSecrets })[method]("de", {}, { signal: AbortSignal.abort(mine) });
    expect(await rejection(iterable[Symbol.asyncIterator]().next())).toBe(mine);
    expect(calls).toBe(0);
  });
});
