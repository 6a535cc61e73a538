import type { MigrateProgress } from "incountry-storage";
import { stringifyJson } from "incountry-storage/protocol";
import { describe, expect, it } from "vitest";
import { hashLike, hostilePop, hostileStorage, json, pageOf } from "../../support/hostile/hostile-pop.ts";
import { sealText } from "../../support/hostile/seal-text.ts";
import { country } from "../../support/rotation/rotating.ts";
import { secrets } from "../../support/rotation/secrets.ts";

describe("a PoP that lists a sealed file a thousand times", () => {
  it("gets one request for it", async () => {
    const written = "2026-01-01T00:00:00.000Z";
    const dates = { created_at: written, updated_at: written };
    const file = { filename: `${"5".repeat(64)}.sealed`, size: 1000, hash: hashLike(5), file_id: "file", ...dates };
    const attachments = Array.from({ length: 1000 }, () => file);
    const record = { record_key: hashLike(1), body: await sealText("a text"), version: 1, ...dates, attachments };
    const pop = hostilePop(({ operation }) =>
      operation === "find" ? json(pageOf([stringifyJson(record)])) : json("{}", 404),
    );
    const all: MigrateProgress[] = [];
    const storage = hostileStorage(pop, { getSecrets: () => secrets.after });
    for await (const progress of storage.migrateAttachments(country)) all.push(progress);
    expect(all.map(({ total }) => total)).toStrictEqual([1]);
    expect(new Set(pop.calls.map(({ url }) => url.href)).size).toBe(pop.calls.length);
  });
});
