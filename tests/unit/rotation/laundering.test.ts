import {
  type FindFilter,
  type MigrateResult,
  type RecordInput,
  type Storage,
  StorageCryptoError,
} from "incountry-storage";
import { describe, expect, it } from "vitest";
import { encoded, encodedBody } from "../../support/hostile/hostile-pop.ts";
import { popStorage, unique } from "../../support/pop-storage.ts";
import { country, outcome, rotating } from "../../support/rotation/rotating.ts";
import { secrets } from "../../support/rotation/secrets.ts";
import { responding, stored, uniqueNumber, type Wire, writing } from "../../support/storage/tampering.ts";

const before = { getSecrets: () => secrets.before };

interface Options {
  readonly filter: FindFilter;
  readonly dryRun?: boolean;
  readonly encryptReadable?: boolean;
}

interface Rotated extends Pick<MigrateResult, "migrated" | "totalLeft"> {
  readonly errors: readonly { error: unknown }[];
}

const ways: Readonly<Record<string, (storage: Storage, options: Options) => Promise<Rotated>>> = {
  migrate: async (storage, options) => {
    const { migrated, totalLeft, errors = [] } = await storage.migrate(country, options);
    return { migrated, totalLeft, errors };
  },
  migrateAll: async (storage, options) => {
    const { totalMigrated, totalLeft, errors } = await outcome(storage.migrateAll(country, options));
    return { migrated: totalMigrated, totalLeft, errors };
  },
  "migrateAll, page by page": async (storage, options) => {
    const progress = storage.migrateAll(country, { ...options, pageSize: 1, concurrency: 1 });
    const { totalMigrated, totalLeft, errors } = await outcome(progress);
    return { migrated: totalMigrated, totalLeft, errors };
  },
};

/** Options that write readable records. */
const writers: Readonly<Record<string, (record: RecordInput) => Promise<unknown>>> = {
  "a record written with encrypt: false": (record) =>
    popStorage({ ...before, encrypt: false }).write(country, { ...record, body: "readable" }),
  "a record with a precommitBody written with encrypt: false": (record) =>
    popStorage({ ...before, encrypt: false }).write(country, { ...record, precommitBody: "readable" }),
  "a readable body with is_encrypted": (record) =>
    popStorage({
      ...before,
      fetch: writing((wire) => ({ ...wire, body: encodedBody("forged"), is_encrypted: true })),
    }).write(country, record),
  "a readable text from before the envelope": (record) =>
    popStorage({ ...before, fetch: writing((wire) => ({ ...wire, body: encoded("readable") })) }).write(
      country,
      record,
    ),
  "a readable precommitBody next to an encrypted body": (record) =>
    popStorage({ ...before, fetch: writing((wire) => ({ ...wire, precommit_body: encoded("forged") })) }).write(
      country,
      record,
    ),
  "a readable precommitBody without a body": (record) =>
    popStorage({
      ...before,
      fetch: writing((wire) => ({ ...wire, body: null, precommit_body: encoded("forged") })),
    }).write(country, record),
};

async function written(write: (record: RecordInput) => Promise<unknown>): Promise<{ rangeKey1: bigint }> {
  const rangeKey1 = uniqueNumber();
  await write({ recordKey: unique("readable"), rangeKey1, rangeKey2: 0, body: "body" });
  const genuine = { recordKey: unique("genuine"), rangeKey1, rangeKey2: 1, body: "genuine" };
  await popStorage(before).write(country, genuine);
  return { rangeKey1 };
}

/** A `fetch` to a PoP that returns a modified copy of one record. */
function forging(change: Wire): typeof fetch {
  return responding((wire) => (wire.range_key2 === 0 ? { ...wire, ...change } : wire));
}

const refused = { migrated: 1, totalLeft: 1, errors: [{ error: expect.any(StorageCryptoError) }] };

