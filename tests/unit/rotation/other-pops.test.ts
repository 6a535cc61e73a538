import type { LogLevel } from "incountry-storage";
import { array, looseObject, object, parse, unknown } from "valibot";
import { describe, expect, it } from "vitest";
import { popStorage } from "../../support/pop-storage.ts";
import {
  batchOf,
  editPage,
  errorResponse,
  type Interceptor,
  intercept,
  withoutField,
} from "../../support/rotation/intercept.ts";
import { country, group, outcome, readAll, rotating, writeAll } from "../../support/rotation/rotating.ts";
import { secrets } from "../../support/rotation/secrets.ts";
import {
  lenient,
  onBatch,
  readOnly,
  refusingLarge,
  respondsOk,
  strict,
  undated,
  withoutConditions,
} from "./other-pops.ts";

const rotated = (records: readonly { body?: string | null | undefined }[]) =>
  records.map(({ body }) => ({ version: 2, body }));

describe("a PoP without conditional writes", () => {
  it.each([
    ["refuses conditions", strict],
    ["ignores conditions", lenient],
    ["ignores conditions, and responds with OK", respondsOk],
  ])("that %s is rotated without them, which is reported", async (_, interceptor) => {
    const warnings: string[] = [];
    const write = (level: LogLevel, message: string): void => {
      if (level === "warn" && message.includes("conditional")) warnings.push(message);
    };
    const { older, newer } = rotating({ fetch: intercept(interceptor), logger: { write } });
    const ours = group(60);
    await writeAll(older, ours.records);
    const options = { filter: { profileKey: ours.profileKey }, pageSize: 20 };
    const result = await outcome(newer.migrateAll(country, options));
    expect(result).toStrictEqual({ totalMigrated: 60, totalLeft: 0, total: 60, errors: [], unconditional: true });
    expect(await readAll(newer, ours)).toStrictEqual(rotated(ours.records));
    await writeAll(older, ours.records);
    expect(await newer.migrate(country, { filter: options.filter })).toStrictEqual({
      migrated: 60,
      totalLeft: 0,
      unconditional: true,
    });
    expect(warnings).toHaveLength(1);
  });

  it("is also assumed if records have no updated_at", async () => {
    const { older, newer } = rotating({ fetch: intercept(undated) });
    const ours = group(3);
    await writeAll(older, ours.records);
    const result = await outcome(newer.migrateAll(country, { filter: { profileKey: ours.profileKey } }));
    expect(result).toMatchObject({ totalMigrated: 3, totalLeft: 0, unconditional: true });
  });
});

