import { readJson } from "../../body.ts";
import type { Operation } from "../../context.ts";
import { jsonResponse, Serializer } from "../../responses.ts";
import { metadataChange } from "../../validation/attachment.ts";
import { fileAddressOf, noSuchFile, withAttachmentErrors } from "./address.ts";

/** 409 if the record has another attachment with the new name. */
export const updateAttachmentMetadata: Operation = {
  method: "PATCH",
  path: "/v2/storage/records/:country/:key/attachments/:fileId/meta",
  handle: async (context, services) => {
    const address = await fileAddressOf(context, services);
    const { filename, mime_type: mimeType } = await readJson(context, metadataChange);
    const updated = await withAttachmentErrors(services.store.attachments.update(address, { filename, mimeType }));
    if (updated === undefined) throw noSuchFile();
    return jsonResponse(new Serializer(context, address.scope).attachment(address.recordKey, updated));
  },
};
