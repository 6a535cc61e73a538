import { custom, object, optional, safeParse } from "valibot";

type Inspect = (value: unknown, options?: object) => string;

const inspector = object({ inspect: custom<Inspect>((input) => typeof input === "function") });
const runtimeSchema = object({
  /** util.inspect, which console.log uses. */
  process: optional(
    object({ getBuiltinModule: custom<(name: string) => unknown>((input) => typeof input === "function") }),
  ),
  Deno: optional(inspector),
  Bun: optional(inspector),
});

/** The function with which this runtime prints values. */
function inspectors(): Inspect[] {
  const runtime = safeParse(runtimeSchema, globalThis);
  if (!runtime.success) return [];
  const { process, Deno, Bun } = runtime.output;
  const util = safeParse(inspector, process?.getBuiltinModule("node:util"));
  return [util.success ? util.output : undefined, Deno, Bun].flatMap((found) =>
    found === undefined ? [] : found.inspect,
  );
}

const inspects = inspectors();
/** They show all that the defaults show, and more. */
const inspectOptions = { showHidden: true, depth: 10 };

/** The limit on list items printed one by one. Bun takes more than a minute for an empty list of 2^32 − 1. */
const longest = 100_000;

/** JSON with every bigint as text, and without the holes of long lists; undefined if there is none. */
function json(value: unknown): string | undefined {
  try {
    return JSON.stringify(value, (_, item: unknown) => writable(item));
  } catch {
    return undefined;
  }
}

function writable(item: unknown): unknown {
  if (typeof item === "bigint") return String(item);
  return Array.isArray(item) && item.length > longest ? Object.values(item) : item;
}

function outerError(cause: Error): Error {
  return new Error("outer", { cause });
}

/** Undefined if the runtime fails to print it: Node.js does if a cause is a revoked proxy. */
function inspected(inspect: Inspect, value: unknown, options: object): string | undefined {
  try {
    return inspect(value, options);
  } catch {
    return undefined;
  }
}

/** A value in every form in which a program may print it. */
export function printedForms(value: unknown): string[] {
  const forms: (string | undefined)[] = [json(value), json([{ value }])];
  if (typeof value === "string") forms.push(value);
  if (value instanceof Error) {
    forms.push(String(value), `${value}`, value.message, value.name, value.stack, json(Object.entries(value)));
  }
  const shown: unknown[] = [{ value }];
  // Bun ignores the custom inspection of a nested error, and prints all its properties.
  if (value instanceof Error && !("Bun" in globalThis)) shown.push(outerError(value), new AggregateError([value]));
  for (const inspect of inspects) {
    forms.push(inspected(inspect, value, { ...inspectOptions, customInspect: false }));
    forms.push(...[value, ...shown].map((item) => inspected(inspect, item, inspectOptions)));
  }
  return forms.filter((form) => form !== undefined);
}
