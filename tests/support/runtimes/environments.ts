import { nodeNames } from "./node-versions.ts";
import { workerdNames } from "./suites.ts";

/** How a client gets into the PoP of the tests. */
export interface PopAccess {
  readonly url: string;
  readonly environmentId: string;
  readonly apiKey: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** A tenant of the PoP, by its name alone. */
const environmentNamed = (name: string) => ({
  id: name,
  clientId: `${name}-client`,
  clientSecret: `${name}-secret`,
  apiKey: `${name}-key`,
});

const testsOf = (runtime: string): string => `tests-in-${runtime}`;
const snippetsOf = (runtime: string): string => `snippets-in-${runtime}`;

/** The names of all projects whose tests use the PoP. */
const runtimeNames = [
  "unit",
  "contract",
  "e2e",
  "page",
  ...nodeNames,
  "chromium",
  "firefox",
  "webkit",
  ...workerdNames,
  "deno",
  "bun",
];

/** Runtimes share the PoP but no records, nor do the snippets of the documentation, whose keys are not unique. */
export const environments = runtimeNames.flatMap((runtime) => [
  environmentNamed(testsOf(runtime)),
  environmentNamed(snippetsOf(runtime)),
]);

/** What a runtime's tests, and the snippets that it runs, are given. */
export function accessFrom(runtime: string, url: string): { pop: PopAccess; snippetsPop: PopAccess } {
  const access = (name: string): PopAccess => {
    const { id: environmentId, ...credentials } = environmentNamed(name);
    return { url, environmentId, ...credentials };
  };
  return { pop: access(testsOf(runtime)), snippetsPop: access(snippetsOf(runtime)) };
}
