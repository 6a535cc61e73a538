import { type MigrateProgress, type Storage, type StorageOptions, StorageServerError } from "incountry-storage";
import { stringifyJson } from "incountry-storage/protocol";
import { describe, expect, it } from "vitest";
import {
  type Call,
  filterKeys,
  type HostilePop,
  hashLike,
  hostilePop,
  hostileStorage,
  json,
  offsetOf,
  pageOf,
  sentRecords,
} from "../../support/hostile/hostile-pop.ts";
import { sealText } from "../../support/hostile/seal-text.ts";
import { errorResponse, intercept } from "../../support/rotation/intercept.ts";
import { country, group, outcome, rotating, writeAll } from "../../support/rotation/rotating.ts";
import { secrets } from "../../support/rotation/secrets.ts";

/** Not an envelope, so it decrypts as the body of any record. */
const sealedText = sealText("a text");

/**
 * The number of requests of a rotation with pages of 2 records that makes no progress. The client used to continue
 * forever.
 */
const mostRequests = 500;
const pageSize = 2;
const after: Partial<StorageOptions> = { getSecrets: () => secrets.after };

const sealedFile = { filename: `${"5".repeat(64)}.sealed`, size: 1000, hash: hashLike(5), file_id: "file" };

/** A record that can be rotated, with an attachment that looks encrypted. */
async function recordOf(number: number, more: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const written = "2026-01-01T00:00:00.000Z";
  const dates = { created_at: written, updated_at: written };
  const attachments = [{ ...sealedFile, ...dates }];
  const body = await sealedText;
  return stringifyJson({ record_key: hashLike(number), body, version: 1, ...dates, attachments, ...more });
}

async function recordsFrom(start: number, count: number, more = {}): Promise<string[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => recordOf(start + index, more)));
}

const claimed = 1_000_000_000;

/** Pages without progress. */
const endlessPages: Readonly<Record<string, (call: Call, index: number) => Promise<string>>> = {
  "reports a billion records and returns none": async () => pageOf([], claimed),
  "reports fewer records with each page and returns none": async (_, index) => pageOf([], claimed - index * pageSize),
  "reports more records with each page and returns none": async (_, index) => pageOf([], claimed + index),
  "reports an arbitrary count and returns none": async (_, index) => pageOf([], index % 2 === 0 ? claimed : 9),
  "returns one page and then no records": async (_, index) =>
    pageOf(index === 0 ? await recordsFrom(1, pageSize) : [], claimed),
  "returns one page and then reports no records": async (_, index) =>
    index === 0 ? pageOf(await recordsFrom(1, pageSize), claimed) : pageOf([], 0),
  "returns one record on each page": async () => pageOf(await recordsFrom(1, 1), claimed),
  "returns the same page repeatedly": async (call) => pageOf(await recordsFrom(1, offsetOf(call).limit), claimed),
  "returns the same page repeatedly, with new dates each time": async (call, index) => {
    const written = new Date(Date.UTC(2026, 0, 1) + index * 1000).toISOString();
    return pageOf(await recordsFrom(1, offsetOf(call).limit, { updated_at: written }), claimed);
  },
  "returns the same page over and over, without dates of change": async (call) =>
    pageOf(await recordsFrom(1, offsetOf(call).limit, { updated_at: null }), claimed),
  "returns the same record many times on each page": async (call) =>
    pageOf(
      Array.from({ length: offsetOf(call).limit }, () => '{"record_key":"x","version":1}'),
      claimed,
    ),
  "returns invalid records": async (call) =>
    pageOf(
      Array.from({ length: offsetOf(call).limit }, () => '{"record_key":5}'),
      claimed,
    ),
  "returns records with an object as their key": async (call) =>
    pageOf(
      Array.from({ length: offsetOf(call).limit }, () => '{"record_key":{}}'),
      claimed,
    ),
};

const withoutKeys = new Set(["returns invalid records", "returns records with an object as their key"]);

