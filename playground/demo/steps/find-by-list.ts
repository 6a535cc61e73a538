import type { Step } from "../context.ts";
import { ask } from "../questions.ts";
import { peopleSource } from "../sources.ts";

const familyNames = ["מזרחי", "כהן", "לוי"];
const cities = ["मुंबई", "जयपुर"];
const metropolises = ["São Paulo", "Rio de Janeiro"];

export const findByList: Step = {
  title: "Find by list",
  about: "Any of several values, and anything but them.",
  run: (context) =>
    ask(context.terminal, peopleSource(context), [
      {
        asked: `city ${cities.join(" or ")}`,
        country: "in",
        filter: { key3: cities },
        matches: ({ city }) => cities.includes(city),
      },
      {
        asked: `not in ${metropolises.join(" or ")}`,
        country: "br",
        filter: { key3: { $not: metropolises } },
        matches: ({ city }) => !metropolises.includes(city),
      },
      {
        asked: "any of three family names",
        country: "il",
        filter: { key1: familyNames },
        matches: ({ familyName }) => familyName !== undefined && familyNames.includes(familyName),
      },
    ]),
};
