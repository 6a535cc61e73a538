/** `npm start`: serves the page of the playground and its PoP on one port of this machine. */
import { stopOnSignals } from "./pop/node/stop-on-signals.ts";
import { UsageError } from "./pop/usage-error.ts";
import { playgroundOptions, usage } from "./start/options.ts";
import { startPlayground } from "./start/start-playground.ts";

try {
  await run();
} catch (error) {
  console.error(error instanceof UsageError ? `incountry-playground: ${error.message}` : error);
  process.exitCode = 1;
}

async function run(): Promise<void> {
  const options = playgroundOptions(process.argv.slice(2));
  if (options === "help") {
    console.log(usage);
    return;
  }
  const playground = await startPlayground(options);
  stopOnSignals(() => playground.close());
  console.log(`The playground is open on ${playground.url}`);
}
