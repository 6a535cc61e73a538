import type { Context } from "hono";
import mime from "mime";
import { jsonAnswer, WireForms } from "../../answers.ts";
import type { Operation, Services } from "../../context.ts";
import { readFilePart } from "../../multipart.ts";
import { filenameText, mimeTypeText } from "../../validation/attachment.ts";
import { exactObject, parseOrRefuse } from "../../validation/parse.ts";
import { recordAddressOf, refusingConflicts } from "./address.ts";

const path = "/v2/storage/records/:country/:key/attachments";

const partHead = exactObject({ filename: filenameText, "content-type": mimeTypeText });

/** Adds an attachment; 409 where the record has one of its name. */
export const addAttachment: Operation = {
  method: "POST",
  path,
  handle: (context, services) => upload(context, services, { replaces: false }),
};

/** Adds an attachment, or replaces the one of its name. */
export const putAttachment: Operation = {
  method: "PUT",
  path,
  handle: (context, services) => upload(context, services, { replaces: true }),
};

async function upload(context: Context, services: Services, { replaces }: { replaces: boolean }): Promise<Response> {
  const { attachments } = services.store;
  const address = await recordAddressOf(context, services);
  // What can be refused is refused before the bytes are read, and once more when they are kept.
  await refusingConflicts(attachments.checkRecord(address));
  const part = await readFilePart(context.req.raw, services.splitForm);
  const head = { filename: part.filename, "content-type": part.contentType ?? guessedType(part.filename) };
  const { filename, "content-type": mimeType } = parseOrRefuse(partHead, head, "body");
  await refusingConflicts(attachments.checkUpload(address, { filename, replaces }));
  const { bytes } = part;
  const kept = await refusingConflicts(attachments.upload(address, { filename, mimeType, bytes, replaces }));
  return jsonAnswer(new WireForms(context, address.scope).attachment(address.recordKey, kept));
}

/** RFC 2046, section 4.5.1: the type of bytes of which nothing is known. */
const unknownType = "application/octet-stream";

function guessedType(filename = ""): string {
  return mime.getType(filename) ?? unknownType;
}
