import { readFile } from "node:fs/promises";
import { startPop } from "../pop/index.ts";
import { closingColumns, closingRow, type Measurement, total } from "./closing-table.ts";
import type { Context, Step } from "./context.ts";
import { demoEnvironments } from "./environments.ts";
import { parsePeople } from "./person.ts";
import { steps } from "./steps/index.ts";
import { openStorages } from "./storages.ts";
import type { Terminal } from "./terminal/terminal.ts";
import { meteredFetch } from "./traffic.ts";
import { formatNumber } from "./words.ts";

const peopleFile = new URL("../data/people.json", import.meta.url);

/**
 * Starts a PoP on a free port over the folder `data`, takes all steps against it, and closes it again.
 * Rejects where a step finds something that is not as it has to be.
 */
export async function runDemo(data: string, terminal: Terminal): Promise<void> {
  const dataSet = await readFile(peopleFile, "utf8");
  const people = parsePeople(dataSet);
  const countries = [...new Set(people.map(({ country }) => country))];
  const environments = demoEnvironments(dataSet);

  terminal.heading(`${formatNumber(people.length)} invented people of ${countries.length} countries`);
  const pop = await startPop({ port: 0, data, environments: [environments.people, environments.directory] });
  const meter = meteredFetch();
  try {
    terminal.line(`A PoP listens on ${pop.url} and keeps its records in ${data}`);
    await takeSteps({
      people,
      countries,
      startedAt: new Date(),
      pop: { url: pop.url, environmentId: environments.people.id, apiKey: environments.people.apiKey },
      storages: await openStorages(pop.url, environments, meter.fetch),
      meter,
      terminal,
    });
  } finally {
    await pop.close();
  }
}

async function takeSteps(context: Context): Promise<void> {
  const { terminal } = context;
  const measurements: Measurement[] = [];
  for (const [index, step] of steps.entries()) {
    terminal.heading(`${index + 1}. ${step.title}`);
    terminal.explain(step.about);
    measurements.push(await measure(step, context));
  }
  terminal.heading("What it took");
  terminal.table(closingColumns, [...measurements, total(measurements)].map(closingRow));
  terminal.success("Every result was checked, and is as it has to be.");
}

async function measure(step: Step, context: Context): Promise<Measurement> {
  const trafficBefore = context.meter.traffic();
  const startedAt = performance.now();
  const { records } = await step.run(context);
  const milliseconds = performance.now() - startedAt;
  const { sent, received } = context.meter.traffic();
  return {
    title: step.title,
    records,
    traffic: { sent: sent - trafficBefore.sent, received: received - trafficBefore.received },
    milliseconds,
  };
}
