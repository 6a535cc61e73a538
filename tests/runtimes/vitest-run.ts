import { readFile } from "node:fs/promises";
import { array, number, object, parse, string } from "valibot";
import { runProgram } from "./processes.ts";
import type { TestRun } from "./test-runs.ts";

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export const noCounts: Counts = { passed: 0, failed: 0, skipped: 0 };

export const addCounts = (a: Counts, b: Counts): Counts => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: a.skipped + b.skipped,
});

/** What is read of the report that Vitest's JSON reporter writes. */
const reportSchema = object({
  numPassedTests: number(),
  numFailedTests: number(),
  numPendingTests: number(),
  numTodoTests: number(),
  testResults: array(object({ status: string(), assertionResults: array(object({ status: string() })) })),
});

/** Runs Vitest with its output on the terminal, and gives what it counted. */
export async function runVitest(run: TestRun, filters: readonly string[], report: string): Promise<Counts> {
  const { program, args, projects, env } = run;
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const options = ["--passWithNoTests", ...reporters, ...projects.map((name) => `--project=${name}`)];
  const exitCode = await runProgram(program, [...args, "run", ...options, ...filters], { env });
  const counts = await readReport(report);
  // An error outside any test (in a setup, in a promise nobody waited for, a crash) fails the run, and is counted once.
  return exitCode !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

async function readReport(path: string): Promise<Counts> {
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined) return noCounts;
  const report = parse(reportSchema, JSON.parse(text));
  const filesNotLoaded = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === "failed" && assertionResults.every((assertion) => assertion.status !== "failed"),
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + filesNotLoaded.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}
