import type { ServerErrorDetail, StorageServerError } from "../errors.ts";
import { errorDetails } from "../http/answers.ts";
import type { JsonAnswer } from "../http/pop-client.ts";
import { stringifyJson } from "../json.ts";
import { isPlainObject } from "../validation.ts";

/** What a PoP says is wrong with a batch: fields of records, by the record's place in the batch. */
export interface NamedField {
  readonly index: number;
  readonly field: string | undefined;
}

/** A batch that a PoP did not take, and what it named. */
export interface Refusal {
  /** To be told: without what the PoP repeated of what it was sent. */
  readonly error: StorageServerError;
  /** The fields that it names in its list of what is wrong (protocol.md, section 6). */
  readonly named: readonly NamedField[];
  /** Whether it speaks of a field anywhere. */
  mentions(field: string): boolean;
}

/** Reads a refusal from the PoP's own words: in those of the error a name may be hidden, since a record holds the same. */
export function refusalOf({ answer, error }: Pick<JsonAnswer, "answer" | "error">): Refusal {
  const details = errorDetails(answer) ?? [];
  return {
    error: error(),
    named: details.flatMap((detail) => {
      const [, index, field] = place.exec(sourceText(detail)) ?? [];
      return index === undefined ? [] : [{ index: Number(index), field }];
    }),
    mentions: (field) => {
      const word = new RegExp(`\\b${field}\\b`);
      return details.some((detail) => word.test(stringifyJson(detail)));
    },
  };
}

/** `records.3.if_match`, `records[3].if_match`, or a JSON pointer, `/records/3/if_match`. */
const place = /\brecords(?:[./]|\[)(\d+)\]?(?:[./](\w+))?/;

function sourceText({ source }: ServerErrorDetail): string {
  if (typeof source === "string") return source;
  return isPlainObject(source) && typeof source.pointer === "string" ? source.pointer : "";
}
