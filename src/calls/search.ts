import type { PageQuery } from "../api/records.ts";
import { limits } from "../limits.ts";
import type { FindFilter, FindOptions } from "../records/filter/types.ts";
import { sealFilter, wireSort } from "../records/filter/wire.ts";
import type { Call } from "./call.ts";

/** A filter in its wire form, and the call that searches with it. */
export interface Search {
  readonly call: Call;
  readonly filter: Readonly<Record<string, unknown>>;
}

export function prepareSearch(call: Call, filter: FindFilter): Search {
  return { call, filter: sealFilter(filter, call.keys) };
}

/** Makes the request for one page of a search. */
export function pageQuery({ filter }: Pick<Search, "filter">, options: FindOptions): PageQuery {
  const { limit = limits.pageSize, offset = 0, sort = [] } = options;
  return { filter, limit, offset, sort: wireSort(sort) };
}
