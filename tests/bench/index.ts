/**
 * `npm run bench`: the cost of the client, compared with raw WebCrypto and with a plain client, in one run. Prints a
 * table in Markdown. Targets are ratios of alternating measurements, so they hold on any machine that is not too busy;
 * with `--strict` a missed target is a failure.
 */
import { availableParallelism, cpus, loadavg } from "node:os";
import { attachmentCases } from "./attachments.ts";
import { attackCases } from "./attack.ts";
import { cryptoCases } from "./crypto-cases.ts";
import { milliseconds } from "./measure.ts";
import { popCases } from "./pop-cases.ts";
import { duration, type Line, markdownTable } from "./report.ts";

const recordsToRotate = 100_000;

const print = (what: string): void => {
  process.stderr.write(`${what} …\n`);
};

const [load = 0] = loadavg();
if (load > availableParallelism() / 2)
  print(`this machine is busy (load ${load.toFixed(1)}): the figures will be rough`);

const lines: Line[] = [];
const time = await milliseconds(async () => {
  print("sealing and opening");
  lines.push(...(await cryptoCases()));
  lines.push(...(await popCases(recordsToRotate, print)));
  lines.push(...(await attachmentCases(print)));
  lines.push(...(await attackCases(print)));
});

const [cpu] = cpus();
console.log(
  `\nNode.js ${process.versions.node}, ${availableParallelism()} × ${cpu?.model ?? "CPU"}, in ${duration(time)}\n`,
);
console.log(markdownTable(lines));
const longest = 5 * 60_000;
if (time > longest) console.log(`\nIt took longer than ${duration(longest)}.`);
const missed = lines.filter(({ met }) => !met);
if (missed.length > 0) console.log(`\nMISSED: ${missed.map(({ what, against }) => `${what} (${against})`).join("; ")}`);
if (process.argv.includes("--strict") && missed.length > 0) process.exitCode = 1;
