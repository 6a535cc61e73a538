import { type MigrateAllOptions, type MigrateProgress, StorageServerError } from "incountry-storage";
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
import { errorResponse } from "../../support/rotation/intercept.ts";
import { country } from "../../support/rotation/rotating.ts";
import { secrets } from "../../support/rotation/secrets.ts";

const sealedText = sealText("a text");

/** Ways to reject every batch. */
const rejections: Readonly<Record<string, (call: Call) => Response>> = {
  "a 412 that names no record": () => errorResponse(412, []),
  "412 that names each record": (call) =>
    errorResponse(
      412,
      sentRecords(call).map((_, index) => `records.${index}.if_match`),
    ),
  "a 400 that names no field": () => errorResponse(400, []),
  "400 that names each record": (call) =>
    errorResponse(
      400,
      sentRecords(call).map((_, index) => `records.${index}.body`),
    ),
  "413": () => errorResponse(413, []),
};

/** A PoP that returns other records on each page, and responds the same to every batch. */
function refusing(response: (call: Call) => Response): HostilePop {
  let pages = 0;
  return hostilePop(async (call) => {
    if (call.operation !== "find") return response(call);
    const body = await sealedText;
    pages += 1;
    const fresh = Array.from({ length: offsetOf(call).limit }, (_, index) => hashLike(pages * 1_000 + index));
    const records = (filterKeys(call) ?? fresh).map((key) =>
      stringifyJson({ record_key: key, version: 1, body, updated_at: "2026-01-01T00:00:00.000Z" }),
    );
    return json(pageOf(records, 1_000_000_000));
  });
}

async function rotated(pop: HostilePop, options: MigrateAllOptions): Promise<unknown> {
  const all: MigrateProgress[] = [];
  const storage = hostileStorage(pop, { getSecrets: () => secrets.after });
  try {
    for await (const progress of storage.migrateAll(country, options)) all.push(progress);
  } catch (error) {
    return error;
  }
  return expect.unreachable(`It ended without an error after ${all.length} pages.`);
}

describe.each(Object.entries(rejections))(
  "a PoP that counts a billion records, and responds to every batch with %s",
  (_, response) => {
    it.each([
      [{ pageSize: 2 }, 500],
      [{ pageSize: 2, concurrency: 1 }, 500],
      // The halves of a batch of 16 make 31 batches; 11 pages are tried, and a few more may have started by then.
      [{ pageSize: 16 }, 500],
    ])("ends the rotation after a bounded number of requests: %j", async (options, most) => {
      const pop = refusing(response);
      const error = await rotated(pop, options);
      expect(pop.calls.length).toBeLessThan(most);
      if (!(error instanceof StorageServerError)) return expect.unreachable(String(error));
      expect(error.name).toBe("StorageServerError");
      expect(error.message).toMatch(/no progress/);
    });
  },
);
