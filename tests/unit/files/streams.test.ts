import { describe, expect, it } from "vitest";
import { type Chunks, merged } from "../../../src/files/streams.ts";
import { patternBytes } from "../../support/attachments/pattern-bytes.ts";
import { deferred } from "../../support/runtimes/deferred.ts";

async function* chunksOf(...lengths: number[]): Chunks {
  for (const length of lengths) yield patternBytes(length);
}

async function lengthsOf(chunks: Chunks): Promise<number[]> {
  const lengths: number[] = [];
  for await (const { length } of chunks) lengths.push(length);
  return lengths;
}

async function* failing(): Chunks {
  yield patternBytes(1);
  throw new Error("of the source");
}

describe("small chunks", () => {
  it("go together as long as they do not become too long", async () => {
    expect(await lengthsOf(merged(chunksOf(1, 2, 3, 4, 10, 1), 6))).toStrictEqual([6, 4, 10, 1]);
    expect(await lengthsOf(merged(chunksOf(), 6))).toStrictEqual([]);
  });

  it("do not wait for others that are slow to come", async () => {
    const taken = deferred();
    async function* slow(): Chunks {
      yield patternBytes(1);
      yield patternBytes(2);
      await taken.promise;
      yield patternBytes(3);
    }
    const lengths: number[] = [];
    for await (const { length } of merged(slow(), 100)) {
      lengths.push(length);
      taken.resolve();
    }
    expect(lengths).toStrictEqual([3, 3]);
  });

  it("that have come before a failure do not hide it", async () => {
    await expect(lengthsOf(merged(failing(), 100))).rejects.toThrow("of the source");
  });

  it("end where their reader stops, and so does their source", async () => {
    let ended = false;
    async function* endless(): Chunks {
      try {
        for (;;) yield patternBytes(60);
      } finally {
        ended = true;
      }
    }
    for await (const _ of merged(endless(), 100)) break;
    expect(ended).toBe(true);
  });
});
