import { StorageServerError } from "incountry-storage";
import { limits } from "incountry-storage/protocol";
import { batchesOf } from "../batches.ts";
import { type Context, residents, type Step } from "../context.ts";
import { countryName, formatNumber } from "../format.ts";
import { verify, verifyCount } from "../verify.ts";

const country = "ge";

export const deleteOneCountry: Step = {
  title: "Delete",
  about: "Deletes one record, then the rest of its country in batches. Other countries are not affected.",
  async run(context) {
    const { people, storages, terminal } = context;
    const [first, ...rest] = residents(context, country).map(({ id }) => id);
    verify(first !== undefined, "someone lives in the country");

    const before = await count(context, country);
    await storages.rotated.delete(country, first);
    await verifyGone(context, first);
    const afterOne = await count(context, country);
    for (const recordKeys of batchesOf(rest, limits.batchSize)) {
      await storages.rotated.batchDelete(country, recordKeys);
    }
    const after = await count(context, country);

    verifyCount(before, rest.length + 1, "records before");
    verifyCount(afterOne, rest.length, "records after the first is deleted");
    verifyCount(after, 0, "records after all are deleted");
    let left = 0;
    for (const other of context.countries) left += await count(context, other);
    verifyCount(left, people.length - before, "records left in the other countries");
    terminal.table(
      [
        { title: "records in" },
        { title: "before", align: "right" },
        { title: "one deleted", align: "right" },
        { title: "all deleted", align: "right" },
      ],
      [
        [countryName(country), formatNumber(before), formatNumber(afterOne), formatNumber(after)],
        ["all others", formatNumber(people.length - before), "", formatNumber(left)],
      ],
    );
    return { records: before };
  },
};

async function count({ storages }: Context, country: string): Promise<number> {
  const { meta } = await storages.rotated.find(country, {}, { limit: 1 });
  return meta.total;
}

async function verifyGone({ storages }: Context, recordKey: string): Promise<void> {
  const status = await storages.rotated.read(country, recordKey).then(
    () => 200,
    (error: unknown) => (error instanceof StorageServerError ? error.status : undefined),
  );
  verify(status === 404, "reading the deleted record returns 404");
}
