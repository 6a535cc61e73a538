import type { FindFilter } from "incountry-storage";
import { type Context, residents, type Step } from "../context.ts";
import { formatNumber } from "../format.ts";
import { searchAll } from "../searches.ts";
import { peopleSource } from "../sources.ts";
import { verifyAllDecrypted, verifyCount } from "../verify.ts";

const millisecondsPerDay = 86_400_000;

export const findByDate: Step = {
  title: "Find by date",
  about: "Finds records by their dates of expiry, update and creation.",
  async run(context) {
    const { startedAt, terminal } = context;
    const soon = new Date(startedAt.getTime() + 100 * millisecondsPerDay);
    const { records } = await searchAll(terminal, peopleSource(context), [
      {
        description: "expires within 100 days",
        country: "in",
        filter: { expiresAt: { $lt: soon } },
        matches: ({ retentionDays }) => retentionDays !== undefined && retentionDays < 100,
      },
      {
        description: "never expires",
        country: "vn",
        filter: { expiresAt: null },
        matches: ({ retentionDays }) => retentionDays === undefined,
      },
      {
        description: "written since the demo began",
        country: "gr",
        filter: { updatedAt: { $gte: startedAt } },
        matches: () => true,
      },
    ]);
    const inThisRun = await count(context, { createdAt: { $gte: startedAt } });
    const before = await count(context, { createdAt: { $lt: startedAt } });
    verifyCount(inThisRun + before, residents(context, "gr").length, "records by the date of their creation");
    terminal.line(`Greece: ${formatNumber(inThisRun)} created in this run, ${formatNumber(before)} in an earlier one.`);
    return { records };
  },
};

async function count({ storages }: Context, filter: FindFilter): Promise<number> {
  const result = await storages.people.find("gr", filter, { limit: 1 });
  verifyAllDecrypted(result);
  return result.meta.total;
}
