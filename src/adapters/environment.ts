/** The variables of PROTOCOL.md, section 9. */
export type EnvironmentVariable =
  | "INC_ENVIRONMENT_ID"
  | "INC_API_KEY"
  | "INC_CLIENT_ID"
  | "INC_CLIENT_SECRET"
  | "INC_ENDPOINT";

/** Reads an environment variable. Returns undefined if it is unset, empty, or not accessible in this runtime. */
export function environmentVariable(name: EnvironmentVariable): string | undefined {
  try {
    const value = Reflect.has(globalThis, "Deno") ? readFromDeno(name) : readFromProcess(name);
    return typeof value === "string" && value !== "" ? value : undefined;
  } catch {
    return undefined;
  }
}

interface Deno {
  readonly env: { get(name: string): unknown };
  readonly permissions: { querySync(query: object): { readonly state: unknown } };
}

function isDeno(value: unknown): value is Deno {
  return (
    typeof property(property(value, "env"), "get") === "function" &&
    typeof property(property(value, "permissions"), "querySync") === "function"
  );
}

/** Queries the permission first: without it, Deno would stop and ask the user. */
function readFromDeno(name: string): unknown {
  const deno = property(globalThis, "Deno");
  if (!isDeno(deno)) return undefined;
  const { state } = deno.permissions.querySync({ name: "env", variable: name });
  return state === "granted" ? deno.env.get(name) : undefined;
}

function readFromProcess(name: string): unknown {
  return property(property(property(globalThis, "process"), "env"), name);
}

function property(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

/** True in a page or a worker of a browser, where users can read a client secret in the developer tools. */
export function isBrowser(): boolean {
  return Reflect.has(globalThis, "document") || isBrowserWorker();
}

function isBrowserWorker(): boolean {
  const scope: unknown = Reflect.get(globalThis, "WorkerGlobalScope");
  return typeof scope === "function" && !Reflect.has(globalThis, "Deno") && Reflect.has(globalThis, "XMLHttpRequest");
}
