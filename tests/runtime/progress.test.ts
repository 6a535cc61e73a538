import type { Progress } from "incountry-storage";
import { beforeAll, describe, expect, it } from "vitest";
import { type Attaching, attaching, attachingTo, streamOf } from "../support/attachments/attaching.ts";
import { patternBytes } from "../support/attachments/pattern-bytes.ts";

const size = 20 * 1024 * 1024;
const bytes = patternBytes(size);

let to: Attaching;

beforeAll(async () => {
  to = await attaching();
});

/** Watches a transfer: progress must not decrease, must not be reported too often, and must end at the total. */
async function watch(transfer: (onProgress: (progress: Progress) => void) => Promise<unknown>, total: number) {
  const reported: Progress[] = [];
  const startedAt = performance.now();
  await transfer((progress) => reported.push(progress));
  const seconds = (performance.now() - startedAt) / 1000;
  expect(reported.at(-1)).toStrictEqual({ transferred: total, total });
  const transferred = reported.map((progress) => progress.transferred);
  expect(transferred).toStrictEqual(transferred.toSorted((one, other) => one - other));
  expect(reported.length).toBeLessThanOrEqual(3 + 40 * seconds);
  return reported;
}

function throwing(): never {
  throw new Error("of the caller");
}

describe.each([{ encrypt: false }, { encrypt: true }])("onProgress (encrypt: $encrypt)", ({ encrypt }) => {
  it("reports an upload of known size, and the download", async () => {
    const input = { file: new Blob([bytes]), fileName: "known", encrypt, upsert: true };
    let fileId = "";
    const up = await watch(async (onProgress) => void ({ fileId } = await to.add(input, { onProgress })), size);
    expect(up.every(({ total }) => total === size)).toBe(true);
    const down = await watch((onProgress) => to.bytes(fileId, { onProgress }), size);
    expect(down.every(({ total }) => total === size)).toBe(true);
    expect(down.length).toBeGreaterThanOrEqual(2);
  });

  it("reports an upload of unknown size", async () => {
    const input = { file: streamOf(bytes), fileName: "not known", encrypt, upsert: true };
    await watch((onProgress) => to.add(input, { onProgress }), size);
  });

  it("reports an empty file once", async () => {
    const input = { file: new Uint8Array(), fileName: "empty", encrypt, upsert: true };
    const reported = await watch((onProgress) => to.add(input, { onProgress }), 0);
    expect(reported).toStrictEqual([{ transferred: 0, total: 0 }]);
  });

  it("reports at least the end with a custom fetch", async () => {
    const own = attachingTo(to.recordKey, { fetch: (input, init) => fetch(input, init) });
    const input = { file: bytes, fileName: "own fetch", encrypt, upsert: true };
    await watch((onProgress) => own.add(input, { onProgress }), size);
  });

  it("has no effect on the transfer if it throws", async () => {
    const { fileId } = await to.add(
      { file: bytes, fileName: "throws", encrypt, upsert: true },
      { onProgress: throwing },
    );
    await expect(to.bytes(fileId, { onProgress: throwing })).resolves.toHaveLength(size);
  });
});
