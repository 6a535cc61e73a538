/**
 * `npm test`: every test in Node.js, and those that depend on no runtime in each browser that is installed, in Deno and in
 * Bun. Arguments are passed on to Vitest: `npm test -- tests/unit/crypto` runs the files whose path holds that.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { browsers } from "./support/runtimes/browsers.ts";
import { serversVariable } from "./support/runtimes/global-setup.ts";
import { drivenTests, testsIn } from "./support/runtimes/portable-tests.ts";
import { startServers } from "./support/runtimes/servers.ts";
import { joinOutcomes, noOutcome, type Outcome } from "./support/runtimes/test-outcome.ts";
import { testRuns } from "./support/runtimes/test-runs.ts";
import { runVitest } from "./support/runtimes/vitest-run.ts";

const filters = process.argv.slice(2);
const required = process.env["CI"] === "true";
const absent = browsers.filter(({ provider }) => provider === undefined);

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const summaryOf = ({ passed, failures, skipped }: Outcome): string =>
  `${passed} passed, ${failures.length} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
const warnOfAbsent = (): void => {
  for (const { name, install } of absent) {
    const tests = [...testsIn(name).include, drivenTests(name)].join(", ");
    say(`\n!!! NOT RUN in ${name}, which is not installed here: ${tests}`);
    say(`!!! To run them: ${install}`);
  }
};

// Credentials of whoever runs the tests are none of theirs.
for (const name of Object.keys(process.env)) if (name.startsWith("INC_")) delete process.env[name];

warnOfAbsent();
const { servers, close } = await startServers();
process.env[serversVariable] = JSON.stringify(servers);
const reports = await mkdtemp(join(tmpdir(), "incountry-tests-"));
let total = noOutcome;
const waiting = [...testRuns];
/** Runs at a time: much of each is waiting for a network that is slow, or does not answer at all. */
const lanes = 2;
const lane = async (): Promise<void> => {
  for (let run = waiting.shift(); run !== undefined; run = waiting.shift()) {
    say(`\n=== ${run.title}: begins ===`);
    const outcome = await runVitest(run, filters, join(reports, `${run.name}.json`));
    total = joinOutcomes(total, outcome);
    say(`\n=== ${run.title}: ${summaryOf(outcome)} ===`);
  }
};
await Promise.all(Array.from({ length: lanes }, lane));
await rm(reports, { recursive: true });
await close();

warnOfAbsent();
if (total.passed + total.failures.length === 0) say(`\nNo test matches: ${filters.join(" ")}`);
for (const { where, error } of total.failures) say(`\n!!! FAILED ${where}\n${error}`);
const absentButRequired = required ? absent.map(({ name }) => name) : [];
if (absentButRequired.length > 0) say(`\nUnder CI=true every runtime is required: ${absentButRequired.join(", ")}`);
if (required && total.skipped > 0) say("\nUnder CI=true no test may be skipped.");
const success =
  total.passed > 0 && total.failures.length === 0 && absentButRequired.length === 0 && !(required && total.skipped > 0);
if (!success) process.exitCode = 1;
say(`\n${summaryOf(total)}`);
