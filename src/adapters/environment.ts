import * as v from "valibot";

/** The variables of protocol.md, section 9. */
export type EnvironmentVariable =
  | "INC_ENVIRONMENT_ID"
  | "INC_API_KEY"
  | "INC_CLIENT_ID"
  | "INC_CLIENT_SECRET"
  | "INC_ENDPOINT";

type ReadVariable = (name: string) => unknown;

const denoSchema = v.object({
  env: v.object({ get: v.custom<ReadVariable>((input) => typeof input === "function") }),
  permissions: v.object({ querySync: v.custom<(query: object) => unknown>((input) => typeof input === "function") }),
});
const grantedSchema = v.object({ state: v.literal("granted") });
const processSchema = v.object({ env: v.custom<object>((input) => typeof input === "object" && input !== null) });

/** A variable of the runtime's environment; undefined where it is unset or empty, or the runtime has or shows none. */
export function environmentVariable(name: EnvironmentVariable): string | undefined {
  try {
    const value = readFromDeno(name) ?? readFromProcess(name);
    return typeof value === "string" && value !== "" ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Asks whether the permission is there before using it: to use one that is not makes Deno stop and ask the user. */
function readFromDeno(name: string): unknown {
  const runtime = v.safeParse(denoSchema, Reflect.get(globalThis, "Deno"));
  if (!runtime.success) return undefined;
  const { env, permissions } = runtime.output;
  const permission = Reflect.apply(permissions.querySync, Reflect.get(Reflect.get(globalThis, "Deno"), "permissions"), [
    { name: "env", variable: name },
  ]);
  return v.is(grantedSchema, permission) ? env.get(name) : undefined;
}

function readFromProcess(name: string): unknown {
  if (Reflect.has(globalThis, "Deno")) return undefined;
  const runtime = v.safeParse(processSchema, Reflect.get(globalThis, "process"));
  return runtime.success ? Reflect.get(runtime.output.env, name) : undefined;
}

/** Whether this is a page or a worker of a browser: where a client secret is open to whoever opens the developer tools. */
export function isBrowser(): boolean {
  return Reflect.has(globalThis, "document") || isBrowserWorker();
}

function isBrowserWorker(): boolean {
  const scope: unknown = Reflect.get(globalThis, "WorkerGlobalScope");
  return typeof scope === "function" && !Reflect.has(globalThis, "Deno") && Reflect.has(globalThis, "XMLHttpRequest");
}
