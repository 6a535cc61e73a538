/**
 * `npm test`: the tests of Node.js, and those of tests/runtime/ in every installed runtime. Arguments are passed on to
 * Vitest: `npm test -- tests/unit/crypto` runs the files whose path contains it.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { serversVariable } from "./support/runtimes/global-setup.ts";
import { startServers } from "./support/runtimes/servers.ts";
import { joinOutcomes, noOutcome, type Outcome } from "./support/runtimes/test-outcome.ts";
import { absent, runsOf } from "./support/runtimes/test-runs.ts";
import { runVitest } from "./support/runtimes/vitest-run.ts";

const filters = process.argv.slice(2);
const required = process.env["CI"] === "true";

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const summaryOf = ({ passed, failures, skipped }: Outcome): string =>
  `${passed} passed, ${failures.length} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
const warnOfAbsent = (): void => {
  for (const { title, tests, install } of absent) {
    print(`\n!!! NOT RUN in ${title}, which is not installed here: ${tests}`);
    print(`!!! To run them: ${install}`);
  }
};

// Hides the credentials of the developer from the tests.
for (const name of Object.keys(process.env)) if (name.startsWith("INC_")) delete process.env[name];

warnOfAbsent();
const { servers, close } = await startServers();
process.env[serversVariable] = JSON.stringify(servers);
const reports = await mkdtemp(join(tmpdir(), "incountry-tests-"));
let total = noOutcome;
const waiting = runsOf(filters);
const took: string[] = [];
/** The number of concurrent runs: more than the cores, since each has one worker, which often waits. */
const lanes = availableParallelism() + 2;
const lane = async (): Promise<void> => {
  for (let run = waiting.shift(); run !== undefined; run = waiting.shift()) {
    const start = Date.now();
    print(`\n=== ${run.title}: started ===`);
    const outcome = await runVitest(run, filters, join(reports, `${run.name}.json`));
    total = joinOutcomes(total, outcome);
    const seconds = Math.round((Date.now() - start) / 1000);
    took.push(`${run.title}: ${summaryOf(outcome)} in ${seconds} s`);
    print(`\n=== ${took.at(-1)} ===`);
  }
};
await Promise.all(Array.from({ length: lanes }, lane));
await rm(reports, { recursive: true });
await close();

print("");
for (const line of took) print(line);
warnOfAbsent();
if (total.passed + total.failures.length === 0) print(`\nNo test matches: ${filters.join(" ")}`);
for (const { where, error } of total.failures) print(`\n!!! FAILED ${where}\n${error}`);
const absentButRequired = required ? absent.map(({ title }) => title) : [];
if (absentButRequired.length > 0) print(`\nUnder CI=true every runtime is required: ${absentButRequired.join(", ")}`);
if (required && total.skipped > 0) print("\nUnder CI=true no test may be skipped.");
const success =
  total.passed > 0 && total.failures.length === 0 && absentButRequired.length === 0 && !(required && total.skipped > 0);
if (!success) process.exitCode = 1;
print(`\n${summaryOf(total)}`);
