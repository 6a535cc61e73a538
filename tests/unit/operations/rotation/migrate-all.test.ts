import type { MigrateProgress } from "incountry-storage";
import { describe, expect, it } from "vitest";
import { cannedPop } from "../../../support/canned-pop.ts";
import { popStorage } from "../../../support/pop-storage.ts";
import { intercept } from "../../../support/rotation/intercept.ts";
import { country, group, outcome, readAll, rotating, told, writeAll } from "../../../support/rotation/rotating.ts";

describe("migrateAll", () => {
  it("rotates every match, and reports its progress", async () => {
    const { older, newer } = rotating();
    const ours = group(230);
    await writeAll(older, ours.records);
    const filter = { profileKey: ours.profileKey };
    const progress = await told(newer.migrateAll(country, { filter, pageSize: 50 }));
    expect(progress).toHaveLength(5);
    expect(progress.map(({ migrated }) => migrated).toSorted((one, other) => one - other)).toStrictEqual([
      30, 50, 50, 50, 50,
    ]);
    for (const [index, { migrated, totalMigrated, totalLeft, total, ...rest }] of progress.entries()) {
      expect(totalMigrated).toBe((progress[index - 1]?.totalMigrated ?? 0) + migrated);
      expect([totalLeft, total, rest]).toStrictEqual([230 - totalMigrated, 230, {}]);
    }
    const read = await readAll(newer, ours);
    expect(read).toStrictEqual(ours.records.map(({ body }) => ({ version: 2, body })));
  });

  it("reports once if there is nothing to rotate", async () => {
    const { older, newer } = rotating();
    const ours = group(3);
    const filter = { profileKey: ours.profileKey };
    const nothing = [{ migrated: 0, totalLeft: 0, totalMigrated: 0, total: 0 }];
    expect(await told(newer.migrateAll(country, { filter }))).toStrictEqual(nothing);
    await writeAll(older, ours.records);
    expect(await outcome(newer.migrateAll(country, { filter }))).toMatchObject({ totalMigrated: 3, total: 3 });
    expect(await told(newer.migrateAll(country, { filter }))).toStrictEqual(nothing);
  });

  it("rejects if the PoP counts records but never returns any", async () => {
    const meta = { count: 0, limit: 100, offset: 0, total: Number.MAX_SAFE_INTEGER };
    const { fetch, sent } = cannedPop({ meta, data: [] });
    const rotation = told(rotating({ fetch }).newer.migrateAll(country));
    await expect(rotation).rejects.toMatchObject({
      name: "StorageServerError",
      message: expect.stringContaining("pagination made no progress"),
    });
    expect(sent.length).toBeLessThan(100);
  });

  it("leaves other records alone", async () => {
    const { older, newer } = rotating();
    const [ours, theirs] = [group(5), group(5)];
    await writeAll(older, [...ours.records, ...theirs.records]);
    await outcome(newer.migrateAll(country, { filter: { profileKey: ours.profileKey } }));
    expect((await readAll(newer, theirs)).map(({ version }) => version)).toStrictEqual([1, 1, 1, 1, 1]);
  });

  it.each([
    ["the current version", 2, 0],
    ["an older one", 1, 4],
    ["a list with the current one in it", [1, 2], 4],
    ["a list of only the current one", [2], 0],
    ["a comparison that the current one passes", { $gte: 1 }, 4],
    ["all but an older one", { $not: 1 }, 0],
    ["all but some", { $not: [0, 3] }, 4],
    ["all that is set", { $not: null }, 4],
  ] as const)("accepts a filter for %s, and rotates nothing twice", async (_, version, expected) => {
    const { older, newer } = rotating();
    const [ours, current] = [group(4), group(2)];
    const filter = { profileKey: [ours.profileKey, current.profileKey], version };
    await writeAll(older, ours.records);
    await writeAll(newer, current.records);
    const before = await newer.find(country, { profileKey: current.profileKey });
    expect(await outcome(newer.migrateAll(country, { filter }))).toMatchObject({
      totalMigrated: expected,
      totalLeft: 0,
      total: expected,
    });
    expect(await newer.find(country, { profileKey: current.profileKey })).toStrictEqual(before);
  });

  it("tries everything and writes nothing in a dry run", async () => {
    const { older, newer, foreign } = rotating();
    const [ours, theirs] = [group(130), group(7)];
    await writeAll(older, ours.records);
    await writeAll(foreign, theirs.records);
    const filter = { profileKey: [ours.profileKey, theirs.profileKey] };
    const before = await older.find(country, filter, { limit: 5 });
    const tried = await outcome(newer.migrateAll(country, { filter, dryRun: true }));
    expect(tried).toMatchObject({ totalMigrated: 130, totalLeft: 7, total: 137 });
    expect(tried.errors).toHaveLength(7);
    expect((await older.find(country, { ...filter, version: 1 }, { limit: 1 })).meta.total).toBe(137);
    expect(await older.find(country, filter, { limit: 5 })).toStrictEqual(before);
    const { errors, ...real } = await outcome(newer.migrateAll(country, { filter }));
    expect(real).toStrictEqual({ totalMigrated: 130, totalLeft: 7, total: 137 });
    expect(errors).toHaveLength(7);
  });

  it("has no more concurrent pages than its option allows", async () => {
    let running = 0;
    let most = 0;
    const counting = intercept(async (_, forward) => {
      running += 1;
      most = Math.max(most, running);
      const response = await forward();
      running -= 1;
      return response;
    });
    const { older, newer } = rotating({ fetch: counting });
    const ours = group(60);
    await writeAll(older, ours.records);
    const options = { filter: { profileKey: ours.profileKey }, pageSize: 5, concurrency: 3 };
    expect(await outcome(newer.migrateAll(country, options))).toMatchObject({ totalMigrated: 60 });
    expect(most).toBe(3);
  });

  it("calls getSecrets once", async () => {
    const { older } = rotating();
    const ours = group(30);
    await writeAll(older, ours.records);
    let calls = 0;
    const getSecrets = () => {
      calls += 1;
      return {
        currentVersion: 9,
        secrets: [
          { secret: "the first password of the tests", version: 1 },
          { secret: btoa("a key of thirty-two bytes length"), version: 9, isKey: true },
        ],
      };
    };
    const filter = { profileKey: ours.profileKey };
    const result = await outcome(popStorage({ getSecrets }).migrateAll(country, { filter, pageSize: 10 }));
    expect([result.totalMigrated, calls]).toStrictEqual([30, 1]);
  });

  it("requires a Storage that encrypts", async () => {
    const storage = popStorage({ encrypt: false });
    await expect(told(storage.migrateAll(country))).rejects.toMatchObject({ name: "StorageConfigError" });
  });

  it.each([
    [{ concurrency: 0 }, "options.concurrency"],
    [{ concurrency: 33 }, "options.concurrency"],
    [{ concurrency: 1.5 }, "options.concurrency"],
    [{ pageSize: 101 }, "options.pageSize"],
    [{ dryRun: 1 }, "options.dryRun"],
    [{ dryrun: true }, "options.dryrun"],
    [{ filter: { profileKey: 1 } }, "options.filter.profileKey"],
  ])("rejects %j", async (options, path) => {
    const storage = popStorage();
    const rotation: AsyncIterable<MigrateProgress> = Reflect.apply(Reflect.get(storage, "migrateAll"), storage, [
      country,
      options,
    ]);
    await expect(told(rotation)).rejects.toMatchObject({ name: "InputValidationError", issues: [{ path }] });
  });
});

