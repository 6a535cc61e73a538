import type { Storage } from "incountry-storage";
import type { Person } from "./person.ts";
import type { Terminal } from "./terminal/terminal.ts";
import type { MeteredFetch } from "./traffic.ts";

export interface Context {
  readonly people: readonly Person[];
  /** Codes of the countries that the people live in. */
  readonly countries: readonly string[];
  readonly startedAt: Date;
  readonly pop: Endpoint;
  readonly storages: Storages;
  /** Counts the bytes of all requests. */
  readonly meter: MeteredFetch;
  readonly terminal: Terminal;
}

/** URL and credentials of the people's environment, for requests without the SDK. */
export interface Endpoint {
  readonly url: string;
  readonly environmentId: string;
  readonly apiKey: string;
}

export interface Storages {
  /** Encrypts with the first secret. */
  readonly people: Storage;
  /** The same environment after the second secret became the current one. */
  readonly rotated: Storage;
  /** A separate environment for the public directory, without hashed search keys. */
  readonly directory: Storage;
}

/** A step of the demo. */
export interface Step {
  readonly title: string;
  readonly about: string;
  /** Returns the number of processed records. Rejects if a result is not the expected one. */
  run(context: Context): Promise<{ records: number }>;
}

export function residents(context: Pick<Context, "people">, country: string): Person[] {
  return context.people.filter((person) => person.country === country);
}
