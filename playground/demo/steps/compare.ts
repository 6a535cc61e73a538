import { fieldsWith, recordFields, stringifyJson } from "incountry-storage/protocol";
import type { Step } from "../context.ts";
import type { Person } from "../person.ts";
import { personRecord } from "../person-record.ts";
import { fetchStoredRecord, type StoredRecord } from "../stored-record.ts";
import { verify } from "../verify.ts";

export const compare: Step = {
  title: "Compare a record with its stored form",
  about:
    "Keys are hashed. The body is encrypted, together with the original keys. Range keys and dates stay readable, since the PoP compares them.",
  async run(context) {
    const person = subject(context.people);
    const record = personRecord(person, context.startedAt);
    const wire = await fetchStoredRecord(context, person.country, person.id);

    const set = fieldsWith({ setBy: "caller" }).filter(
      ({ name }) => record[name] !== undefined && record[name] !== null,
    );
    context.terminal.table(
      [{ title: "field" }, { title: "original" }, { title: "stored" }],
      set.map(({ name }) => [name, shown(record[name]), shown(wire[recordFields[name].wire])]),
    );
    verifyNothingPersonal(wire, person);
    verify(wire[recordFields.rangeKey2.wire] === person.balance, "the balance is stored exactly, beyond 2^53");
    context.terminal.success("The stored record contains no personal text.");
    return { records: 1 };
  },
};

/** A person with a balance that a JavaScript number would round. */
function subject(people: readonly Person[]): Person {
  const person = people.find(({ country, balance }) => country === "jp" && typeof balance === "bigint");
  verify(person !== undefined, "someone in Japan has a balance beyond 2^53");
  return person;
}

function verifyNothingPersonal(wire: StoredRecord, person: Person): void {
  const stored = stringifyJson(wire);
  const { name, givenName, city, email, phone, documentNumber, occupation, note } = person;
  for (const text of [name, givenName, city, email, phone, documentNumber, occupation, note]) {
    verify(!stored.includes(text), "the stored record contains no personal text");
  }
}

function shown(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  return typeof value === "string" ? value : stringifyJson(value);
}
