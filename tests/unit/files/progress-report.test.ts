import type { Progress } from "incountry-storage";
import { describe, expect, it } from "vitest";
import { ProgressReport } from "../../../src/files/progress-report.ts";
import { Log } from "../../../src/logging.ts";
import { unhandledDuring } from "../../support/storage/unhandled.ts";

const failsLater: (progress: Progress) => unknown = () => Promise.reject(new Error("of the caller"));
const silent = new Log(undefined, false);

describe("a progress report", () => {
  it("has the beginning and the end of a fast transfer, and little between", () => {
    const reported: Progress[] = [];
    const report = new ProgressReport((progress) => reported.push(progress), silent);
    const startedAt = performance.now();
    for (let bytes = 0; bytes <= 100_000; bytes += 1) report.at(bytes, 100_000);
    report.end(100_000);
    expect(reported[0]).toStrictEqual({ transferred: 0, total: 100_000 });
    expect(reported.at(-1)).toStrictEqual({ transferred: 100_000, total: 100_000 });
    // However long it took: no more than a few dozen a second.
    expect(reported.length).toBeLessThanOrEqual(3 + (performance.now() - startedAt) / 40);
  });

  it("does not decrease when an attempt starts again", async () => {
    const reported: number[] = [];
    const report = new ProgressReport(({ transferred }) => reported.push(transferred), silent);
    for (const bytes of [0, 500, 900, 0, 500, 900, 950]) {
      report.at(bytes, 1000);
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
    report.end(1000);
    expect(reported).toStrictEqual([0, 500, 900, 950, 1000]);
  });

  it("omits an unknown total", () => {
    const reported: Progress[] = [];
    const report = new ProgressReport((progress) => reported.push(progress), silent);
    report.at(5, undefined);
    report.end(10);
    expect(reported).toStrictEqual([{ transferred: 5 }, { transferred: 10, total: 10 }]);
  });

  it("survives a listener that throws, and logs it once", () => {
    const lines: string[] = [];
    const log = new Log({ write: (level, message) => lines.push(`${level}: ${message}`) }, false);
    const report = new ProgressReport(() => {
      throw new Error("of the caller");
    }, log);
    report.at(5, 10);
    report.end(10);
    expect(lines).toStrictEqual(["warn: onProgress threw an error, which was ignored."]);
  });

  it("survives a listener that rejects later, and logs it once", async () => {
    const lines: string[] = [];
    const log = new Log({ write: (level, message) => lines.push(`${level}: ${message}`) }, false);
    const report = new ProgressReport(failsLater, log);
    const unhandled = await unhandledDuring(async () => {
      report.at(5, 10);
      report.end(10);
    });
    expect(unhandled).toStrictEqual([]);
    expect(lines).toStrictEqual(["warn: onProgress threw an error, which was ignored."]);
  });
});
