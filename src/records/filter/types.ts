import type { StorageCryptoError } from "../../errors.ts";
import type { Int64 } from "../../json.ts";
import type { FieldWith } from "../fields.ts";
import type { KeyField, SearchKeyField } from "../record.ts";

type Below<Value> = { $lt: Value; $lte?: never } | { $lte: Value; $lt?: never };
type Above<Value> = { $gt: Value; $gte?: never } | { $gte: Value; $gt?: never };
type NotBelow = { $lt?: never; $lte?: never };
type NotAbove = { $gt?: never; $gte?: never };

/** One of each pair at most, and one at least; all of them must hold. */
export type Comparisons<Value> = (Above<Value> & (Below<Value> | NotBelow)) | (NotAbove & Below<Value>);

/** Comparisons, `$not`, or both. */
type Operators<Value, Not> = ({ $not?: Not } & Comparisons<Value>) | ({ $not: Not } & NotAbove & NotBelow);

/** A value, any of a list, null (unset), or not that. `$not` of a value does not match records where the field is unset. */
export type StringFilter = string | readonly string[] | null | { $not: string | readonly string[] | null };

/** The same for integers, and comparisons. */
export type IntegerFilter<Value extends Int64 = Int64> =
  | Value
  | readonly Value[]
  | null
  | Operators<Value, Value | readonly Value[] | null>;

/** A date that is always set. */
export type DateFilter = Date | Comparisons<Date>;

/** A date that may be unset. */
export type OptionalDateFilter = Date | null | Operators<Date, Date | null>;

/** `key1`…`key20`, or a part of any of them. */
type SearchKeyFilter =
  | ({ [Name in SearchKeyField]?: StringFilter } & { searchKeys?: never })
  | ({ [Name in SearchKeyField]?: never } & {
      /**
       * A literal part, of 3 to 200 characters, of any of `key1`…`key20`. Only where `hashSearchKeys` is off, and not
       * together with `key1`…`key20`.
       */
      searchKeys?: string;
    });

/** Which records to find. All conditions must hold; none at all finds every record. */
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

/** One field: `{ createdAt: "asc" }`. `key1`…`key20` only where `hashSearchKeys` is off. */
export type SortItem = {
  [Name in SortField]: { [Key in Name]: SortDirection } & { [Other in Exclude<SortField, Name>]?: never };
}[SortField];

export type SortField = SearchKeyField | FieldWith<{ type: "int64" }> | FieldWith<{ type: "date" }>;

export interface FindOptions {
  /** 1 to 100; 100. */
  limit?: number | undefined;
  /** 0. */
  offset?: number | undefined;
  /** Without it: an order that the PoP keeps stable. Unset values sort as the greatest. */
  sort?: SortItem[] | undefined;
}

/** A record that failed to decrypt, or that is not what was asked for. */
export interface FindError {
  /** As the PoP sent it, integers exact. */
  rawData: unknown;
  error: StorageCryptoError;
}

export interface FindAllOptions {
  /** Records asked for at a time: 1 to 100; 100. */
  pageSize?: number | undefined;
  sort?: SortItem[] | undefined;
  /** Told of each record that cannot be opened, which is then left out. Without it, the first of them ends the iteration. */
  onError?: ((failed: FindError) => void) | undefined;
}
