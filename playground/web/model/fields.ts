import { type FieldName, type FieldWith, fieldEntries, fieldsWith, recordFields } from "incountry-storage/protocol";
import { hashSearchKeys } from "./settings.ts";

/** A field that a caller may set. */
export type WritableField = FieldWith<{ setBy: "caller" }>;

/** In the order of the table, but with the encrypted fields last, which are the longest. */
export const writableFields: readonly WritableField[] = fieldsWith({ setBy: "caller" })
  .toSorted((one, other) => Number(one.protection === "sealed") - Number(other.protection === "sealed"))
  .map(({ name }) => name);

/** The form in which the PoP stores a field. */
export type Protection = "hashed" | "encrypted" | "plain";

/** How a field is sent with the settings of the page. */
export function protectionOf(name: FieldName): Protection {
  const { protection } = recordFields[name];
  if (protection === "sealed") return "encrypted";
  if (protection === "plain") return "plain";
  return protection === "hashed" || hashSearchKeys.value ? "hashed" : "plain";
}

export const protectionNotes: Readonly<Record<Protection, string>> = {
  encrypted: "Readable only with the secret.",
  hashed: "Searchable by exact value, not readable.",
  plain: "Readable by the PoP, to compare and sort.",
};

/** The use of each field in the sample records. Applications choose their own. */
const labels: Partial<Record<FieldName, string>> = {
  recordKey: "Record ID",
  profileKey: "Document number",
  serviceKey1: "Plan",
  key1: "Family name",
  key2: "Given name",
  key3: "City",
  key4: "E-mail",
  key5: "Phone",
  rangeKey1: "Birth date, yyyymmdd",
  rangeKey2: "Balance, in cents",
  rangeKey3: "Member since",
  body: "Other data",
  expiresAt: "Expires at",
  version: "Secret version",
  createdAt: "Created",
  updatedAt: "Updated",
};

export function labelOf(name: FieldName): string | undefined {
  return labels[name];
}

/** "key1 · Family name". */
export function titleOf(name: FieldName): string {
  return [name, labels[name]].filter(Boolean).join(" · ");
}

const byWire = new Map<string, FieldName>(fieldEntries.map(({ wire, name }) => [wire, name]));

export function fieldOfWire(wire: string): FieldName | undefined {
  return byWire.get(wire);
}
