import { documents } from "virtual:snippets";
import { describe, expect, inject, it } from "vitest";

/** The snippets that take their credentials from the environment (protocol.md, section 9) find those of the tests' PoP. */
function setVariables(): void {
  if (!("process" in globalThis)) return;
  const { url, environmentId, apiKey } = inject("snippetsPop");
  Object.assign(process.env, { INC_ENDPOINT: url, INC_ENVIRONMENT_ID: environmentId, INC_API_KEY: apiKey });
}

describe("the documentation's snippets run, one after the other", () => {
  it.each(Object.entries(documents))("%s", async (_document, run) => {
    setVariables();
    await expect(run(inject("snippetsPop"))).resolves.toBeUndefined();
  });
});
