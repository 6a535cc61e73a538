import { jsonAnswer, WireForms } from "../../answers.ts";
import { readJson } from "../../body.ts";
import type { Operation } from "../../context.ts";
import { metadataChange } from "../../validation/attachment.ts";
import { fileAddressOf, noSuchFile, refusingConflicts } from "./address.ts";

/** Changes an attachment's name or type, or both; 409 where the record has another of that name. */
export const updateAttachmentMetadata: Operation = {
  method: "PATCH",
  path: "/v2/storage/records/:country/:key/attachments/:fileId/meta",
  handle: async (context, services) => {
    const address = await fileAddressOf(context, services);
    const { filename, mime_type: mimeType } = await readJson(context, metadataChange);
    const updated = await refusingConflicts(services.store.attachments.update(address, { filename, mimeType }));
    if (updated === undefined) throw noSuchFile();
    return jsonAnswer(new WireForms(context, address.scope).attachment(address.recordKey, updated));
  },
};
