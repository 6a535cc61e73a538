import type { Step } from "../context.ts";
import type { Person } from "../person.ts";
import { ask, type Question } from "../questions.ts";
import { directorySource } from "../sources.ts";

export const findByPartialText: Step = {
  title: "Find by partial text",
  about: "A part of any search key of the directory, in any script. In what is hashed, no part can be found.",
  run: (context) =>
    ask(context.terminal, directorySource(context), [
      part("ção", "br"),
      part("ова", "ru"),
      part("ひかり", "jp"),
      part("มั่นคง", "th"),
      part("पटेल", "in"),
    ]),
};

function part(text: string, country: string): Question {
  return {
    asked: text,
    country,
    filter: { searchKeys: text },
    matches: ({ name, city, occupation }: Person) => [name, city, occupation].some((value) => value.includes(text)),
  };
}
