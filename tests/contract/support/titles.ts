import { stringifyJson } from "incountry-storage/protocol";

/** Prepends the JSON of each case, for its title: Vitest's `%j` does not support bigint. */
export function titled<Case extends readonly [unknown, ...unknown[]]>(cases: readonly Case[]): [string, ...Case][] {
  return cases.map((one) => [shortened(stringifyJson(one[0])), ...one]);
}

function shortened(text: string): string {
  return text.length > 90 ? `${text.slice(0, 90)}…` : text;
}
