/**
 * The fields of a record (PROTOCOL.md, section 1). Types, schemas, hashing, wire names and the columns of the PoP are
 * made from this table.
 *
 * - `wire`: the name on the wire.
 * - `type`: the type of the value.
 * - `protection`: the form that the PoP sees. `hashed`: a hash. `hashedUnlessDisabled`: a hash, or the value itself if
 *   `hashSearchKeys` is off. `sealed`: a ciphertext. `plain`: the value itself.
 * - `setBy`: the caller, this client, or the PoP.
 */
export const recordFields = {
  recordKey: { wire: "record_key", type: "string", protection: "hashed", setBy: "caller" },
  parentKey: { wire: "parent_key", type: "string", protection: "hashed", setBy: "caller" },
  profileKey: { wire: "profile_key", type: "string", protection: "hashed", setBy: "caller" },
  serviceKey1: { wire: "service_key1", type: "string", protection: "hashed", setBy: "caller" },
  serviceKey2: { wire: "service_key2", type: "string", protection: "hashed", setBy: "caller" },
  serviceKey3: { wire: "service_key3", type: "string", protection: "hashed", setBy: "caller" },
  serviceKey4: { wire: "service_key4", type: "string", protection: "hashed", setBy: "caller" },
  serviceKey5: { wire: "service_key5", type: "string", protection: "hashed", setBy: "caller" },
  key1: { wire: "key1", type: "string", protection: "hashedUnlessDisabled", setBy: "caller" },
  key2: { wire: "key2", type: "string", protection: "hashedUnlessDisabled", setBy: "caller" },
  key3: { wire: "key3", type: "string", protection: "hashedUnlessDisabled", setBy: "caller" },
  key4: { wire: "key4", type: "string", protection: "hashedUnlessDisabled", setBy: "caller" },
  key5: { wire: "key5", type: "string", protection: "hashedUnlessDisabled", setBy: "caller" },
  key6: { wire: "key6", type: "string", protection: "hashedUnlessDisabled", setBy: "caller" },
  key7: { wire: "key7", type: "string", protection: "hashedUnlessDisabled", setBy: "caller" },
  key8: { wire: "key8", type: "string", protection: "hashedUnlessDisabled", setBy: "caller" },
  key9: { wire: "key9", type: "string", protection: "hashedUnlessDisabled", setBy: "caller" },
  key10: { wire: "key10", type: "string", protection: "hashedUnlessDisabled", setBy: "caller" },
  key11: { wire: "key11", type: "string", protection: "hashedUnlessDisabled", setBy: "caller" },
  key12: { wire: "key12", type: "string", protection: "hashedUnlessDisabled", setBy: "caller" },
  key13: { wire: "key13", type: "string", protection: "hashedUnlessDisabled", setBy: "caller" },
  key14: { wire: "key14", type: "string", protection: "hashedUnlessDisabled", setBy: "caller" },
  key15: { wire: "key15", type: "string", protection: "hashedUnlessDisabled", setBy: "caller" },
  key16: { wire: "key16", type: "string", protection: "hashedUnlessDisabled", setBy: "caller" },
  key17: { wire: "key17", type: "string", protection: "hashedUnlessDisabled", setBy: "caller" },
  key18: { wire: "key18", type: "string", protection: "hashedUnlessDisabled", setBy: "caller" },
  key19: { wire: "key19", type: "string", protection: "hashedUnlessDisabled", setBy: "caller" },
  key20: { wire: "key20", type: "string", protection: "hashedUnlessDisabled", setBy: "caller" },
  body: { wire: "body", type: "string", protection: "sealed", setBy: "caller" },
  precommitBody: { wire: "precommit_body", type: "string", protection: "sealed", setBy: "caller" },
  rangeKey1: { wire: "range_key1", type: "int64", protection: "plain", setBy: "caller" },
  rangeKey2: { wire: "range_key2", type: "int64", protection: "plain", setBy: "caller" },
  rangeKey3: { wire: "range_key3", type: "int64", protection: "plain", setBy: "caller" },
  rangeKey4: { wire: "range_key4", type: "int64", protection: "plain", setBy: "caller" },
  rangeKey5: { wire: "range_key5", type: "int64", protection: "plain", setBy: "caller" },
  rangeKey6: { wire: "range_key6", type: "int64", protection: "plain", setBy: "caller" },
  rangeKey7: { wire: "range_key7", type: "int64", protection: "plain", setBy: "caller" },
  rangeKey8: { wire: "range_key8", type: "int64", protection: "plain", setBy: "caller" },
  rangeKey9: { wire: "range_key9", type: "int64", protection: "plain", setBy: "caller" },
  rangeKey10: { wire: "range_key10", type: "int64", protection: "plain", setBy: "caller" },
  expiresAt: { wire: "expires_at", type: "date", protection: "plain", setBy: "caller" },
  version: { wire: "version", type: "version", protection: "plain", setBy: "client" },
  isEncrypted: { wire: "is_encrypted", type: "boolean", protection: "plain", setBy: "client" },
  createdAt: { wire: "created_at", type: "date", protection: "plain", setBy: "pop" },
  updatedAt: { wire: "updated_at", type: "date", protection: "plain", setBy: "pop" },
  attachments: { wire: "attachments", type: "attachments", protection: "plain", setBy: "pop" },
} as const;

export type RecordFields = typeof recordFields;
export type FieldName = keyof RecordFields;
export type Field = RecordFields[FieldName];

/** Columns of the table, to select rows by. */
export type FieldProperties = {
  readonly type?: Field["type"];
  readonly protection?: Field["protection"];
  readonly setBy?: Field["setBy"];
};

/** The names of the fields with the given properties: `FieldWith<{ type: "date"; setBy: "pop" }>`. */
export type FieldWith<Properties extends FieldProperties> = {
  [Name in FieldName]: RecordFields[Name] extends Properties ? Name : never;
}[FieldName];

/** A row of the table with its name. */
export interface FieldEntry<Name extends FieldName = FieldName> {
  readonly name: Name;
  readonly wire: Field["wire"];
  readonly type: Field["type"];
  readonly protection: Field["protection"];
  readonly setBy: Field["setBy"];
}

/** All rows, in the order of the table. */
export const fieldEntries: readonly FieldEntry[] = Object.keys(recordFields)
  .filter(isFieldName)
  .map((name) => ({ name, ...recordFields[name] }));

export function isFieldName(name: string): name is FieldName {
  return Object.hasOwn(recordFields, name);
}

/** A row of a key. */
export type KeyEntry = FieldEntry & { readonly protection: "hashed" | "hashedUnlessDisabled" };

export const keyEntries: readonly KeyEntry[] = fieldEntries.filter(
  (entry): entry is KeyEntry => entry.protection === "hashed" || entry.protection === "hashedUnlessDisabled",
);

/** Selects the rows with the given properties, in the order of the table. */
export function fieldsWith<const Properties extends FieldProperties>(
  properties: Properties,
): readonly FieldEntry<FieldWith<Properties>>[] {
  const { type, protection, setBy }: FieldProperties = properties;
  const has = (entry: FieldEntry): entry is FieldEntry<FieldWith<Properties>> =>
    (type === undefined || entry.type === type) &&
    (protection === undefined || entry.protection === protection) &&
    (setBy === undefined || entry.setBy === setBy);
  return fieldEntries.filter(has);
}
