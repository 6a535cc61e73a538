/** One function for each row of the protocol that is about attachments (PROTOCOL.md, section 6). */
import { isWellFormed } from "../encoding.ts";
import { StorageIntegrityError } from "../errors.ts";
import { type ByteRange, Download, type OpenFile, openOnce } from "../http/download.ts";
import { errorResponse } from "../http/error-response.ts";
import { jsonOf, parseResponse } from "../http/json-response.ts";
import type { PopRequest } from "../http/request-sender.ts";
import { isSuccess } from "../http/response.ts";
import { type UploadBody, upload } from "../http/upload.ts";
import { stringifyJson } from "../json.ts";
import { maxFileIdLength } from "../limits.ts";
import type { AttachmentMeta } from "../records/record.ts";
import { attachmentMetaSchema } from "../records/wire.ts";
import { type ApiCall, recordsPath } from "./call.ts";
import { checkDeleted } from "./records.ts";

/** A call about the attachments of one record. */
export interface AttachmentsCall extends ApiCall {
  readonly recordKeyHash: string;
}

/** How a file is sent. */
export interface Sending {
  /** Replace the file of the same name. */
  readonly upsert: boolean;
  /** False if the body can be read only once. */
  readonly replayable: boolean;
}

/** @throws StorageServerError, with `status` 409 if the record has a file of that name and `upsert` is false */
export async function sendFile(
  call: AttachmentsCall,
  { upsert, replayable }: Sending,
  body: UploadBody,
): Promise<AttachmentMeta> {
  // Without `upsert`, a retry after a lost response would conflict with the file that it sent before.
  const how = { method: upsert ? "PUT" : "POST", replayable, idempotent: upsert } as const;
  const received = await call.sender.send({ ...call, ...how, path: attachmentsPath(call) }, (attempt) =>
    upload(attempt, body),
  );
  if (!isSuccess(received.response.status)) throw errorResponse(received, call.operation);
  return parseResponse(attachmentMetaSchema, received);
}

/** Opens a file, or a part of it, for reading. @throws StorageServerError, with `status` 404 if the file does not exist */
export async function openFile(call: AttachmentsCall, fileId: string, range?: ByteRange): Promise<Download> {
  const about: Omit<PopRequest, "request"> = { ...call, method: "GET", path: filePath(call, fileId) };
  const open: OpenFile = async (headers, request) => {
    const { response, body } = await call.sender.send({ ...about, request }, (attempt) => openOnce(attempt, headers));
    if (body === undefined) throw errorResponse({ response, json: jsonOf(response) }, call.operation);
    return { response, body };
  };
  return Download.start(open, { request: call.request, range, retry: call.sender.retry });
}

/** @throws StorageServerError, with `status` 404 if the file does not exist */
export async function readMeta(call: AttachmentsCall, fileId: string): Promise<AttachmentMeta> {
  return requestMeta(call, fileId, { method: "GET" });
}

/** Renames a file, or changes its type. @throws StorageServerError, with `status` 409 if the name is taken */
export async function changeMeta(
  call: AttachmentsCall,
  fileId: string,
  { fileName, mimeType }: { fileName?: string | undefined; mimeType?: string | undefined },
): Promise<AttachmentMeta> {
  const body = stringifyJson({ filename: fileName, mime_type: mimeType });
  return requestMeta(call, fileId, { method: "PATCH", body });
}

async function requestMeta(
  call: AttachmentsCall,
  fileId: string,
  how: { readonly method: "GET" | "PATCH"; readonly body?: string },
): Promise<AttachmentMeta> {
  const received = await call.sender.sendJson({ ...call, ...how, path: `${filePath(call, fileId)}/meta` });
  if (!isSuccess(received.response.status)) throw errorResponse(received, call.operation);
  const meta = parseResponse(attachmentMetaSchema, received);
  if (meta.fileId === fileId) return meta;
  throw new StorageIntegrityError("The PoP sent the metadata of an attachment other than the requested one.");
}

/** @throws StorageServerError, with `status` 404 if the file does not exist */
export async function deleteFile(call: AttachmentsCall, fileId: string): Promise<void> {
  checkDeleted(await call.sender.sendJson({ ...call, method: "DELETE", path: filePath(call, fileId) }), call);
}

function attachmentsPath({ country, recordKeyHash }: AttachmentsCall): string {
  return `${recordsPath(country)}/${pathSegment(recordKeyHash)}/attachments`;
}

function filePath(call: AttachmentsCall, fileId: string): string {
  return `${attachmentsPath(call)}/${pathSegment(fileId)}`;
}

/** Encodes an id, which the PoP may have chosen. URLs treat `.` and `..` as steps, however they are encoded, and drop empty segments. */
function pathSegment(id: string): string {
  if (/^\.{0,2}$/.test(id) || id.length > maxFileIdLength || !isWellFormed(id)) {
    throw new StorageIntegrityError(
      "The PoP sent a file id or a record key that cannot be a part of a URL; no request was sent to it.",
    );
  }
  return encodeURIComponent(id);
}
