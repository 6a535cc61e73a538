import type { Step } from "../context.ts";
import { peopleSource } from "../sources.ts";
import { verify, verifyCount, verifyRecord } from "../verify.ts";
import { formatNumber } from "../words.ts";

export const pageThrough: Step = {
  title: "Page through everyone",
  about: "findAll fetches page after page and opens each record; every field is compared with the original.",
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
      `${formatNumber(people.length)} records, each as it was written; none missing, none doubled.`,
    );
    return { records: people.length };
  },
};
