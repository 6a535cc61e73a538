import { stringifyJson } from "incountry-storage/protocol";

/** Puts the JSON of what a case gives in front of it, for its title: Vitest's own `%j` knows no bigint. */
export function titled<Case extends readonly [unknown, ...unknown[]]>(cases: readonly Case[]): [string, ...Case][] {
  return cases.map((one) => [shortened(stringifyJson(one[0])), ...one]);
}

function shortened(text: string): string {
  return text.length > 90 ? `${text.slice(0, 90)}…` : text;
}
