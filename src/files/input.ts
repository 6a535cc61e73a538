import * as v from "valibot";
import type { FileSource } from "../adapters/files.ts";
import { InputValidationError } from "../errors.ts";
import { exactObject, kindOf, type SchemaOf, wellFormedText } from "../validation.ts";

/** What can be attached: the bytes of a file, in any of these forms, or a path where the runtime has files. */
export type FileInput =
  | Blob
  | ArrayBuffer
  | Uint8Array
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array>
  | string;

/** A file that is to be attached to a record. */
export interface AttachmentInput {
  /** At most 100 MiB. It must not change before the call has ended. */
  file: FileInput;
  /** By default that of the path or the `File`, else `file`. Any characters but U+0000; to be sealed, of some 850 bytes at most. */
  fileName?: string | undefined;
  /** By default that of the `Blob`; without any, the PoP guesses it from the name. */
  mimeType?: string | undefined;
  /** Replace the attachment of the same name, if there is one; false: that is a conflict (409). */
  upsert?: boolean | undefined;
  /** Seal it here, before it leaves: the PoP then sees neither bytes nor name nor type; false. */
  encrypt?: boolean | undefined;
}

/** What can be changed of an attachment. */
export interface AttachmentMetaInput {
  fileName?: string | undefined;
  mimeType?: string | undefined;
}

export function isStream(input: unknown): input is ReadableStream<Uint8Array> {
  return hasMethod(input, "getReader");
}

/** What may stand on an object beside its bytes. */
interface BlobTraits {
  readonly name?: unknown;
  readonly type?: unknown;
}

export function isBlobLike(input: unknown): input is Pick<Blob, "size" | "stream"> & BlobTraits {
  return hasMethod(input, "stream") && isSize(Reflect.get(input, "size"));
}

function isSize(value: unknown): boolean {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

/** What a path leads to, which need not know its size. */
export function isFileSource(input: unknown): input is Pick<FileSource, "size" | "stream"> & BlobTraits {
  if (isBlobLike(input)) return true;
  return hasMethod(input, "stream") && Reflect.get(input, "size") === undefined;
}

export function isAsyncIterable(input: unknown): input is AsyncIterable<unknown> {
  return hasMethod(input, Symbol.asyncIterator);
}

/** The bytes of a buffer or of a view of one, of whichever realm; undefined for anything else. Nothing is copied. */
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
  v.check((name) => !name.includes("\0"), "must not hold the character U+0000"),
);

/** RFC 9110, section 8.3.1. It goes into a header. */
const mimeType = /^[!#$%&'*+.^_`|~\dA-Za-z-]+\/[!#$%&'*+.^_`|~\dA-Za-z-]+(?:[\t ]*;[\t\x20-\x7e]*)?$/;

/** The type of unknown bytes (RFC 2046, section 4.5.1). */
export const defaultType = "application/octet-stream";

export function isMimeType(text: string): boolean {
  return mimeType.test(text);
}

const mimeTypeSchema: SchemaOf<string> = v.pipe(v.string(), v.check(isMimeType, "must be a MIME type, like image/png"));

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
    "must hold what is to change: fileName, mimeType, or both",
  ),
);

/** Characters that an address can take. */
export const maxFileIdLength = 1024;

/** It becomes a part of a path, where `.` and `..` would lead elsewhere. */
export const fileIdSchema: SchemaOf<string> = v.pipe(
  wellFormedText,
  v.nonEmpty("must not be empty"),
  v.check((fileId) => !/^\.{1,2}$/.test(fileId), "must be the fileId of an attachment"),
  v.maxLength(maxFileIdLength, `must be the fileId of an attachment, which has at most ${maxFileIdLength} characters`),
);

/** What is wrong with one field of an attachment that its schema cannot tell. */
export function invalidAttachment(
  field: keyof AttachmentInput,
  message: string,
  cause?: unknown,
): InputValidationError {
  const issues = [{ path: `attachment.${field}`, message }];
  const options = cause === undefined ? undefined : { cause };
  return new InputValidationError(`The attachment cannot be sent: attachment.${field} ${message}.`, issues, options);
}
