/** `npm start`: the page of the playground, with a PoP of its own, on one port of this machine. */
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
  console.log(`The playground is open on ${playground.url}`);
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      // A second signal ends the process at once, as signals do by themselves.
      playground.close().then(
        () => process.exit(0),
        (error: unknown) => {
          console.error(error);
          process.exit(1);
        },
      );
    });
  }
}
