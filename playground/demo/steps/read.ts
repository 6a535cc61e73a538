import type { Step } from "../context.ts";
import { peopleSource } from "../sources.ts";
import { verify, verifyRecord } from "../verify.ts";

export const read: Step = {
  title: "Read a record",
  about: "Reads a record by its key and decrypts its body.",
  async run(context) {
    const { storage, people, written } = peopleSource(context);
    const person = people.find(({ country }) => country === "th");
    verify(person !== undefined, "someone lives in Thailand");
    const { record } = await storage.read(person.country, person.id);
    verifyRecord(record, written(person));
    context.terminal.line(`${person.id}: ${record.body ?? ""}`);
    return { records: 1 };
  },
};
