import type { Step } from "../context.ts";
import { dayNumber } from "../person-record.ts";
import { ask } from "../questions.ts";
import { peopleSource } from "../sources.ts";

const bornFrom = "1960-01-01";
const bornBefore = "1970-01-01";
/** The first integer that a JavaScript number cannot tell from its neighbour. */
const beyondNumbers = 2n ** 53n + 1n;

export const findByRange: Step = {
  title: "Find by range",
  about:
    "Range keys are 64-bit integers that the PoP compares; each of them stays exact, also where a number would round.",
  run: (context) =>
    ask(context.terminal, peopleSource(context), [
      {
        asked: "born in the sixties, oldest first",
        country: "cn",
        filter: { rangeKey1: { $gte: dayNumber(bornFrom), $lt: dayNumber(bornBefore) } },
        options: { sort: [{ rangeKey1: "asc" }] },
        matches: ({ birthDate }) => birthDate >= bornFrom && birthDate < bornBefore,
        order: ({ birthDate }) => birthDate,
      },
      {
        asked: "balance below 0",
        country: "ng",
        filter: { rangeKey2: { $lt: 0 } },
        matches: ({ balance }) => balance < 0,
      },
      {
        asked: `balance of ${beyondNumbers}`,
        country: "jp",
        filter: { rangeKey2: beyondNumbers },
        matches: ({ balance }) => balance === beyondNumbers,
      },
      {
        asked: "balance above 2^63 − 2",
        country: "de",
        filter: { rangeKey2: { $gt: 2n ** 63n - 2n } },
        matches: ({ balance }) => balance > 2n ** 63n - 2n,
      },
    ]),
};
