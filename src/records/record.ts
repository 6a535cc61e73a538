import type { Int64 } from "../json.ts";
import type { FieldName, FieldWith, RecordFields } from "./fields.ts";

/** What the PoP knows of a file that is attached to a record. */
export interface AttachmentMeta {
  fileId: string;
  fileName: string;
  mimeType: string;
  /** Bytes. */
  size: number;
  /** Lower-case hex SHA-256 of the bytes as the PoP keeps them. */
  hash: string;
  downloadLink: string;
  createdAt: Date;
  updatedAt: Date;
}

/** What each type of the table is in TypeScript. */
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

/** A record as a caller writes it. null and undefined mean unset. */
export interface RecordInput extends WritableFields {
  /** The identity of the record within its environment and country; not empty. */
  recordKey: string;
}

/**
 * A record as it is read. Unset fields are absent.
 *
 * It can be changed and written back: the fields that only the client and the PoP set are then left out by `write`.
 */
export interface StorageRecord extends OpenedFields {
  recordKey: string;
}

/** The name of a field that a record may be sorted or filtered by, or that is hashed, by its properties. */
export type KeyField = FieldWith<{ protection: "hashed" }> | FieldWith<{ protection: "hashedUnlessDisabled" }>;
export type SearchKeyField = FieldWith<{ protection: "hashedUnlessDisabled" }>;
