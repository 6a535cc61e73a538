import { Storage } from "incountry-storage";

/** Shorter values occur in texts by chance. */
const leastLength = 12;
/** The values of longer lists and objects are not searched for, since that would take most of a test's time. */
const mostValues = 10_000;

/** The values that the tests of this file have given to a Storage so far: record values, secrets, tokens. */
const entrusted = new Set<string>();

export function forgetEntrusted(): void {
  entrusted.clear();
}

/** The first of these values in a text; undefined if there is none. */
export function entrustedIn(text: string): string | undefined {
  for (const value of entrusted) if (text.includes(value)) return value;
  return undefined;
}

function entrust(value: unknown): void {
  if (typeof value === "string") {
    if (value.length >= leastLength) entrusted.add(value);
  } else if (["[object Array]", "[object Object]"].includes(Object.prototype.toString.call(value))) {
    const values = Object.values(Object(value));
    if (values.length <= mostValues) values.forEach(entrust);
  }
}

/** The arguments of a method that hold such values: a record, several, a key, keys or a filter. */
const methods = ["write", "batchWrite", "read", "find", "findOne", "findAll", "delete", "batchDelete"] as const;

/** Records such values of every Storage from now on. */
export function watchEntrusted(): void {
  for (const name of methods) watchMethod(name);
  watchKeys();
  watchTokens();
}

function watchMethod(name: (typeof methods)[number]): void {
  const original: unknown = Reflect.get(Storage.prototype, name);
  if (typeof original !== "function") throw new TypeError(`There is no method ${name}.`);
  Object.defineProperty(Storage.prototype, name, {
    configurable: true,
    writable: true,
    value(this: Storage, ...given: unknown[]): unknown {
      try {
        entrust(given[1]);
      } catch {
        // An argument that cannot be looked at; that is what its test is about.
      }
      return Reflect.apply(original, this, given);
    },
  });
}

/** Every secret becomes a WebCrypto key. */
function watchKeys(): void {
  const { subtle } = crypto;
  const original: unknown = Reflect.get(subtle, "importKey");
  if (typeof original !== "function") throw new TypeError("There is no importKey.");
  Object.defineProperty(subtle, "importKey", {
    configurable: true,
    writable: true,
    value(...given: unknown[]): unknown {
      const [, bytes] = given;
      if (bytes instanceof Uint8Array) entrust(new TextDecoder().decode(bytes));
      return Reflect.apply(original, subtle, given);
    },
  });
}

/** Tokens, API keys and client secrets are sent in one header. */
function watchTokens(): void {
  const original = globalThis.fetch;
  globalThis.fetch = (input, init) => {
    const headers = input instanceof Request ? input.headers : new Headers(init?.headers);
    entrust(headers.get("authorization")?.replace(/^\w+ /, ""));
    return original(input, init);
  };
}
