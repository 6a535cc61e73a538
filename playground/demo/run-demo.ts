import { readFile } from "node:fs/promises";
import { startPop } from "../pop/index.ts";
import type { Context, Step } from "./context.ts";
import { demoEnvironments } from "./environments.ts";
import { formatNumber } from "./format.ts";
import { parsePeople } from "./person.ts";
import { steps } from "./steps/index.ts";
import { openStorages } from "./storages.ts";
import { type Measurement, summaryColumns, summaryRow, total } from "./summary.ts";
import type { Terminal } from "./terminal/terminal.ts";
import { meteredFetch } from "./traffic.ts";

const peopleFile = new URL("../data/people.json", import.meta.url);

/** Starts a PoP with the folder `data` on a free port and runs all steps. Rejects if a result is not the expected one. */
export async function runDemo(data: string, terminal: Terminal): Promise<void> {
  const dataSet = await readFile(peopleFile, "utf8");
  const people = parsePeople(dataSet);
  const countries = [...new Set(people.map(({ country }) => country))];
  const environments = demoEnvironments(dataSet);

  terminal.heading(`${formatNumber(people.length)} sample people of ${countries.length} countries`);
  const pop = await startPop({ port: 0, data, environments: [environments.people, environments.directory] });
  const meter = meteredFetch();
  try {
    terminal.line(`A PoP listens on ${pop.url} and stores its records in ${data}`);
    await runSteps({
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

async function runSteps(context: Context): Promise<void> {
  const { terminal } = context;
  const measurements: Measurement[] = [];
  for (const [index, step] of steps.entries()) {
    terminal.heading(`${index + 1}. ${step.title}`);
    terminal.explain(step.about);
    measurements.push(await measure(step, context));
  }
  terminal.heading("Summary");
  terminal.table(summaryColumns, [...measurements, total(measurements)].map(summaryRow));
  terminal.success("Every result was checked and is correct.");
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
