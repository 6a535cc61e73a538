import type { Step } from "../context.ts";
import { searchAll } from "../searches.ts";
import { peopleSource } from "../sources.ts";

export const findByKey: Step = {
  title: "Find by key",
  about: "The value is hashed before it is sent, and the PoP compares hashes.",
  run: (context) =>
    searchAll(context.terminal, peopleSource(context), [
      {
        description: "family name 佐藤",
        country: "jp",
        filter: { key1: "佐藤" },
        matches: ({ familyName }) => familyName === "佐藤",
      },
      {
        description: "Müller in Düsseldorf",
        country: "de",
        filter: { key1: "Müller", key3: "Düsseldorf" },
        matches: ({ familyName, city }) => familyName === "Müller" && city === "Düsseldorf",
      },
      {
        description: "plan premium",
        country: "et",
        filter: { serviceKey1: "premium" },
        matches: ({ plan }) => plan === "premium",
      },
      {
        description: "no family name",
        country: "id",
        filter: { key1: null },
        matches: ({ familyName }) => familyName === undefined,
      },
    ]),
};
