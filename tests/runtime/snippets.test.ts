import { documents } from "virtual:snippets";
import { describe, expect, inject, it } from "vitest";

/** Sets the variables for snippets that take their credentials from the environment (PROTOCOL.md, section 9). */
function setVariables(): void {
  if (!("process" in globalThis)) return;
  const { url, environmentId, apiKey } = inject("snippetsPop");
  Object.assign(process.env, { INC_ENDPOINT: url, INC_ENVIRONMENT_ID: environmentId, INC_API_KEY: apiKey });
}

describe("the documentation's snippets run in order", () => {
  it.each(Object.entries(documents))("%s", async (_document, run) => {
    setVariables();
    await expect(run(inject("snippetsPop"))).resolves.toBeUndefined();
  });
});
