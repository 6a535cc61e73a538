import type { Step } from "../context.ts";
import { formatNumber } from "../format.ts";
import { peopleSource } from "../sources.ts";
import { verify, verifyCount, verifyRecord } from "../verify.ts";

export const pageThrough: Step = {
  title: "Read all pages",
  about: "findAll fetches page after page and decrypts each record. Every field is compared with the original.",
  async run(context) {
    const { storage, people, written } = peopleSource(context);
    const missing = new Map(people.map((person) => [person.id, person]));
    for (const country of context.countries) {
      for await (const record of storage.findAll(country)) {
        const person = missing.get(record.recordKey);
        verify(person?.country === country, "each record is found once, in its own country");
        verifyRecord(record, written(person));
        missing.delete(record.recordKey);
        context.terminal.progress(people.length - missing.size, people.length, "records");
      }
    }
    verifyCount(missing.size, 0, "records missing");
    context.terminal.line(
      `${formatNumber(people.length)} records, all as they were written: none missing, none repeated.`,
    );
    return { records: people.length };
  },
};
