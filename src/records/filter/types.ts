import type { StorageCryptoError } from "../../errors.ts";
import type { Int64 } from "../../json.ts";
import type { FieldWith } from "../fields.ts";
import type { KeyField, SearchKeyField } from "../record.ts";

type Below<Value> = { $lt: Value; $lte?: never } | { $lte: Value; $lt?: never };
type Above<Value> = { $gt: Value; $gte?: never } | { $gte: Value; $gt?: never };
type NotBelow = { $lt?: never; $lte?: never };
type NotAbove = { $gt?: never; $gte?: never };

/** A lower bound, an upper bound, or both. */
export type Comparisons<Value> = (Above<Value> & (Below<Value> | NotBelow)) | (NotAbove & Below<Value>);

/** Comparisons, `$not`, or both. */
type Operators<Value, Not> = ({ $not?: Not } & Comparisons<Value>) | ({ $not: Not } & NotAbove & NotBelow);

/** A value, a list (any of them), null (unset), or `$not`. `$not` of a value does not match unset fields. */
export type StringFilter = string | readonly string[] | null | { $not: string | readonly string[] | null };

/** Like `StringFilter`, for integers, with comparisons. */
export type IntegerFilter<Value extends Int64 = Int64> =
  | Value
  | readonly Value[]
  | null
  | Operators<Value, Value | readonly Value[] | null>;

/** For a date that is always set. */
export type DateFilter = Date | Comparisons<Date>;

/** For a date that may be unset. */
export type OptionalDateFilter = Date | null | Operators<Date, Date | null>;

type SearchKeyFilter =
  | ({ [Name in SearchKeyField]?: StringFilter } & { searchKeys?: never })
  | ({ [Name in SearchKeyField]?: never } & {
      /**
       * A literal part, of 3 to 200 characters, of any of `key1`…`key20`. Requires `hashSearchKeys: false`, and
       * excludes conditions on `key1`…`key20`.
       */
      searchKeys?: string;
    });

/** Conditions on records, all of which must hold. An empty filter matches every record. */
export type FindFilter = SearchKeyFilter & { [Name in Exclude<KeyField, SearchKeyField>]?: StringFilter } & {
  [Name in FieldWith<{ type: "int64" }>]?: IntegerFilter;
} & {
  [Name in FieldWith<{ type: "date"; setBy: "pop" }>]?: DateFilter;
} & {
  [Name in FieldWith<{ type: "date"; setBy: "caller" }>]?: OptionalDateFilter;
} & {
  version?: IntegerFilter<number>;
};

export type SortDirection = "asc" | "desc";

/** One field: `{ createdAt: "asc" }`. `key1`…`key20` require `hashSearchKeys: false`. */
export type SortItem = {
  [Name in SortField]: { [Key in Name]: SortDirection } & { [Other in Exclude<SortField, Name>]?: never };
}[SortField];

export type SortField = SearchKeyField | FieldWith<{ type: "int64" }> | FieldWith<{ type: "date" }>;

export interface FindOptions {
  /** @default 100 Records per page, 1 to 100. */
  limit?: number | undefined;
  /** @default 0 Records to skip. */
  offset?: number | undefined;
  /** Unset values sort as the greatest. Without `sort`, the PoP decides on a stable order. */
  sort?: SortItem[] | undefined;
}

/** A record that failed to decrypt, or that does not match the request. */
export interface FindError {
  /** As received, integers exact. */
  rawData: unknown;
  error: StorageCryptoError;
}

export interface FindAllOptions {
  /** @default 100 Records per request, 1 to 100. */
  pageSize?: number | undefined;
  sort?: SortItem[] | undefined;
  /** Called for each record that fails to decrypt; the record is skipped. Without it, the first error is thrown. */
  onError?: ((failed: FindError) => void) | undefined;
}
