import { type FieldName, type FieldWith, fieldEntries, fieldsWith, recordFields } from "incountry-storage/protocol";
import { hashSearchKeys } from "./settings.ts";

/** A field that a caller may set. */
export type WritableField = FieldWith<{ setBy: "caller" }>;

/** In the order of the table, but what is sealed comes last: it is the longest. */
export const writableFields: readonly WritableField[] = fieldsWith({ setBy: "caller" })
  .toSorted((one, other) => Number(one.protection === "sealed") - Number(other.protection === "sealed"))
  .map(({ name }) => name);

/** What the PoP sees of a field. */
export type Protection = "hashed" | "encrypted" | "plain";

/** What happens to a field on its way out, under the settings of the page. */
export function protectionOf(name: FieldName): Protection {
  const { protection } = recordFields[name];
  if (protection === "sealed") return "encrypted";
  if (protection === "plain") return "plain";
  return protection === "hashed" || hashSearchKeys.value ? "hashed" : "plain";
}

export const protectionMeanings: Readonly<Record<Protection, string>> = {
  encrypted: "Only who has the secret can read it.",
  hashed: "It can be found by its exact value, never read.",
  plain: "The PoP sees it, to compare and sort.",
};

/** What the example records keep in a field. An application gives the fields a meaning of its own. */
const meanings: Partial<Record<FieldName, string>> = {
  recordKey: "Name of the record",
  profileKey: "Document number",
  serviceKey1: "Plan",
  key1: "Family name",
  key2: "Given name",
  key3: "City",
  key4: "E-mail",
  key5: "Phone",
  rangeKey1: "Born, as yyyymmdd",
  rangeKey2: "Balance, in hundredths",
  rangeKey3: "Member since",
  body: "Everything else",
  expiresAt: "To be gone on",
  version: "Version of the secret",
  createdAt: "Created",
  updatedAt: "Changed",
};

export function meaningOf(name: FieldName): string | undefined {
  return meanings[name];
}

const byWire = new Map<string, FieldName>(fieldEntries.map(({ wire, name }) => [wire, name]));

export function fieldOfWire(wire: string): FieldName | undefined {
  return byWire.get(wire);
}
