import { StorageError } from "incountry-storage";
import { Log } from "../../../src/logging.ts";
import { entrustedIn } from "./entrusted.ts";
import { holdsPlanted } from "./planted.ts";
import { printedForms } from "./printed-forms.ts";

/** Errors and log lines since the last check. */
const made: { readonly what: string; readonly value: unknown }[] = [];

/** The base class of `StorageError` in tests: records every error that is created. */
class WitnessedError extends Error {
  constructor(message?: string, options?: ErrorOptions) {
    super(message, options);
    made.push({ what: "error", value: this });
  }
}
/** Records every error and every log line from now on. */
export function watchErrorsAndLogs(): void {
  Object.setPrototypeOf(StorageError, WitnessedError);
  watchLogs();
}

function watchLogs(): void {
  /** Formats every log line as the package does, at every level, and records it. */
  const shadow = new Log(
    { write: (level, message, meta) => void made.push({ what: "log", value: [level, message, meta] }) },
    false,
  );
  for (const name of ["request", "once"] as const) {
    const original: unknown = Reflect.get(Log.prototype, name);
    if (typeof original !== "function") throw new TypeError(`The log has no method ${name}.`);
    Object.defineProperty(Log.prototype, name, {
      configurable: true,
      writable: true,
      value(this: Log, ...given: unknown[]): void {
        if (this !== shadow) Reflect.apply(original, shadow, given);
        Reflect.apply(original, this, given);
      },
    });
  }
}

/** Throws if an error or log line since the last check has a value given to a Storage. */
export function expectNoLeaks(): void {
  for (const { what, value } of made.splice(0)) {
    for (const form of printedForms(value)) {
      const leaked = holdsPlanted(form) ? "something planted" : entrustedIn(form);
      if (leaked !== undefined) throw new Error(`A value given to a Storage (${leaked}) is in this ${what}: ${form}`);
    }
  }
}
