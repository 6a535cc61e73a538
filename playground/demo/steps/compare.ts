import { fieldsWith, recordFields, stringifyJson } from "incountry-storage/protocol";
import type { Step } from "../context.ts";
import type { Person } from "../person.ts";
import { personRecord } from "../person-record.ts";
import { verify } from "../verify.ts";
import { fetchWireRecord, type WireRecord } from "../wire.ts";

export const compare: Step = {
  title: "One record, here and at the PoP",
  about:
    "Keys are hashed, the body is sealed, and the hashed originals travel in it. Range keys and dates stay open: they have to be compared.",
  async run(context) {
    const person = subject(context.people);
    const record = personRecord(person, context.startedAt);
    const wire = await fetchWireRecord(context, person.country, person.id);

    const set = fieldsWith({ setBy: "caller" }).filter(
      ({ name }) => record[name] !== undefined && record[name] !== null,
    );
    context.terminal.table(
      [{ title: "field" }, { title: "the caller has" }, { title: "the PoP keeps" }],
      set.map(({ name }) => [name, shown(record[name]), shown(wire[recordFields[name].wire])]),
    );
    verifyNothingReadable(wire, person);
    verify(wire[recordFields.rangeKey2.wire] === person.balance, "the balance is kept exactly, beyond 2^53");
    context.terminal.success("None of the person's words can be found in what the PoP keeps.");
    return { records: 1 };
  },
};

/** Someone with a balance that a JavaScript number would round. */
function subject(people: readonly Person[]): Person {
  const person = people.find(({ country, balance }) => country === "jp" && typeof balance === "bigint");
  verify(person !== undefined, "someone in Japan has a balance beyond 2^53");
  return person;
}

function verifyNothingReadable(wire: WireRecord, person: Person): void {
  const kept = stringifyJson(wire);
  const { name, givenName, city, email, phone, documentNumber, occupation, note } = person;
  for (const word of [name, givenName, city, email, phone, documentNumber, occupation, note]) {
    verify(!kept.includes(word), "nothing personal is readable in what the PoP keeps");
  }
}

function shown(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  return typeof value === "string" ? value : stringifyJson(value);
}
