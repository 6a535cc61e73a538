import { limits } from "incountry-storage/protocol";
import { batchesOf } from "../batches.ts";
import type { Step } from "../context.ts";
import { directorySource } from "../sources.ts";
import { verifyCount } from "../verify.ts";
import { formatNumber } from "../words.ts";

export const publishDirectory: Step = {
  title: "Publish a directory",
  about:
    "Those who agreed stand in an environment of its own, with their names, cities and occupations as search keys that are not hashed.",
  async run(context) {
    const { storage, people, written } = directorySource(context);
    let records = 0;
    for (const country of context.countries) {
      const listed = people.filter((person) => person.country === country);
      for (const batch of batchesOf(listed, limits.batchSize)) {
        const answer = await storage.batchWrite(country, batch.map(written));
        records += answer.records.length;
        context.terminal.progress(records, people.length, "entries");
      }
    }
    verifyCount(records, people.length, "entries written");
    context.terminal.line(`${formatNumber(records)} entries in ${formatNumber(context.countries.length)} countries.`);
    return { records };
  },
};
