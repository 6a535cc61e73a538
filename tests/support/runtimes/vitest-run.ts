import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parse } from "valibot";
import { runProgram } from "./processes.ts";
import { noOutcome, type Outcome, outcomeSchema, outcomeVariable } from "./test-outcome.ts";
import type { TestRun } from "./test-runs.ts";

const reporter = fileURLToPath(new URL("outcome-reporter.ts", import.meta.url));

/** Runs Vitest with its output on the terminal, and returns the outcome; `report` is an unused path. */
export async function runVitest(run: TestRun, filters: readonly string[], report: string): Promise<Outcome> {
  const { program, args, projects } = run;
  const options = ["--passWithNoTests", "--maxWorkers=1", "--reporter=default", `--reporter=${reporter}`];
  const exitCode = await runProgram(
    program,
    [...args, "run", ...options, ...projects.map((name) => `--project=${name}`), ...filters],
    { env: { ...run.env, [outcomeVariable]: report } },
  );
  const outcome = await readOutcome(report);
  if (exitCode === 0 || outcome.failures.length > 0) return outcome;
  const failure = { where: run.title, error: `Vitest ended with ${exitCode}: what it printed above says why.` };
  return { ...outcome, failures: [failure] };
}

/** The outcome of a run; empty if the run ended before it was saved. */
async function readOutcome(path: string): Promise<Outcome> {
  const text = await readFile(path, "utf8").catch(() => undefined);
  return text === undefined ? noOutcome : parse(outcomeSchema, JSON.parse(text));
}
