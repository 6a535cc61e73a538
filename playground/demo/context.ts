import type { Storage } from "incountry-storage";
import type { Person } from "./person.ts";
import type { Terminal } from "./terminal/terminal.ts";
import type { MeteredFetch } from "./traffic.ts";

/** What every step of the demo works with. */
export interface Context {
  readonly people: readonly Person[];
  /** The codes of the countries that the people live in. */
  readonly countries: readonly string[];
  readonly startedAt: Date;
  readonly pop: Endpoint;
  readonly storages: Storages;
  /** What all requests go over. */
  readonly meter: MeteredFetch;
  readonly terminal: Terminal;
}

/** Where the people are kept, and what opens the door to it: for a look at what the PoP sees. */
export interface Endpoint {
  readonly url: string;
  readonly environmentId: string;
  readonly apiKey: string;
}

export interface Storages {
  /** The people, sealed with the first secret. */
  readonly people: Storage;
  /** The same people once the second secret has become the current one. */
  readonly rotated: Storage;
  /** An environment of its own for the public directory: its search keys are not hashed. */
  readonly directory: Storage;
}

/** One thing that the demo shows. It throws when what happens is not what it expects. */
export interface Step {
  readonly title: string;
  readonly about: string;
  /** Returns how many records it handled. */
  run(context: Context): Promise<{ records: number }>;
}

export function residents(context: Pick<Context, "people">, country: string): Person[] {
  return context.people.filter((person) => person.country === country);
}
