import { array, type InferOutput, number, object, string } from "valibot";

/** The variable with the path for the outcome of a Vitest run. */
export const outcomeVariable = "TESTS_OUTCOME";

/** A failed test, a file or a group whose setup failed, or an error outside of any. */
const failureSchema = object({ where: string(), error: string() });

export const outcomeSchema = object({ passed: number(), skipped: number(), failures: array(failureSchema) });

export type Failure = InferOutput<typeof failureSchema>;
export type Outcome = InferOutput<typeof outcomeSchema>;

export const noOutcome: Outcome = { passed: 0, skipped: 0, failures: [] };

export const joinOutcomes = (a: Outcome, b: Outcome): Outcome => ({
  passed: a.passed + b.passed,
  skipped: a.skipped + b.skipped,
  failures: [...a.failures, ...b.failures],
});
