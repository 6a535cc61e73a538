import { describe, expect, inject, it } from "vitest";
import { unique } from "../../support/pop-storage.ts";
import { batchOf, editPage, type Interceptor, intercept, omit } from "../../support/rotation/intercept.ts";
import { country, group, outcome, readAll, rotating, writeAll } from "../../support/rotation/rotating.ts";
import { secrets } from "../../support/rotation/secrets.ts";

/** PROTOCOL.md, section 2. */
async function hashOf(key: string): Promise<string> {
  const bytes = new TextEncoder().encode(`${key}:${inject("pop").environmentId}`);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Runs a task before the first batch of records is sent, and before each later one with `always`. */
function beforeBatch(act: () => Promise<unknown>, always = false): typeof fetch {
  let acted = false;
  const interceptor: Interceptor = async (call, forward) => {
    if (call.operation === "batchWrite" && batchOf(call).records.length > 1 && (always || !acted)) {
      acted = true;
      await act();
    }
    return forward();
  };
  return intercept(interceptor);
}

describe("a record that changes during its rotation", () => {
  it("keeps the change of a client with the older secret, and is rotated with it", async () => {
    const ours = group(20);
    const changed = { ...ours.records[7], recordKey: `${ours.profileKey}/7`, body: "changed during the rotation" };
    const { older, newer } = rotating({ fetch: beforeBatch(() => older.write(country, changed)) });
    await writeAll(older, ours.records);
    const filter = { profileKey: ours.profileKey };
    const result = await outcome(newer.migrateAll(country, { filter }));
    expect(result).toStrictEqual({ totalMigrated: 20, totalLeft: 0, total: 20, errors: [] });
    const expected = ours.records.map(({ body }, index) => (index === 7 ? changed.body : body));
    expect(await readAll(newer, ours)).toStrictEqual(expected.map((body) => ({ version: 2, body })));
  });

  it("keeps the change of a client with the newer secret, and is not counted", async () => {
    const ours = group(20);
    const changed = { ...ours.records[3], recordKey: `${ours.profileKey}/3`, body: "changed during the rotation" };
    const writer = rotating().newer;
    const { older, newer } = rotating({ fetch: beforeBatch(() => writer.write(country, changed)) });
    await writeAll(older, ours.records);
    const result = await outcome(newer.migrateAll(country, { filter: { profileKey: ours.profileKey } }));
    expect(result).toStrictEqual({ totalMigrated: 19, totalLeft: 0, total: 20, errors: [] });
    const { record } = await newer.read(country, changed.recordKey);
    expect(record).toMatchObject({ body: "changed during the rotation", version: 2 });
  });

  it("is not restored after a delete", async () => {
    const ours = group(20);
    const deleted = `${ours.profileKey}/0`;
    const { older, newer } = rotating({ fetch: beforeBatch(() => older.delete(country, deleted)) });
    await writeAll(older, ours.records);
    const result = await outcome(newer.migrateAll(country, { filter: { profileKey: ours.profileKey } }));
    expect(result).toStrictEqual({ totalMigrated: 19, totalLeft: 0, total: 20, errors: [] });
    await expect(newer.read(country, deleted)).rejects.toMatchObject({ status: 404 });
    expect(await readAll(newer, ours)).toHaveLength(19);
  });

  it("is left alone if it no longer matches the filter", async () => {
    const ours = group(20);
    const elsewhere = { ...ours.records[5], recordKey: `${ours.profileKey}/5`, profileKey: unique("elsewhere") };
    const { older, newer } = rotating({ fetch: beforeBatch(() => older.write(country, elsewhere)) });
    await writeAll(older, ours.records);
    const result = await outcome(newer.migrateAll(country, { filter: { profileKey: ours.profileKey } }));
    expect(result).toMatchObject({ totalMigrated: 19, totalLeft: 0 });
    expect((await older.read(country, elsewhere.recordKey)).record.version).toBe(1);
  });

  it("is left alone if its new version does not match the filter", async () => {
    const ours = group(20);
    const changed = { ...ours.records[5], recordKey: `${ours.profileKey}/5` };
    const third = rotating({ getSecrets: () => secrets.third }).newer;
    const { older, newer } = rotating({ fetch: beforeBatch(() => third.write(country, changed)) });
    await writeAll(older, ours.records);
    const filter = { profileKey: ours.profileKey, version: 1 };
    expect(await outcome(newer.migrateAll(country, { filter }))).toMatchObject({ totalMigrated: 19, totalLeft: 0 });
    expect((await third.read(country, changed.recordKey)).record.version).toBe(3);
  });

  it("is counted even without a body if the response to its rotation was lost", async () => {
    const ours = group(2);
    const first = `${ours.profileKey}/0`;
    let lost = false;
    const interceptor: Interceptor = async (call, forward) => {
      // Another SDK wrote it, without a body.
      if (call.operation === "find")
        return editPage(await forward(), (record) => (record.record_key === hash ? omit(record, "body") : record));
      const response = await forward();
      if (call.operation !== "batchWrite" || !response.ok || lost) return response;
      lost = true;
      throw new TypeError("fetch failed");
    };
    const { older, newer } = rotating({
      fetch: intercept(interceptor),
      httpOptions: { retryBaseDelay: 1, retryMaxDelay: 2 },
    });
    await writeAll(older, ours.records);
    const hash = await hashOf(first);
    const result = await outcome(newer.migrateAll(country, { filter: { profileKey: ours.profileKey } }));
    expect(result).toStrictEqual({ totalMigrated: 2, totalLeft: 0, total: 2, errors: [] });
  });

  it("does not keep the rotation going if it never stops changing", async () => {
    const ours = group(20);
    const restless = ours.records[11] ?? { recordKey: "" };
    let writes = 0;
    const write = (): Promise<unknown> => {
      writes += 1;
      return older.write(country, { ...restless, body: `restless ${writes}` });
    };
    const interceptor: Interceptor = async (call, forward) => {
      if (call.operation === "batchWrite") await write();
      return forward();
    };
    const { older, newer } = rotating({ fetch: intercept(interceptor) });
    await writeAll(older, ours.records);
    const result = await outcome(newer.migrateAll(country, { filter: { profileKey: ours.profileKey } }));
    expect(result).toMatchObject({ totalMigrated: 19, totalLeft: 1, errors: [] });
    const { record } = await older.read(country, restless.recordKey);
    expect(record).toMatchObject({ body: `restless ${writes}`, version: 1 });
  });

  it("is not overwritten by migrate either", async () => {
    const ours = group(20);
    const changed = { ...ours.records[7], recordKey: `${ours.profileKey}/7`, body: "changed during the rotation" };
    const { older, newer } = rotating({ fetch: beforeBatch(() => older.write(country, changed)) });
    await writeAll(older, ours.records);
    const result = await newer.migrate(country, { filter: { profileKey: ours.profileKey } });
    expect(result).toStrictEqual({ migrated: 20, totalLeft: 0 });
    expect((await newer.read(country, changed.recordKey)).record).toMatchObject({ body: changed.body, version: 2 });
  });
});

describe("two rotations of the same records", () => {
  it("share the records, and lose none", async () => {
    const ours = group(150);
    const [{ older, newer }, { newer: other }] = [rotating(), rotating()];
    await writeAll(older, ours.records);
    const options = { filter: { profileKey: ours.profileKey }, pageSize: 20 };
    const results = await Promise.all([newer, other].map((storage) => outcome(storage.migrateAll(country, options))));
    expect(results.map(({ totalLeft }) => totalLeft)).toStrictEqual([0, 0]);
    expect(results.reduce((sum, { totalMigrated }) => sum + totalMigrated, 0)).toBe(150);
    expect(await readAll(newer, ours)).toStrictEqual(ours.records.map(({ body }) => ({ version: 2, body })));
  });
});

describe("a lost response", () => {
  it("does not count its records as another writer's, nor twice", async () => {
    let lost = 0;
    const losing: Interceptor = async (call, forward) => {
      const response = await forward();
      if (call.operation !== "batchWrite" || !response.ok || lost > 0) return response;
      lost += 1;
      throw new TypeError("fetch failed");
    };
    const { older, newer } = rotating({ fetch: intercept(losing), httpOptions: { retryBaseDelay: 1 } });
    const ours = group(20);
    await writeAll(older, ours.records);
    const result = await outcome(newer.migrateAll(country, { filter: { profileKey: ours.profileKey } }));
    expect(result).toStrictEqual({ totalMigrated: 20, totalLeft: 0, total: 20, errors: [] });
    expect(lost).toBe(1);
    expect(await readAll(newer, ours)).toStrictEqual(ours.records.map(({ body }) => ({ version: 2, body })));
  });

  it("is not confused with a later write of another client", async () => {
    const ours = group(20);
    const writer = rotating().newer;
    let lost = 0;
    const losing: Interceptor = async (call, forward) => {
      const response = await forward();
      if (call.operation !== "batchWrite" || !response.ok || lost > 0) return response;
      lost += 1;
      await writer.write(country, { ...ours.records[9], recordKey: `${ours.profileKey}/9`, body: "after it" });
      throw new TypeError("fetch failed");
    };
    const { older, newer } = rotating({ fetch: intercept(losing), httpOptions: { retryBaseDelay: 1 } });
    await writeAll(older, ours.records);
    const result = await outcome(newer.migrateAll(country, { filter: { profileKey: ours.profileKey } }));
    expect(result).toStrictEqual({ totalMigrated: 19, totalLeft: 0, total: 20, errors: [] });
    expect((await readAll(newer, ours))[9]).toStrictEqual({ version: 2, body: "after it" });
  });
});
