import type { Step } from "../context.ts";
import type { Person } from "../person.ts";
import { type Search, searchAll } from "../searches.ts";
import { directorySource } from "../sources.ts";

export const findByPartialText: Step = {
  title: "Find by partial text",
  about: "Finds a part of any unhashed search key, in any script. Hashed keys cannot be searched by partial text.",
  run: (context) =>
    searchAll(context.terminal, directorySource(context), [
      part("ção", "br"),
      part("ова", "ru"),
      part("ひかり", "jp"),
      part("มั่นคง", "th"),
      part("पटेल", "in"),
    ]),
};

function part(text: string, country: string): Search {
  return {
    description: text,
    country,
    filter: { searchKeys: text },
    matches: ({ name, city, occupation }: Person) => [name, city, occupation].some((value) => value.includes(text)),
  };
}
