import type { Step } from "../context.ts";
import { ask } from "../questions.ts";
import { peopleSource } from "../sources.ts";

export const findByKey: Step = {
  title: "Find by key",
  about: "The value is hashed before it leaves, and the PoP compares hashes.",
  run: (context) =>
    ask(context.terminal, peopleSource(context), [
      {
        asked: "family name 佐藤",
        country: "jp",
        filter: { key1: "佐藤" },
        matches: ({ familyName }) => familyName === "佐藤",
      },
      {
        asked: "Müller in Düsseldorf",
        country: "de",
        filter: { key1: "Müller", key3: "Düsseldorf" },
        matches: ({ familyName, city }) => familyName === "Müller" && city === "Düsseldorf",
      },
      {
        asked: "plan premium",
        country: "et",
        filter: { serviceKey1: "premium" },
        matches: ({ plan }) => plan === "premium",
      },
      {
        asked: "no family name",
        country: "id",
        filter: { key1: null },
        matches: ({ familyName }) => familyName === undefined,
      },
    ]),
};