describe("a PoP with additional fields", () => {
  it("gets them back unchanged", async () => {
    const sent: unknown[] = [];
    const interceptor: Interceptor = async (call, forward) => {
      if (call.operation === "batchWrite") {
        const { records } = batchOf(call);
        sent.push(...records.map(({ region_code: code }) => code));
        return forward(withoutField(call, "region_code"));
      }
      return editPage(await forward(), (record) => ({ ...record, region_code: 9007199254740993n }));
    };
    const { older, newer } = rotating({ fetch: intercept(interceptor) });
    const ours = group(10);
    await writeAll(older, ours.records);
    const result = await outcome(newer.migrateAll(country, { filter: { profileKey: ours.profileKey } }));
    expect(result).toStrictEqual({ totalMigrated: 10, totalLeft: 0, total: 10, errors: [] });
    expect(new Set(sent)).toStrictEqual(new Set([9007199254740993n]));
  });

  it("does not get back those that cannot be written", async () => {
    const { older, newer } = rotating({ fetch: intercept(readOnly("region_code", "if_matched")) });
    const ours = group(10);
    await writeAll(older, ours.records);
    const result = await outcome(newer.migrateAll(country, { filter: { profileKey: ours.profileKey }, pageSize: 4 }));
    expect(result).toStrictEqual({ totalMigrated: 10, totalLeft: 0, total: 10, errors: [] });
  });

  it("does not get them back from concurrent rejected batches", async () => {
    const waiting: (() => void)[] = [];
    const interceptor: Interceptor = async (call, forward) => {
      const response = await readOnly("region_code")(call, forward);
      if (call.operation !== "batchWrite" || response.ok) return response;
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        if (waiting.length === 3) for (const go of waiting) go();
      });
      return response;
    };
    const { older, newer } = rotating({ fetch: intercept(interceptor) });
    const ours = group(12);
    await writeAll(older, ours.records);
    const result = await outcome(newer.migrateAll(country, { filter: { profileKey: ours.profileKey }, pageSize: 4 }));
    expect(result).toStrictEqual({ totalMigrated: 12, totalLeft: 0, total: 12, errors: [] });
    expect(waiting).toHaveLength(3);
  });

  it("has only the record with the invalid value reported, and no other loses the field", async () => {
    const kept = new Map<unknown, unknown>();
    const codes: Readonly<Record<string, string>> = { 0: "BAD", 2: "A", 3: "B" };
    const interceptor: Interceptor = async (call, forward) => {
      if (call.operation !== "batchWrite")
        return editPage(await forward(), (record) => {
          const code = codes[String(record.range_key1)];
          return code === undefined ? record : { ...record, region_code: code };
        });
      const { records } = batchOf(call);
      const places = records.flatMap(({ region_code: code }, index) =>
        code === "BAD" ? [`records.${index}.region_code`] : [],
      );
      if (places.length > 0) return errorResponse(400, places);
      const response = await forward(withoutField(call, "region_code"));
      if (response.ok) for (const record of records) kept.set(record.range_key1, record.region_code);
      return response;
    };
    const { older, newer } = rotating({ fetch: intercept(interceptor) });
    const ours = group(4);
    await writeAll(older, ours.records);
    const options = { filter: { profileKey: ours.profileKey }, pageSize: 2 };
    const result = await outcome(newer.migrateAll(country, options));
    expect(result).toMatchObject({ totalMigrated: 3, totalLeft: 1, errors: [{ rawData: { region_code: "BAD" } }] });
    expect(kept).toStrictEqual(
      new Map<unknown, unknown>([
        [1, undefined],
        [2, "A"],
        [3, "B"],
      ]),
    );
  });

  it("has only the one record reported that is rejected for such a field", async () => {
    let refused: unknown;
    const interceptor: Interceptor = async (call, forward) => {
      if (call.operation !== "batchWrite")
        return editPage(await forward(), (record) => ({ ...record, region_code: "x" }));
      const { records } = batchOf(call);
      refused ??= records[2]?.record_key;
      const index = records.findIndex((record) => record.record_key === refused);
      if (index >= 0) return errorResponse(400, [`records.${index}.region_code`]);
      return forward(withoutField(call, "region_code"));
    };
    const { older, newer } = rotating({ fetch: intercept(interceptor) });
    const ours = group(10);
    await writeAll(older, ours.records);
    const result = await outcome(newer.migrateAll(country, { filter: { profileKey: ours.profileKey } }));
    expect(result).toMatchObject({ totalMigrated: 9, totalLeft: 1, total: 10 });
    expect(result.errors).toMatchObject([
      {
        rawData: { record_key: refused, region_code: "x" },
        error: { name: "StorageCryptoError", cause: { status: 400 } },
      },
    ]);
  });
});

/** A PoP without conditional writes that rejects one record because of a field. */
function refusing(refusedNumber: number, field: string) {
  const interceptor = onBatch(async (call, forward) => {
    const { records } = batchOf(call);
    const places = records.flatMap(({ range_key1: number }, index) =>
      number === refusedNumber ? [`records.${index}.${field}`] : [],
    );
    return places.length > 0 ? errorResponse(400, places) : forward();
  });
  return { ours: group(5), ...rotating({ fetch: intercept(withoutConditions(interceptor)) }) };
}

/** Reports more records than it has. */
const overcounting: Interceptor = async (call, forward) => {
  const response = await forward();
  if (call.operation !== "find") return response;
  const { data, meta } = parse(object({ data: array(unknown()), meta: looseObject({}) }), await response.json());
  return Response.json({ data, meta: { ...meta, total: Number.MAX_SAFE_INTEGER } });
};