/** Ways to never accept a record. */
const endlessBatches: Readonly<Record<string, (call: Call, index: number) => Response>> = {
  "accepts every batch": () => new Response("OK"),
  "responds to every batch with 412": () => errorResponse(412, []),
  "responds to every batch with 412 and names the records": (call) =>
    errorResponse(
      412,
      sentRecords(call).map((__, index) => `records.${index}.if_match`),
    ),
  "responds to every batch with 412 and names one hash": (call) =>
    errorResponse(412, [], `It has changed: ${String(sentRecords(call)[0]?.record_key)}`),
  "refuses another field each time": (call, index) =>
    errorResponse(
      400,
      sentRecords(call).map((__, at) => `records.${at}.field_${index}`),
    ),
  "rejects another field of its own each time": (call, index) => {
    const own = Object.keys(sentRecords(call)[0] ?? {}).filter((name) => name.startsWith("own_"));
    return errorResponse(
      400,
      sentRecords(call).map((__, at) => `records.${at}.${own[index % own.length]}`),
    );
  },
  "rejects every batch and names no field": () => errorResponse(400, []),
  "finds every batch too large": () => errorResponse(413, []),
  "finds that every record ends": (call) =>
    errorResponse(
      400,
      sentRecords(call).map((__, index) => `records.${index}.expires_at`),
    ),
};

/** The `meta` of an honest PoP whose records are deleted during the rotation. */
const mayBeDeletions = new Set([
  "returns one page and then reports no records",
  "reports an arbitrary count and returns none",
]);

async function consumed(iteration: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of iteration);
}

const iterations: Readonly<Record<string, (storage: Storage) => Promise<void>>> = {
  migrateAll: (storage) => consumed(storage.migrateAll(country, { pageSize })),
  "migrateAll, a page at a time": (storage) => consumed(storage.migrateAll(country, { pageSize, concurrency: 1 })),
  "migrateAll with dryRun": (storage) => consumed(storage.migrateAll(country, { pageSize, dryRun: true })),
  migrateAttachments: (storage) => consumed(storage.migrateAttachments(country, { pageSize })),
  "migrateAttachments with dryRun": (storage) =>
    consumed(storage.migrateAttachments(country, { pageSize, dryRun: true })),
  findAll: (storage) => consumed(storage.findAll(country, {}, { pageSize, onError: () => undefined })),
};

/** The error of an iteration, if any. The iteration must have ended by itself. */
async function ended(pop: HostilePop, iterate: (storage: Storage) => Promise<void>): Promise<unknown> {
  const error: unknown = await iterate(hostileStorage(pop, after)).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(pop.calls.length).toBeLessThan(mostRequests);
  if (error !== undefined) expect(error).toMatchObject({ name: "StorageServerError" });
  return error;
}

describe.each(Object.entries(endlessPages))("a PoP that %s", (what, page) => {
  it.each(Object.entries(iterations))("gets a bounded number of requests from %s", async (way, iterate) => {
    let pages = 0;
    const pop = hostilePop(async (call) => {
      if (call.operation !== "find") return call.operation === "batchWrite" ? new Response("OK") : json("{}", 404);
      return json(await page(call, pages++));
    });
    const error = await ended(pop, iterate);
    if (mayBeDeletions.has(what) || way === "findAll") return;
    // Without a key, no record's attachments can be checked.
    if (withoutKeys.has(what) && way.startsWith("migrateAttachments")) return;
    expect(error).toBeInstanceOf(StorageServerError);
    expect(String(error)).toMatch(/no progress/);
  });
});

