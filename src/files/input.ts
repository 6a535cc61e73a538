import * as v from "valibot";
import type { FileSource } from "../adapters/files.ts";
import { InputValidationError } from "../errors.ts";
import { maxFileIdLength } from "../limits.ts";
import { exactObject, kindOf, type SchemaOf, wellFormedText } from "../validation.ts";

/** The bytes of a file, or a path if the runtime has files. */
export type FileInput =
  | Blob
  | ArrayBuffer
  | Uint8Array
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array>
  | string;

/** A file to attach to a record. */
export interface AttachmentInput {
  /** At most 100 MiB. Must not change before the call ends. */
  file: FileInput;
  /**
   * Any characters but U+0000; at most about 850 bytes if `encrypt` is true.
   *
   * @default The name of the path or the `File`, otherwise `file`.
   */
  fileName?: string | undefined;
  /** @default The type of the `Blob`. If it has none, the PoP guesses the type from the name. */
  mimeType?: string | undefined;
  /** Replace an attachment of the same name. If false, an existing one causes an error (409). @default false */
  upsert?: boolean | undefined;
  /** Encrypt bytes, name and type before they are sent. @default false */
  encrypt?: boolean | undefined;
}

/** The changes to an attachment. */
export interface AttachmentMetaInput {
  fileName?: string | undefined;
  mimeType?: string | undefined;
}

export function isStream(input: unknown): input is ReadableStream<Uint8Array> {
  return hasMethod(input, "getReader");
}

/** A Blob, or an object like one, whose name and type have not been checked. */
export type FileLike = Pick<FileSource, "size" | "stream"> & { readonly name?: unknown; readonly type?: unknown };

export function isBlobLike(input: unknown): input is FileLike {
  return hasMethod(input, "stream") && isSize(Reflect.get(input, "size"));
}

function isSize(value: unknown): boolean {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

/** True for a valid result of `FileAdapter.read`, whose size may be absent. */
export function isFileLike(input: unknown): input is FileLike {
  if (isBlobLike(input)) return true;
  return hasMethod(input, "stream") && Reflect.get(input, "size") === undefined;
}

export function isAsyncIterable(input: unknown): input is AsyncIterable<unknown> {
  return hasMethod(input, Symbol.asyncIterator);
}

/** Returns the bytes of a buffer or a view, from any realm, without copying; undefined for other values. */
export function bytesOf(input: unknown): Uint8Array | undefined {
  if (ArrayBuffer.isView(input)) return new Uint8Array(input.buffer, input.byteOffset, input.byteLength);
  return isArrayBuffer(input) ? new Uint8Array(input) : undefined;
}

function isArrayBuffer(input: unknown): input is ArrayBuffer {
  return Object.prototype.toString.call(input) === "[object ArrayBuffer]";
}

function hasMethod(input: unknown, name: string | symbol): input is object {
  return typeof input === "object" && input !== null && typeof Reflect.get(input, name) === "function";
}

function isFileInput(input: unknown): input is FileInput {
  if (typeof input === "string") return input !== "";
  return bytesOf(input) !== undefined || isBlobLike(input) || isStream(input) || isAsyncIterable(input);
}

const fileSchema: SchemaOf<FileInput> = v.custom<FileInput>(
  isFileInput,
  (issue) =>
    `expected a Blob, a File, bytes, a ReadableStream, an async iterable of bytes, or a path, got ${issue.input === "" ? "an empty string" : kindOf(issue.input)}`,
);

export const fileNameSchema: SchemaOf<string> = v.pipe(
  wellFormedText,
  v.nonEmpty("must not be empty"),
  v.check((name) => !name.includes("\0"), "must not contain the character U+0000"),
);

/** RFC 9110, section 8.3.1. Used in a header. */
const mimeType = /^[!#$%&'*+.^_`|~\dA-Za-z-]+\/[!#$%&'*+.^_`|~\dA-Za-z-]+(?:[\t ]*;[\t\x20-\x7e]*)?$/;

/** The type of unknown bytes (RFC 2046, section 4.5.1). */
export const defaultType = "application/octet-stream";

export function isMimeType(text: string): boolean {
  return mimeType.test(text);
}

const mimeTypeSchema: SchemaOf<string> = v.pipe(
  v.string(),
  v.check(isMimeType, "must be a MIME type, such as image/png"),
);

export const attachmentSchema: SchemaOf<AttachmentInput> = exactObject({
  file: fileSchema,
  fileName: v.optional(fileNameSchema),
  mimeType: v.optional(mimeTypeSchema),
  upsert: v.optional(v.boolean()),
  encrypt: v.optional(v.boolean()),
});

export const attachmentMetaInputSchema: SchemaOf<AttachmentMetaInput> = v.pipe(
  exactObject({ fileName: v.optional(fileNameSchema), mimeType: v.optional(mimeTypeSchema) }),
  v.check(
    ({ fileName, mimeType }) => fileName !== undefined || mimeType !== undefined,
    "must contain fileName, mimeType, or both",
  ),
);

/** Becomes a segment of a path, in which `.` and `..` would lead elsewhere. */
export const fileIdSchema: SchemaOf<string> = v.pipe(
  wellFormedText,
  v.nonEmpty("must not be empty"),
  v.check((fileId) => !/^\.{1,2}$/.test(fileId), "must be the fileId of an attachment"),
  v.maxLength(maxFileIdLength, `must be the fileId of an attachment, at most ${maxFileIdLength} characters`),
);

/** The error for a field of an attachment that passes its schema, but cannot be used. */
export function invalidAttachment(
  field: keyof AttachmentInput,
  message: string,
  cause?: unknown,
): InputValidationError {
  const issues = [{ path: `attachment.${field}`, message }];
  const options = cause === undefined ? undefined : { cause };
  return new InputValidationError(`addAttachment() was not sent: attachment.${field} ${message}.`, issues, options);
}