describe.each(Object.entries(ways))("%s", (_way, rotate) => {
  it.each(Object.entries(writers))("encrypts no readable record by default: %s", async (_, write) => {
    const { rangeKey1 } = await written(write);
    const [readable] = await stored(rangeKey1, before);
    const { newer } = rotating();
    expect(await rotate(newer, { filter: { rangeKey1 } })).toMatchObject(refused);
    expect((await stored(rangeKey1, before))[0]).toStrictEqual(readable);
    const again = await rotate(newer, { filter: { rangeKey1 } });
    expect(again).toMatchObject({ ...refused, migrated: 0 });
    expect((await stored(rangeKey1, before))[0]).toStrictEqual(readable);
  });

  it("encrypts no record that is readable only in the PoP's response to the rotation", async () => {
    const { rangeKey1 } = await written((record) => popStorage(before).write(country, record));
    const genuine = await stored(rangeKey1, before);
    const { newer } = rotating({ fetch: forging({ body: encodedBody("forged"), is_encrypted: true }) });
    expect(await rotate(newer, { filter: { rangeKey1 } })).toMatchObject(refused);
    expect((await stored(rangeKey1, before))[0]).toStrictEqual(genuine[0]);
    const { records } = await popStorage(before).find(country, { rangeKey1, rangeKey2: 0 });
    expect(records).toMatchObject([{ body: "body", isEncrypted: true }]);
  });

  it("encrypts readable records if the option is set", async () => {
    const { rangeKey1 } = await written((record) =>
      popStorage({ ...before, encrypt: false }).write(country, { ...record, precommitBody: "readable" }),
    );
    const { newer } = rotating();
    const rotated = await rotate(newer, { filter: { rangeKey1 }, encryptReadable: true });
    expect(rotated).toStrictEqual({ migrated: 2, totalLeft: 0, errors: [] });
    const { records } = await newer.find(country, { rangeKey1, rangeKey2: 0 });
    expect(records).toMatchObject([{ body: "body", precommitBody: "readable", isEncrypted: true, version: 2 }]);
    for (const { body, precommit_body: precommit } of (await stored(rangeKey1, before)).slice(0, 1)) {
      expect([body, precommit]).toStrictEqual([expect.stringMatching(/^2:/), expect.stringMatching(/^2:/)]);
    }
  });

  it("accepts no forged precommitBody even if the option is set", async () => {
    const { rangeKey1 } = await written((record) => popStorage(before).write(country, record));
    const genuine = await stored(rangeKey1, before);
    const { newer } = rotating({ fetch: forging({ precommit_body: encoded("forged") }) });
    expect(await rotate(newer, { filter: { rangeKey1 }, encryptReadable: true })).toMatchObject(refused);
    expect((await stored(rangeKey1, before))[0]).toStrictEqual(genuine[0]);
  });

  it.each(["", encoded("")])(
    "rotates a record with an empty precommitBody that is not encrypted: %j",
    async (empty) => {
      const write = writing((wire) => ({ ...wire, precommit_body: empty }));
      const { rangeKey1 } = await written((record) => popStorage({ ...before, fetch: write }).write(country, record));
      const { newer } = rotating();
      const rotated = await rotate(newer, { filter: { rangeKey1 } });
      expect(rotated).toStrictEqual({ migrated: 2, totalLeft: 0, errors: [] });
      const { records } = await newer.find(country, { rangeKey1, rangeKey2: 0 });
      expect(records).toMatchObject([{ body: "body", precommitBody: "", isEncrypted: true }]);
    },
  );
});

describe("a dry run", () => {
  it.each(Object.entries(writers))(
    "reports records that rotation would leave, and counts them as left: %s",
    async (_, write) => {
      const { rangeKey1 } = await written(write);
      const all = await stored(rangeKey1, before);
      const { newer } = rotating();
      const rehearsed = await outcome(newer.migrateAll(country, { filter: { rangeKey1 }, dryRun: true }));
      expect(rehearsed).toMatchObject({ totalMigrated: 1, totalLeft: 1, errors: refused.errors });
      expect(await stored(rangeKey1, before)).toStrictEqual(all);
    },
  );

  it("counts readable records as rotated if the option is set", async () => {
    const { rangeKey1 } = await written((record) => popStorage({ ...before, encrypt: false }).write(country, record));
    const { newer } = rotating();
    const options = { filter: { rangeKey1 }, dryRun: true, encryptReadable: true };
    const rehearsed = await outcome(newer.migrateAll(country, options));
    expect(rehearsed).toMatchObject({ totalMigrated: 2, totalLeft: 0, errors: [] });
  });
});