describe.each(Object.entries(endlessBatches))("a PoP that %s, and returns the same records again", (_, batch) => {
  const own = Object.fromEntries(Array.from({ length: 60 }, (__, index) => [`own_${index}`, index]));
  const total = 8;
  const responding = ({ moving, deaf: ignoringFilter = false }: { moving: boolean; deaf?: boolean }): HostilePop => {
    let batches = 0;
    let finds = 0;
    return hostilePop(async (call) => {
      if (call.operation === "batchWrite") return batch(call, batches++);
      finds += 1;
      const written = new Date(Date.UTC(2026, 0, 1) + (moving ? finds * 1000 : 0)).toISOString();
      const keys = ignoringFilter ? undefined : filterKeys(call);
      const all = await recordsFrom(0, total, { ...own, updated_at: written });
      const found = all.filter((__, number) => keys === undefined || keys.includes(hashLike(number)));
      const { limit, offset } = offsetOf(call);
      return json(pageOf(found.slice(offset, offset + limit), found.length));
    });
  };

  it.each([
    ["with the same dates", { moving: false }],
    ["changed each time", { moving: true }],
    ["changed each time, whatever the filter", { moving: true, deaf: true }],
  ])("%s: the rotation ends after a bounded number of requests", async (__, how) => {
    const pop = responding(how);
    const all: MigrateProgress[] = [];
    const error = await ended(pop, async (storage) => {
      for await (const progress of storage.migrateAll(country, { pageSize })) all.push(progress);
    });
    const errors = all.flatMap((progress) => progress.errors ?? []);
    const left = all.at(-1)?.totalLeft ?? total;
    // The result must report it: an error, entries of errors, or records left.
    expect(error !== undefined || errors.length > 0 || left > 0 || (all.at(-1)?.totalMigrated ?? 0) > 0).toBe(true);
  });

  it("migrate() ends after a bounded number of requests", async () => {
    await ended(responding({ moving: true, deaf: true }), async (storage) => void (await storage.migrate(country)));
  });
});

describe("a PoP with many records that fail to decrypt", () => {
  it("is checked to its end in a dry run, with an error for each of them", async () => {
    const total = 240;
    const all = await recordsFrom(1, total, { body: "2:AAAA", version: 99 });
    const pop = hostilePop((call) => {
      const { limit, offset } = offsetOf(call);
      return json(pageOf(all.slice(offset, offset + limit), total));
    });
    let errors = 0;
    for await (const progress of hostileStorage(pop, after).migrateAll(country, { pageSize, dryRun: true })) {
      errors += progress.errors?.length ?? 0;
    }
    expect(errors).toBe(total);
  });
});

describe("a PoP with other clients that delete most records during the rotation", () => {
  it.each([1, 4, 32])("is rotated to its end without an error, %d pages at a time", async (concurrency) => {
    const ours = group(120);
    const { older, newer: remover } = rotating();
    await writeAll(older, ours.records);
    const kept = ours.records.filter((_, index) => index % 20 === 3);
    const gone = ours.records.filter((_, index) => index % 20 !== 3).map(({ recordKey }) => recordKey);
    let searches = 0;
    const { newer } = rotating({
      fetch: intercept(async ({ operation }, forward) => {
        if (operation !== "find") return forward();
        const search = (searches += 1);
        const response = await forward();
        if (search === 3)
          await Promise.all([gone.slice(0, 60), gone.slice(60)].map((keys) => remover.batchDelete(country, keys)));
        return response;
      }),
    });
    const filter = { profileKey: ours.profileKey };
    const { errors, totalLeft } = await outcome(newer.migrateAll(country, { filter, pageSize: 1, concurrency }));
    expect({ errors, totalLeft }).toStrictEqual({ errors: [], totalLeft: 0 });
    const { records } = await newer.find(country, filter);
    expect(records.map(({ recordKey }) => recordKey).toSorted()).toStrictEqual(
      kept.map(({ recordKey }) => recordKey).toSorted(),
    );
    expect(records.every(({ version }) => version === 2)).toBe(true);
  });

  it("is rotated to its end without an error if some are deleted before each page", async () => {
    const ours = group(80);
    const { older, newer: remover } = rotating();
    await writeAll(older, ours.records);
    const left = ours.records.map(({ recordKey }) => recordKey);
    const { newer } = rotating({
      fetch: intercept(async ({ operation }, forward) => {
        if (operation === "find" && left.length > 10) await remover.batchDelete(country, left.splice(0, 3));
        return forward();
      }),
    });
    const filter = { profileKey: ours.profileKey };
    const { errors, totalLeft } = await outcome(newer.migrateAll(country, { filter, pageSize: 2 }));
    expect({ errors, totalLeft }).toStrictEqual({ errors: [], totalLeft: 0 });
    const { records } = await newer.find(country, filter);
    expect(records.map(({ version }) => version)).toStrictEqual(left.map(() => 2));
  });
});
