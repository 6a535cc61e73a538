import { type FindFilter, type RecordInput, StorageIntegrityError, type StorageOptions } from "incountry-storage";
import { looseObject, parse, unknown } from "valibot";
import { describe, expect, it } from "vitest";
import { rejection } from "../../../support/faults/fault-storage.ts";
import { popStorage, unique } from "../../../support/pop-storage.ts";
import { editPage, intercept, omit } from "../../../support/rotation/intercept.ts";
import { country, outcome, rotating } from "../../../support/rotation/rotating.ts";
import { secrets } from "../../../support/rotation/secrets.ts";
import { uniqueNumber, type Wire } from "../../../support/storage/tampering.ts";

const expiresAt = new Date("2100-01-01T00:00:00.000Z");
const [longAgo, soon, later] = [new Date(0), new Date("2099-12-31T23:59:58Z"), new Date("2100-01-01T00:00:02Z")];
const plainKeys = { hashSearchKeys: false };
const record = { profileKey: "profile", key1: "Apple Pie", key2: "100%_\\", expiresAt, rangeKey2: 8, body: "body" };

async function written(fields: Partial<RecordInput>, options: Partial<StorageOptions> = {}): Promise<bigint> {
  const rangeKey1 = uniqueNumber();
  await popStorage(options).write(country, { ...fields, recordKey: unique("filtered"), rangeKey1 });
  return rangeKey1;
}

/** A `fetch` to a PoP that filters by the test's number alone, whatever the filter, and changes its response. */
function ignoringFilter(rangeKey1: bigint, change: (wire: Wire) => Wire = (wire) => wire): typeof fetch {
  return intercept(async ({ body }, forward) => {
    const { options } = parse(looseObject({ options: unknown() }), body);
    return editPage(await forward({ filter: { range_key1: rangeKey1 }, options }), change);
  });
}

interface Case {
  readonly filter: FindFilter;
  readonly options?: Partial<StorageOptions>;
}

const cases: Readonly<Record<string, Case>> = {
  "a part that its search keys do not contain": { filter: { searchKeys: "Cherry" }, options: plainKeys },
  "a part of a search key in other letters": { filter: { searchKeys: "apple" }, options: plainKeys },
  "a pattern instead of a part": { filter: { searchKeys: "A%e" }, options: plainKeys },
  "a part of a key that is not searched": { filter: { searchKeys: "profile" }, options: plainKeys },
  "a time of creation before it": { filter: { createdAt: { $lt: longAgo } } },
  "a time of creation up to an earlier one": { filter: { createdAt: { $lte: longAgo } } },
  "a time of creation after it": { filter: { createdAt: { $gt: later } } },
  "a time of creation from a later one": { filter: { createdAt: { $gte: later } } },
  "a time of creation between others": { filter: { createdAt: { $gte: longAgo, $lt: new Date(1000) } } },
  "another time of creation": { filter: { createdAt: longAgo } },
  "another time of the last change": { filter: { updatedAt: longAgo } },
  "a later change": { filter: { updatedAt: { $gt: later } } },
  "an earlier change": { filter: { updatedAt: { $lte: longAgo } } },
  "an earlier expiry": { filter: { expiresAt: { $lt: soon } } },
  "an earlier expiry, inclusive": { filter: { expiresAt: { $lte: soon } } },
  "a later expiry": { filter: { expiresAt: { $gt: later } } },
  "a later expiry, inclusive": { filter: { expiresAt: { $gte: later } } },
  "another expiry": { filter: { expiresAt: soon } },
  "no expiry": { filter: { expiresAt: null } },
  "a key that is unset": { filter: { profileKey: null } },
  "a search key that is unset": { filter: { key1: null } },
  "a search key that is unset, unhashed": { filter: { key1: null }, options: plainKeys },
  "a number that is unset": { filter: { rangeKey2: null } },
  "any expiry, of a record without one": { filter: { expiresAt: { $not: null }, rangeKey3: null } },
  "an expiry after a time, of a record without one": { filter: { expiresAt: { $gt: longAgo }, rangeKey3: null } },
};

/** Cases whose record has no expiry date. */
const isWithoutEnd = ({ filter }: Case): boolean => filter.rangeKey3 === null;

