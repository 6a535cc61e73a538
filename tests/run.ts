/**
 * `npm test`: every test in Node.js, and those that depend on no runtime in each browser that is installed, in Deno and in
 * Bun. Arguments are passed on to Vitest: `npm test -- tests/crypto` runs the files whose path holds that.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { browsers } from "./runtimes/browsers.ts";
import { serversVariable } from "./runtimes/global-setup.ts";
import { drivenTests, testsIn } from "./runtimes/portable-tests.ts";
import { startServers } from "./runtimes/servers.ts";
import { testRuns } from "./runtimes/test-runs.ts";
import { addCounts, type Counts, noCounts, runVitest } from "./runtimes/vitest-run.ts";

const filters = process.argv.slice(2);
const required = process.env["CI"] === "true";
const absent = browsers.filter(({ provider }) => provider === undefined);

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const summaryOf = ({ passed, failed, skipped }: Counts): string =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
const warnOfAbsent = (): void => {
  for (const { name, install } of absent) {
    const tests = [...testsIn(name).include, drivenTests(name)].join(", ");
    say(`\n!!! NOT RUN in ${name}, which is not installed here: ${tests}`);
    say(`!!! To run them: ${install}`);
  }
};

warnOfAbsent();
const { servers, close } = await startServers();
process.env[serversVariable] = JSON.stringify(servers);
const reports = await mkdtemp(join(tmpdir(), "incountry-tests-"));
let total: Counts = noCounts;
const waiting = [...testRuns];
/** Runs at a time: much of each is waiting for a network that is slow, or does not answer at all. */
const lanes = 2;
const lane = async (): Promise<void> => {
  for (let run = waiting.shift(); run !== undefined; run = waiting.shift()) {
    say(`\n=== ${run.title}: begins ===`);
    const counts = await runVitest(run, filters, join(reports, `${run.name}.json`));
    total = addCounts(total, counts);
    say(`\n=== ${run.title}: ${summaryOf(counts)} ===`);
  }
};
await Promise.all(Array.from({ length: lanes }, lane));
await rm(reports, { recursive: true });
await close();

warnOfAbsent();
if (required && absent.length > 0) {
  say("\nUnder CI=true every runtime is required: each that is absent counts as a failure.");
  total = addCounts(total, { ...noCounts, failed: absent.length });
}
if (total.passed + total.failed === 0) {
  say(`\nNo test matches: ${filters.join(" ")}`);
  process.exitCode = 1;
}
if (total.failed > 0) process.exitCode = 1;
say(`\n${summaryOf(total)}`);
