#!/usr/bin/env node
import { defaultEnvironment } from "./environments.ts";
import { commandOptions, usage } from "./node/command-options.ts";
import { stopOnSignals } from "./node/stop-on-signals.ts";
import { startPop } from "./start-pop.ts";
import { UsageError } from "./usage-error.ts";

try {
  await run();
} catch (error) {
  // One line for an error that the user can fix; a stack trace for a bug.
  console.error(error instanceof UsageError ? `incountry-pop: ${error.message}` : error);
  process.exitCode = 1;
}

async function run(): Promise<void> {
  const options = await commandOptions(process.argv.slice(2), process.env);
  if (options === "help") {
    console.log(usage);
    return;
  }
  const server = await startPop(options);
  stopOnSignals(() => server.close());
  console.log(`PoP listening on ${server.url}`);
  const wellKnown = server.environments.some(({ apiKey }) => apiKey === defaultEnvironment.apiKey);
  if (wellKnown && !isLoopback(server.host)) {
    console.error(
      "Warning: other machines can reach this PoP, and its credentials are the well-known defaults. Set --environments FILE.",
    );
  }
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || host.startsWith("127.");
}
