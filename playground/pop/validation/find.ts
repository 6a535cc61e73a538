import { type FieldEntry, fieldEntries, limits } from "incountry-storage/protocol";
import * as v from "valibot";
import type { SortItem } from "../store/filters.ts";
import { isColumnName } from "../store/schema.ts";
import { filterSchema } from "./filter.ts";
import { duplicatesIn, exactObject, type Issue, isObject, listOf, never, withIssues } from "./parse.ts";
import { integerBetween } from "./values.ts";

/** True for search keys, range keys and dates (PROTOCOL.md, section 6). */
function isSortable({ type, protection }: FieldEntry): boolean {
  return protection === "hashedUnlessDisabled" || type === "int64" || type === "date";
}

const direction = v.picklist(["asc", "desc"], "must be asc or desc");

/** The schema of a sort item, by column. */
const byColumn = fieldEntries.filter(isSortable).flatMap(({ wire: column }) => {
  if (!isColumnName(column)) return [];
  const item = v.pipe(
    exactObject({ [column]: direction }),
    v.transform((given): SortItem => ({ column, direction: given[column] ?? "asc" })),
  );
  return [[column, item] as const];
});
const sortItems = new Map<string, v.GenericSchema<unknown, SortItem>>(byColumn);

const sortItem: v.GenericSchema<unknown, SortItem> = v.lazy((input) => {
  const column = columnOf(input);
  if (column === undefined) return never('must be an object with one key, such as {"created_at": "asc"}');
  return sortItems.get(column) ?? never("must name a search key, a range key or a date");
});

function columnOf(item: unknown): string | undefined {
  const names = isObject(item) ? Object.keys(item) : [];
  return names.length === 1 ? names[0] : undefined;
}

/** Each column at most once, since a repetition cannot change the order. */
const sortList = withIssues(
  listOf(sortItem, { min: 0, max: sortItems.size, what: "column" }),
  (input): readonly Issue[] => {
    if (!Array.isArray(input) || input.length > sortItems.size) return [];
    return duplicatesIn(input, columnOf).map((at) => ({ message: "sorts by the same column again", path: [at] }));
  },
);

const optionsSchema = exactObject({
  limit: v.optional(integerBetween(1n, BigInt(limits.pageSize)), limits.pageSize),
  offset: v.optional(integerBetween(0n, limits.int64Max), 0),
  sort: v.optional(sortList, []),
});

export const findSchema = exactObject({
  filter: v.optional(filterSchema, {}),
  options: v.optional(optionsSchema, {}),
});
