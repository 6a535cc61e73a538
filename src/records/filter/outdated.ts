import { isPlainObject } from "../../validation.ts";
import { recordFields } from "../fields.ts";

type WireFilter = Readonly<Record<string, unknown>>;

const version = recordFields.version.wire;

/** Narrows a wire filter to records whose version is not the current one. Returns undefined if none can match. */
export function outdated(filter: WireFilter, current: number): WireFilter | undefined {
  if (!(version in filter)) return { ...filter, [version]: { $not: current } };
  const condition = outdatedVersion(filter[version], current);
  return condition === undefined ? undefined : { ...filter, [version]: condition };
}

function outdatedVersion(condition: unknown, current: number): unknown {
  if (condition === current) return undefined;
  if (Array.isArray(condition)) {
    const others = condition.filter((wanted) => wanted !== current);
    return others.length === 0 ? undefined : others;
  }
  if (!isPlainObject(condition)) return condition;
  const { $not: excluded } = condition;
  // An unset value does not match $not: to exclude the current version is to exclude null too.
  if (excluded === undefined || excluded === null) return { ...condition, $not: current };
  return { ...condition, $not: [...(Array.isArray(excluded) ? excluded : [excluded]), current] };
}