describe("a record that does not match the filter", () => {
  it.each(Object.entries(cases))("is rejected if the filter has %s", async (_, each) => {
    const { filter, options = {} } = each;
    const rangeKey1 = await written({ ...record, ...(isWithoutEnd(each) ? { expiresAt: null } : {}) }, options);
    const storage = popStorage({ ...options, fetch: ignoringFilter(rangeKey1) });
    const { records, errors = [] } = await storage.find(country, filter);
    expect(records).toStrictEqual([]);
    expect(errors.map(({ error }) => error)).toStrictEqual([expect.any(StorageIntegrityError)]);
    expect(await rejection(storage.findOne(country, filter))).toBeInstanceOf(StorageIntegrityError);
    const refused: unknown[] = [];
    const onError = ({ error }: { error: unknown }): void => void refused.push(error);
    for await (const found of storage.findAll(country, filter, { onError })) expect.unreachable(found.recordKey);
    expect(refused).toStrictEqual([expect.any(StorageIntegrityError)]);
  });

  it.each(Object.entries(cases))("is not rotated if the filter has %s", async (_, each) => {
    const { filter, options = {} } = each;
    const { newer } = rotating(options);
    const writer = popStorage({ getSecrets: () => secrets.before, ...options });
    const rangeKey1 = uniqueNumber();
    const end = isWithoutEnd(each) ? { expiresAt: null } : {};
    await writer.write(country, { ...record, ...end, recordKey: unique("filtered"), rangeKey1 });
    const forging = rotating({ ...options, fetch: ignoringSearches(rangeKey1) }).newer;
    const { totalMigrated, errors } = await outcome(forging.migrateAll(country, { filter }));
    expect({ totalMigrated, errors }).toMatchObject({ totalMigrated: 0, errors: [{}] });
    expect((await newer.find(country, { rangeKey1 })).records).toMatchObject([{ version: 1 }]);
  });
});

/** Like `ignoringFilter`, but writes pass through. */
function ignoringSearches(rangeKey1: bigint): typeof fetch {
  const searching = ignoringFilter(rangeKey1);
  return async (input, init) => {
    const request = new Request(input, init);
    return request.url.endsWith("/find") ? searching(request) : fetch(request);
  };
}

describe("a field that the PoP omits although the encrypted envelope has it", () => {
  it.each([
    ["parentKey", "parent_key"],
    ["serviceKey5", "service_key5"],
    ["key20", "key20"],
  ] as const)("does not count as unset: %s", async (name, wire) => {
    const rangeKey1 = await written({ [name]: "set", body: "body" });
    const fetch = ignoringFilter(rangeKey1, (answered) => omit(answered, wire));
    const { records, errors = [] } = await popStorage({ fetch }).find(country, { [name]: null });
    expect(records).toStrictEqual([]);
    expect(errors.map(({ error }) => error)).toStrictEqual([expect.any(StorageIntegrityError)]);
  });

  it("does not count as unset if it is a plain search key", async () => {
    const rangeKey1 = await written({ key3: "set", body: "body" }, plainKeys);
    const fetch = ignoringFilter(rangeKey1, (answered) => omit(answered, "key3"));
    const { records, errors } = await popStorage({ ...plainKeys, fetch }).find(country, { key3: null });
    expect({ records, errors }).toMatchObject({ records: [], errors: [{ error: { name: "StorageIntegrityError" } }] });
  });
});

function at(milliseconds: number): Date {
  return new Date(expiresAt.getTime() + milliseconds);
}

describe("a record near the bound of a date", () => {
  it.each<[string, FindFilter]>([
    ["equal to the date but for its milliseconds", { expiresAt: at(999) }],
    ["at the bound of $gt", { expiresAt: { $gt: at(0) } }],
    ["just before the bound of $gte", { expiresAt: { $gte: at(999) } }],
    ["at the bound of $lt", { expiresAt: { $lt: at(0) } }],
    ["just after the bound of $lte", { expiresAt: { $lte: at(-999) } }],
  ])("is accepted, since PoPs differ in the precision that they store: %s", async (_, filter) => {
    const rangeKey1 = await written(record);
    const { records, errors } = await popStorage({ fetch: ignoringFilter(rangeKey1) }).find(country, filter);
    expect({ records, errors }).toMatchObject({ records: [{ body: "body" }] });
    expect(errors).toBeUndefined();
  });
});
