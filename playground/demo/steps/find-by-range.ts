import type { Step } from "../context.ts";
import { dayNumber } from "../person-record.ts";
import { searchAll } from "../searches.ts";
import { peopleSource } from "../sources.ts";

const bornFrom = "1960-01-01";
const bornBefore = "1970-01-01";
/** The first integer that a JavaScript number rounds. */
const beyondSafeIntegers = 2n ** 53n + 1n;

export const findByRange: Step = {
  title: "Find by range",
  about: "Range keys are 64-bit integers. They stay exact, even if a JavaScript number would round them.",
  run: (context) =>
    searchAll(context.terminal, peopleSource(context), [
      {
        description: "born in the sixties, oldest first",
        country: "cn",
        filter: { rangeKey1: { $gte: dayNumber(bornFrom), $lt: dayNumber(bornBefore) } },
        options: { sort: [{ rangeKey1: "asc" }] },
        matches: ({ birthDate }) => birthDate >= bornFrom && birthDate < bornBefore,
        order: ({ birthDate }) => birthDate,
      },
      {
        description: "balance below 0",
        country: "ng",
        filter: { rangeKey2: { $lt: 0 } },
        matches: ({ balance }) => balance < 0,
      },
      {
        description: `balance of ${beyondSafeIntegers}`,
        country: "jp",
        filter: { rangeKey2: beyondSafeIntegers },
        matches: ({ balance }) => balance === beyondSafeIntegers,
      },
      {
        description: "balance above 2^63 − 2",
        country: "de",
        filter: { rangeKey2: { $gt: 2n ** 63n - 2n } },
        matches: ({ balance }) => balance > 2n ** 63n - 2n,
      },
    ]),
};
