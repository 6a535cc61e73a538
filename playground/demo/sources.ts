import type { Context } from "./context.ts";
import { directoryRecord, personRecord } from "./person-record.ts";
import type { Source } from "./questions.ts";

/** Everyone, under hashed keys. */
export function peopleSource({ storages, people, startedAt }: Context): Source {
  return { storage: storages.people, people, written: (person) => personRecord(person, startedAt) };
}

/** Those who agreed to be listed, under keys that anyone may read. */
export function directorySource({ storages, people }: Context): Source {
  return {
    storage: storages.directory,
    people: people.filter(({ listed }) => listed === true),
    written: directoryRecord,
  };
}
