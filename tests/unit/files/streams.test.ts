import { describe, expect, it } from "vitest";
import { type OutgoingFile, OutgoingForm } from "../../../src/files/outgoing-file.ts";
import { ProgressReport } from "../../../src/files/progress-report.ts";
import { type Chunks, collect } from "../../../src/files/streams.ts";
import { Log } from "../../../src/logging.ts";
import { patternBytes } from "../../support/attachments/pattern-bytes.ts";
import { deferred } from "../../support/runtimes/deferred.ts";

const { signal } = new AbortController();

function formOf(open: () => Chunks): OutgoingForm {
  const file: OutgoingFile = {
    name: "scan.png",
    boundToName: false,
    type: undefined,
    size: undefined,
    replayable: false,
    blob: undefined,
    open,
    callerBytes: (bytes) => bytes,
  };
  return new OutgoingForm(file, new ProgressReport(undefined, new Log(undefined, false)));
}

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

describe("the chunks of a form", () => {
  it("are its head, those of the file, and its tail", async () => {
    const lengths = await lengthsOf(formOf(() => chunksOf(3, 4)).stream(signal));
    expect(lengths.slice(1, -1)).toStrictEqual([3, 4]);
    expect(await lengthsOf(formOf(chunksOf).stream(signal))).toHaveLength(2);
    const text = new TextDecoder().decode(await collect(formOf(chunksOf).stream(signal)));
    expect(text).toMatch(/^--(?<boundary>\S+)\r\nContent-Disposition: .*\r\n\r\n\r\n--\k<boundary>--\r\n$/);
  });

  it("are not delayed by slower ones that follow", async () => {
    const taken = deferred();
    async function* slow(): Chunks {
      await taken.promise;
      yield patternBytes(1);
      yield patternBytes(2);
    }
    const lengths: number[] = [];
    for await (const { length } of formOf(slow).stream(signal)) {
      lengths.push(length);
      taken.resolve();
    }
    expect(lengths.slice(1, -1)).toStrictEqual([1, 2]);
  });

  it("that precede a failure do not hide it", async () => {
    await expect(lengthsOf(formOf(failing).stream(signal))).rejects.toThrow("of the source");
  });

  it("end when their reader stops, and so does their source", async () => {
    let ended = false;
    async function* endless(): Chunks {
      try {
        for (;;) yield patternBytes(60);
      } finally {
        ended = true;
      }
    }
    let chunks = 0;
    for await (const _ of formOf(endless).stream(signal)) if (++chunks === 3) break;
    expect(ended).toBe(true);
  });
});
