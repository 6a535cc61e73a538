import { StorageError } from "incountry-storage";
import { Log } from "../../../src/logging.ts";
import { entrustedIn } from "./entrusted.ts";
import { holdsPlanted } from "./planted.ts";
import { printedForms } from "./printed-forms.ts";

/** What was made since it was looked through last. */
const made: { readonly what: string; readonly value: unknown }[] = [];

/** What `StorageError` extends from here on: it takes note of every error that is made. */
class WitnessedError extends Error {
  constructor(message?: string, options?: ErrorOptions) {
    super(message, options);
    made.push({ what: "error", value: this });
  }
}
/** Takes note, from now on, of every error that is made and of all that is logged. */
export function watchErrorsAndLogs(): void {
  Object.setPrototypeOf(StorageError, WitnessedError);
  watchLogs();
}

function watchLogs(): void {
  /** Is told all that any logger could be told, by the code that tells it. */
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

/** Throws where something that was entrusted to a Storage is in what was made since. */
export function refuseLeaks(): void {
  for (const { what, value } of made.splice(0)) {
    for (const form of printedForms(value)) {
      const leaked = holdsPlanted(form) ? "something planted" : entrustedIn(form);
      if (leaked !== undefined)
        throw new Error(`What was entrusted to a Storage (${leaked}) is in this ${what}: ${form}`);
    }
  }
}
