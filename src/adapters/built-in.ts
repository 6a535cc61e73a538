import * as v from "valibot";
import { functionOf } from "../validation.ts";

const processSchema = v.object({ getBuiltinModule: functionOf<(name: string) => unknown>() });

/**
 * A module that Node.js, Deno and Bun have built in; undefined in a browser. It is asked for while the program runs, not
 * imported, so that no bundler looks for it and no page breaks on it.
 */
export function builtInModule(name: string): unknown {
  const process: unknown = Reflect.get(globalThis, "process");
  const parsed = v.safeParse(processSchema, process);
  return parsed.success ? Reflect.apply(parsed.output.getBuiltinModule, process, [name]) : undefined;
}
