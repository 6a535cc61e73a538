import type { FindFilter } from "incountry-storage";
import { type Context, residents, type Step } from "../context.ts";
import { ask } from "../questions.ts";
import { peopleSource } from "../sources.ts";
import { verifyAllOpened, verifyCount } from "../verify.ts";
import { formatNumber } from "../words.ts";

const millisecondsPerDay = 86_400_000;

export const findByDate: Step = {
  title: "Find by date",
  about: "By when a record expires, by when it was last written, and by when it first came.",
  async run(context) {
    const { startedAt, terminal } = context;
    const soon = new Date(startedAt.getTime() + 100 * millisecondsPerDay);
    const { records } = await ask(terminal, peopleSource(context), [
      {
        asked: "expires within 100 days",
        country: "in",
        filter: { expiresAt: { $lt: soon } },
        matches: ({ retentionDays }) => retentionDays !== undefined && retentionDays < 100,
      },
      {
        asked: "never expires",
        country: "vn",
        filter: { expiresAt: null },
        matches: ({ retentionDays }) => retentionDays === undefined,
      },
      {
        asked: "written since the demo began",
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
  verifyAllOpened(result);
  return result.meta.total;
}