describe("a PoP that announces no conditional writes, or not for all records,", () => {
  it.each([
    ["a record that it rejects", "body"],
    ["a record that ends before it is written", "expires_at"],
  ])("is rotated without them even if its first record is %s", async (_, field) => {
    const { ours, older, newer } = refusing(0, field);
    await writeAll(older, ours.records);
    const filter = { profileKey: ours.profileKey };
    expect(await newer.migrate(country, { filter })).toMatchObject({ migrated: 4, unconditional: true });
  });

  it("has no record with a date overwritten next to one without, and the result reports it", async () => {
    const ours = group(6);
    const changed = { ...ours.records[4], recordKey: `${ours.profileKey}/4`, body: "changed during the rotation" };
    let acted = false;
    const interceptor: Interceptor = async (call, forward) => {
      if (call.operation === "find")
        return editPage(await forward(), (record) =>
          record.range_key1 === 1 ? { ...record, updated_at: null } : record,
        );
      if (call.operation === "batchWrite" && batchOf(call).records.length > 1 && !acted) {
        acted = true;
        await older.write(country, changed);
      }
      return forward();
    };
    const { older, newer } = rotating({ fetch: intercept(interceptor) });
    await writeAll(older, ours.records);
    const result = await outcome(newer.migrateAll(country, { filter: { profileKey: ours.profileKey } }));
    expect(result).toStrictEqual({ totalMigrated: 6, totalLeft: 0, total: 6, errors: [], unconditional: true });
    expect((await newer.read(country, changed.recordKey)).record).toMatchObject({ body: changed.body, version: 2 });
  });
});

describe("a PoP with an unexpected response to a batch", () => {
  it("has nothing counted as migrated", async () => {
    const interceptor = onBatch(async () => new Response("<html>log in", { status: 200 }));
    const { older, newer } = rotating({ fetch: intercept(interceptor) });
    const ours = group(1);
    await writeAll(older, ours.records);
    const migrating = newer.migrate(country, { filter: { profileKey: ours.profileKey } });
    await expect(migrating).rejects.toMatchObject({
      name: "StorageServerError",
      message: expect.stringContaining("HTML"),
    });
  });
});

describe("a PoP that reports conflicts in another form", () => {
  it.each([
    ["by its key", (key: string) => errorResponse(412, ["if_match"], `moved: ${key}`)],
    ["not at all", () => errorResponse(412, [])],
  ])("has the other records rotated: %s", async (_, response) => {
    const ours = group(10);
    const restless = ours.records[3] ?? { recordKey: "" };
    const interceptor = onBatch(async (call, forward) => {
      const { records } = batchOf(call);
      const moved = records.find(({ range_key1: number }) => number === 3);
      if (moved === undefined) return forward();
      await older.write(country, restless);
      return response(String(moved.record_key));
    });
    const { older, newer } = rotating({ fetch: intercept(interceptor) });
    await writeAll(older, ours.records);
    const result = await outcome(newer.migrateAll(country, { filter: { profileKey: ours.profileKey } }));
    expect(result).toMatchObject({ totalMigrated: 9, totalLeft: 1 });
  });
});

describe("a PoP that counts more records than it returns", () => {
  it("ends the rotation with an error", async () => {
    const { older, newer } = rotating({ fetch: intercept(overcounting) });
    const ours = group(3);
    await writeAll(older, ours.records);
    await expect(outcome(newer.migrateAll(country, { filter: { profileKey: ours.profileKey } }))).rejects.toMatchObject(
      { name: "StorageServerError" },
    );
  });
});

