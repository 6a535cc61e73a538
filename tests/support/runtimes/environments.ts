import { nodeNames } from "./node-versions.ts";
import { workerdNames } from "./suites.ts";

/** The address and credentials of a client of the tests' PoP. */
export interface PopAccess {
  readonly url: string;
  readonly environmentId: string;
  readonly apiKey: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** A tenant of the PoP, known by its name. */
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

/**
 * Runtimes share the PoP but no records. The documentation's snippets, whose keys are not unique, do not share any
 * either.
 */
export const environments = runtimeNames.flatMap((runtime) => [
  environmentNamed(testsOf(runtime)),
  environmentNamed(snippetsOf(runtime)),
]);

/** The values that a runtime's tests and snippets receive. */
export function accessFrom(runtime: string, url: string): { pop: PopAccess; snippetsPop: PopAccess } {
  const access = (name: string): PopAccess => {
    const { id: environmentId, ...credentials } = environmentNamed(name);
    return { url, environmentId, ...credentials };
  };
  return { pop: access(testsOf(runtime)), snippetsPop: access(snippetsOf(runtime)) };
}
