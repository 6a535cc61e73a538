import type { Context } from "hono";
import mime from "mime";
import type { Operation, Services } from "../../context.ts";
import { readFilePart } from "../../multipart.ts";
import { jsonResponse, Serializer } from "../../responses.ts";
import { filenameText, mimeTypeText } from "../../validation/attachment.ts";
import { exactObject, parseRequest } from "../../validation/parse.ts";
import { recordAddressOf, withAttachmentErrors } from "./address.ts";

const path = "/v2/storage/records/:country/:key/attachments";

const partHead = exactObject({ filename: filenameText, "content-type": mimeTypeText });

/** Adds an attachment; 409 if the record has one with its name. */
export const addAttachment: Operation = {
  method: "POST",
  path,
  handle: (context, services) => upload(context, services, { replaces: false }),
};

/** Adds an attachment, or replaces the one with its name. */
export const putAttachment: Operation = {
  method: "PUT",
  path,
  handle: (context, services) => upload(context, services, { replaces: true }),
};

async function upload(context: Context, services: Services, { replaces }: { replaces: boolean }): Promise<Response> {
  const { attachments } = services.store;
  const address = await recordAddressOf(context, services);
  // Checked before the bytes are read, and again when they are stored.
  await withAttachmentErrors(attachments.checkRecord(address));
  const part = await readFilePart(context.req.raw, services.splitForm);
  const head = { filename: part.filename, "content-type": part.contentType ?? guessedType(part.filename) };
  const { filename, "content-type": mimeType } = parseRequest(partHead, head, "body");
  await withAttachmentErrors(attachments.checkUpload(address, { filename, replaces }));
  const { bytes } = part;
  const kept = await withAttachmentErrors(attachments.upload(address, { filename, mimeType, bytes, replaces }));
  return jsonResponse(new Serializer(context, address.scope).attachment(address.recordKey, kept));
}

function guessedType(filename = ""): string {
  return mime.getType(filename) ?? "application/octet-stream";
}