describe("migrateAll can be stopped", () => {
  it("by leaving the loop, and resumes if it is started again", async () => {
    const { older, newer } = rotating();
    const ours = group(200);
    await writeAll(older, ours.records);
    const options = { filter: { profileKey: ours.profileKey }, pageSize: 10 };
    let stoppedAt = 0;
    for await (const { totalMigrated } of newer.migrateAll(country, options)) {
      stoppedAt = totalMigrated;
      if (totalMigrated >= 60) break;
    }
    const versions = (await readAll(newer, ours)).map(({ version }) => version);
    const rotated = versions.filter((version) => version === 2).length;
    expect(stoppedAt).toBeGreaterThanOrEqual(60);
    expect(rotated).toBeGreaterThanOrEqual(stoppedAt);
    expect(rotated).toBeLessThan(200);
    const { totalMigrated, total } = await outcome(newer.migrateAll(country, options));
    expect([totalMigrated, total]).toStrictEqual([200 - rotated, 200 - rotated]);
    expect(await readAll(newer, ours)).toStrictEqual(ours.records.map(({ body }) => ({ version: 2, body })));
  });

  it("by the signal, and then rejects with its reason", async () => {
    const { older, newer } = rotating();
    const ours = group(100);
    await writeAll(older, ours.records);
    const controller = new AbortController();
    const reason = new Error("the caller's own");
    const options = { filter: { profileKey: ours.profileKey }, pageSize: 10, concurrency: 2 };
    const rotation = (async () => {
      for await (const { totalMigrated } of newer.migrateAll(country, options, { signal: controller.signal })) {
        if (totalMigrated >= 30) controller.abort(reason);
      }
    })();
    await expect(rotation).rejects.toBe(reason);
    expect((await readAll(newer, ours)).some(({ version }) => version === 1)).toBe(true);
  });

  it("by the signal while it waits for the PoP", async () => {
    const controller = new AbortController();
    const reason = new Error("the caller's own");
    const { newer } = rotating({
      fetch: intercept(() => {
        queueMicrotask(() => controller.abort(reason));
        return new Promise(() => undefined);
      }),
    });
    await expect(told(newer.migrateAll(country, {}, { signal: controller.signal }))).rejects.toBe(reason);
  });
});
