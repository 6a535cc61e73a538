/**
 * The demo: encrypts sample people of many countries, writes them to a PoP, finds them, and decrypts them.
 *
 *     npm run demo
 *     npm run demo -- --data DIR
 */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { runDemo } from "./demo/run-demo.ts";
import { Terminal } from "./demo/terminal/terminal.ts";

const defaultFolder = fileURLToPath(new URL("../.pop/demo", import.meta.url));

const help = `Usage: npm run demo -- [--data DIR]

  --data DIR   folder of the demo's database (default: ${defaultFolder})
  --help       print this`;

const terminal = new Terminal(process.stdout, process.env["NO_COLOR"]);

try {
  const { values } = parseArgs({ options: { data: { type: "string" }, help: { type: "boolean" } } });
  if (values.help === true) console.log(help);
  else await runDemo(values.data ?? defaultFolder, terminal);
} catch (error) {
  terminal.failure(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
