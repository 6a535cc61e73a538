import { array, type InferOutput, number, object, string } from "valibot";

/** Where a run of Vitest is told to leave its outcome. */
export const outcomeVariable = "TESTS_OUTCOME";

/** A test that failed, a file or a group that could not be set up, or an error outside of any. */
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
