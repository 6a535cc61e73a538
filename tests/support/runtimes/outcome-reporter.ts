import { writeFileSync } from "node:fs";
import type { Reporter, SerializedError, TestCase, TestModule, TestSuite } from "vitest/node";
import { type Failure, type Outcome, outcomeVariable } from "./test-outcome.ts";

const textOf = (errors: readonly SerializedError[]): string =>
  errors.map(({ name, message }) => `${name ?? "Error"}: ${message}`).join("\n");

const nameOf = (part: TestCase | TestSuite): string =>
  `[${part.project.name}] ${part.module.relativeModuleId} > ${part.fullName}`;

const failureOf = (where: string, errors: readonly SerializedError[]): Failure[] =>
  errors.length === 0 ? [] : [{ where, error: textOf(errors) }];

/** The failures of a file: its loading, the hooks of its groups, its tests. */
function failuresOf(module: TestModule): Failure[] {
  const suites = [...module.children.allSuites()].flatMap((suite) => failureOf(nameOf(suite), suite.errors()));
  const tests = [...module.children.allTests("failed")].map((test) => ({
    where: nameOf(test),
    error: textOf(test.result().errors ?? []),
  }));
  return [...failureOf(`[${module.project.name}] ${module.relativeModuleId}`, module.errors()), ...suites, ...tests];
}

const count = (modules: readonly TestModule[], state: "passed" | "skipped"): number =>
  modules.reduce((sum, { children }) => sum + [...children.allTests(state)].length, 0);

/** Saves the outcome of a Vitest run for tests/run.ts, which reports all failures at its end. */
export default class OutcomeReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const path = process.env[outcomeVariable];
    if (path === undefined) return;
    const projects = [...new Set(modules.map(({ project }) => project.name))].join(", ");
    const outcome: Outcome = {
      passed: count(modules, "passed"),
      skipped: count(modules, "skipped"),
      failures: [
        ...modules.flatMap(failuresOf),
        ...unhandled.map((error) => ({ where: `[${projects}] outside of any test`, error: textOf([error]) })),
      ],
    };
    writeFileSync(path, JSON.stringify(outcome));
  }
}
