import { limits } from "incountry-storage/protocol";
import { batchesOf } from "../batches.ts";
import type { Step } from "../context.ts";
import { formatNumber } from "../format.ts";
import { directorySource } from "../sources.ts";
import { verifyCount } from "../verify.ts";

export const publishDirectory: Step = {
  title: "Publish a directory",
  about:
    "People who agreed are listed in a separate environment, with name, city and occupation as unhashed search keys.",
  async run(context) {
    const { storage, people, written } = directorySource(context);
    let records = 0;
    for (const country of context.countries) {
      const listed = people.filter((person) => person.country === country);
      for (const batch of batchesOf(listed, limits.batchSize)) {
        const result = await storage.batchWrite(country, batch.map(written));
        records += result.records.length;
        context.terminal.progress(records, people.length, "entries");
      }
    }
    verifyCount(records, people.length, "entries written");
    context.terminal.line(`${formatNumber(records)} entries in ${formatNumber(context.countries.length)} countries.`);
    return { records };
  },
};
