import type { Step } from "../context.ts";
import { searchAll } from "../searches.ts";
import { peopleSource } from "../sources.ts";

const familyNames = ["מזרחי", "כהן", "לוי"];
const cities = ["मुंबई", "जयपुर"];
const metropolises = ["São Paulo", "Rio de Janeiro"];

export const findByList: Step = {
  title: "Find by list",
  about: "Finds records with any of several values, or with none of them.",
  run: (context) =>
    searchAll(context.terminal, peopleSource(context), [
      {
        description: `city ${cities.join(" or ")}`,
        country: "in",
        filter: { key3: cities },
        matches: ({ city }) => cities.includes(city),
      },
      {
        description: `not in ${metropolises.join(" or ")}`,
        country: "br",
        filter: { key3: { $not: metropolises } },
        matches: ({ city }) => !metropolises.includes(city),
      },
      {
        description: "any of three family names",
        country: "il",
        filter: { key1: familyNames },
        matches: ({ familyName }) => familyName !== undefined && familyNames.includes(familyName),
      },
    ]),
};
