import type { Int64 } from "../json.ts";
import type { FieldName, FieldWith, RecordFields } from "./fields.ts";

/** Describes a file that is attached to a record. */
export interface AttachmentMeta {
  fileId: string;
  fileName: string;
  mimeType: string;
  /** Bytes. */
  size: number;
  /** Lower-case hex SHA-256 of the stored bytes. */
  hash: string;
  downloadLink: string;
  createdAt: Date;
  updatedAt: Date;
}

/** The TypeScript type of each type of the table. */
interface TypeScriptTypes {
  string: string;
  int64: Int64;
  date: Date;
  version: number;
  boolean: boolean;
  attachments: AttachmentMeta[];
}

type ValueOf<Name extends FieldName> = TypeScriptTypes[RecordFields[Name]["type"]];
type Optional = Exclude<FieldName, "recordKey">;
type Writable = Exclude<FieldWith<{ setBy: "caller" }>, "recordKey">;

type WritableFields = { [Name in Writable]?: ValueOf<Name> | null | undefined };
type OpenedFields = { [Name in Optional]?: ValueOf<Name> };

/** A record to write. null and undefined mean unset. */
export interface RecordInput extends WritableFields {
  /** Identifies the record within its environment and country; not empty. */
  recordKey: string;
}

/** A decrypted record, without unset fields. It can be written back: `write` ignores fields that others set. */
export interface StorageRecord extends OpenedFields {
  recordKey: string;
}

export type KeyField = FieldWith<{ protection: "hashed" }> | FieldWith<{ protection: "hashedUnlessDisabled" }>;
export type SearchKeyField = FieldWith<{ protection: "hashedUnlessDisabled" }>;