describe("a record that the PoP rejects", () => {
  it.each([
    ["names it", (index: number) => errorResponse(400, [`records.${index}.body`])],
    [
      "names it by a JSON pointer",
      (index: number) =>
        Response.json({ errors: [{ status: 422, source: { pointer: `/records/${index}/body` } }] }, { status: 422 }),
    ],
    ["names no field", () => errorResponse(400, ["body"])],
    ["responds with HTML", () => new Response("<html>", { status: 400 })],
    ["finds the batch too large", () => new Response("", { status: 413 })],
  ])("is reported, and the rotation continues, if the PoP %s", async (_, response) => {
    const { older, newer } = rotating({ fetch: intercept(refusingLarge(response)) });
    const ours = group(25);
    const large = { ...ours.records[13], recordKey: `${ours.profileKey}/13`, body: "x".repeat(2000) };
    await writeAll(older, ours.records.with(13, large));
    const result = await outcome(newer.migrateAll(country, { filter: { profileKey: ours.profileKey } }));
    expect(result).toMatchObject({ totalMigrated: 24, totalLeft: 1, total: 25 });
    expect(result.errors).toMatchObject([{ rawData: { range_key1: 13 }, error: { name: "StorageCryptoError" } }]);
    expect((await readAll(newer, ours)).filter(({ version }) => version === 1)).toMatchObject([{ version: 1 }]);
  });

  it("ends the rotation if the PoP itself fails", async () => {
    const failing = onBatch(async () => errorResponse(500, []));
    const { older, newer } = rotating({ fetch: intercept(failing) });
    const ours = group(5);
    await writeAll(older, ours.records);
    const rotation = outcome(newer.migrateAll(country, { filter: { profileKey: ours.profileKey } }));
    await expect(rotation).rejects.toMatchObject({ name: "StorageServerError", status: 500 });
  });
});

describe("a batch that is too large for the PoP", () => {
  it("is split", async () => {
    const sizes: number[] = [];
    const small = onBatch(async (call, forward) => {
      const { length } = batchOf(call).records;
      sizes.push(length);
      return length > 7 ? new Response("", { status: 413 }) : forward();
    });
    const { older, newer } = rotating({ fetch: intercept(small) });
    const ours = group(40);
    await writeAll(older, ours.records);
    const result = await outcome(newer.migrateAll(country, { filter: { profileKey: ours.profileKey } }));
    expect(result).toStrictEqual({ totalMigrated: 40, totalLeft: 0, total: 40, errors: [] });
    expect(sizes).toContain(5);
  });
});

describe("a record that expires during its rotation", () => {
  it("does not stop the rotation, and is no error", async () => {
    const expiresAt = new Date(Date.now() + 1500);
    const late = onBatch(async (_, forward) => {
      await new Promise((resolve) => {
        setTimeout(resolve, expiresAt.getTime() - Date.now() + 50);
      });
      return forward();
    });
    const { older, newer } = rotating({ fetch: intercept(late) });
    const ours = group(12);
    const first = ours.records[0] ?? { recordKey: "" };
    const third = ours.records[2] ?? { recordKey: "" };
    await writeAll(older, ours.records.with(0, { ...first, expiresAt }).with(2, { ...third, expiresAt }));
    const result = await outcome(newer.migrateAll(country, { filter: { profileKey: ours.profileKey } }));
    expect(result).toStrictEqual({ totalMigrated: 10, totalLeft: 0, total: 12, errors: [] });
  });

  it("is recognized even if its keys contain the words of the error", async () => {
    const ours = group(6);
    const keys = { hashSearchKeys: false } as const;
    const refusing = onBatch(async (call, forward) => {
      const index = batchOf(call).records.findIndex(({ range_key1: number }) => String(number) === "4");
      return index < 0 ? forward() : errorResponse(400, [`records.${index}.expires_at`]);
    });
    const { newer } = rotating({ ...keys, fetch: intercept(refusing) });
    const older = popStorage({ ...keys, getSecrets: () => secrets.before });
    await writeAll(
      older,
      ours.records.map((record) => ({ ...record, key1: "records", key2: "expires_at" })),
    );
    const result = await outcome(newer.migrateAll(country, { filter: { profileKey: ours.profileKey } }));
    expect(result).toMatchObject({ totalMigrated: 5, errors: [] });
  });
});

describe("a PoP that announces conditional writes", () => {
  it("and refuses conditions has its records reported, and is not asked again and again", async () => {
    let batches = 0;
    const step = onBatch(async (call) => {
      batches += 1;
      if (batches > 20) throw new Error("There is no end of it.");
      return errorResponse(
        400,
        batchOf(call).records.map((__, index) => `records.${index}.if_match`),
      );
    });
    const { older, newer } = rotating({ fetch: intercept(step) });
    const ours = group(3);
    await writeAll(older, ours.records);
    const result = await newer.migrate(country, { filter: { profileKey: ours.profileKey } }, { maxRetries: 0 });
    expect(result).toMatchObject({ migrated: 0, totalLeft: 3 });
    expect(result.errors).toHaveLength(3);
    expect(batches).toBeLessThan(5);
  });
});
