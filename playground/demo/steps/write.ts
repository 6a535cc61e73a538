import { limits } from "incountry-storage/protocol";
import { batchesOf } from "../batches.ts";
import { type Context, residents, type Step } from "../context.ts";
import { countryName, formatNumber } from "../format.ts";
import { personRecord } from "../person-record.ts";
import { fit } from "../terminal/text.ts";
import { verifyCount, verifyRecord } from "../verify.ts";

export const write: Step = {
  title: "Write people to their countries",
  about: "Each record is encrypted here, then sent in batches of at most 100 to the person's country.",
  async run(context) {
    let written = 0;
    for (const country of context.countries) {
      written += await writeCountry(context, country, written);
    }
    verifyCount(written, context.people.length, "records written");
    return { records: written };
  },
};

async function writeCountry(context: Context, country: string, before: number): Promise<number> {
  const { people, terminal, storages, startedAt } = context;
  const local = residents(context, country);
  let written = 0;
  for (const batch of batchesOf(local, limits.batchSize)) {
    const originals = batch.map((person) => personRecord(person, startedAt));
    const { records } = await storages.people.batchWrite(country, originals);
    verifyCount(records.length, originals.length, "records in the result of a batch");
    for (const [index, record] of records.entries()) {
      const original = originals[index];
      if (original !== undefined) verifyRecord(record, original);
    }
    written += records.length;
    terminal.progress(before + written, people.length, "records");
  }
  const names = local.slice(0, 4).map(({ name }) => name);
  terminal.line(
    `${fit(countryName(country), 15)} ${fit(formatNumber(written), 4, "right")}  ${names.join(" · ")}${written > 4 ? " …" : ""}`,
  );
  return written;
}
