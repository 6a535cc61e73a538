import { type Field, fieldEntries, limits } from "incountry-storage/protocol";

/** A date some milliseconds from now, in the form of the wire. */
export function future(milliseconds: number): string {
  return new Date(Date.now() + milliseconds).toISOString();
}

const integers = [limits.int64Max, limits.int64Min, 9007199254740993n, -9007199254740993n, 0, 1, -1];

function valueOf({ wire, type }: { wire: Field["wire"]; type: Field["type"] }, index: number): unknown {
  const values: Record<Field["type"], unknown> = {
    string: `${wire} é🛂`,
    int64: integers[index % integers.length],
    version: 3,
    boolean: true,
    date: "2040-01-02T03:04:05.678Z",
    attachments: undefined,
  };
  return values[type];
}

/** A record with a value in every writable field. */
export const fullRecord: Record<string, unknown> & { record_key: string } = {
  record_key: "full",
  ...Object.fromEntries(
    fieldEntries
      .filter((entry) => entry.setBy !== "pop" && entry.wire !== "record_key")
      .map((entry, index) => [entry.wire, valueOf(entry, index)]),
  ),
};

/** Records that differ only in their keys. */
export function records(count: number, prefix = "r"): { record_key: string }[] {
  return Array.from({ length: count }, (_, index) => ({ record_key: `${prefix}${String(index).padStart(4, "0")}` }));
}
