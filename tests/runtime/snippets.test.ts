import { documents } from "virtual:snippets";
import { afterEach, beforeEach, describe, expect, inject, it } from "vitest";

const { url, environmentId, apiKey } = inject("snippetsPop");
/** For snippets that take their credentials from the environment (PROTOCOL.md, section 9). */
const variables = { INC_ENDPOINT: url, INC_ENVIRONMENT_ID: environmentId, INC_API_KEY: apiKey };
const hasVariables = "process" in globalThis;

describe("the documentation's snippets run in order", () => {
  beforeEach(() => {
    if (hasVariables) Object.assign(process.env, variables);
  });
  afterEach(() => {
    if (hasVariables) for (const name of Object.keys(variables)) delete process.env[name];
  });

  it.each(Object.entries(documents))("%s", async (_document, run) => {
    await expect(run(inject("snippetsPop"))).resolves.toBeUndefined();
  });
});
