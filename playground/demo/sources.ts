import type { Context } from "./context.ts";
import { directoryRecord, personRecord } from "./person-record.ts";
import type { Source } from "./searches.ts";

/** All people, with hashed keys. */
export function peopleSource({ storages, people, startedAt }: Context): Source {
  return { storage: storages.people, people, written: (person) => personRecord(person, startedAt) };
}

/** The people who agreed to be listed, with readable keys. */
export function directorySource({ storages, people }: Context): Source {
  return {
    storage: storages.directory,
    people: people.filter(({ listed }) => listed === true),
    written: directoryRecord,
  };
}
