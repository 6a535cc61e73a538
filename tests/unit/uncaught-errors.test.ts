import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { holdsPlanted } from "../support/leaks/planted.ts";
import { output } from "../support/runtimes/processes.ts";

it("an uncaught error is printed without the text that its cause quotes", async () => {
  const program = fileURLToPath(new URL("programs/uncaught.ts", import.meta.url));
  const ended = output(process.execPath, ["--import", "tsx", program]);
  const printed: unknown = await ended.catch((error: unknown) => error);
  expect(String(printed)).toContain("SecretsProviderError: getSecrets() failed; see `cause`.");
  expect(holdsPlanted(String(printed))).toBe(false);
});
