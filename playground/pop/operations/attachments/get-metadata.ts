import type { Operation } from "../../context.ts";
import { jsonResponse, Serializer } from "../../responses.ts";
import { fileAddressOf, noSuchFile } from "./address.ts";

export const getAttachmentMetadata: Operation = {
  method: "GET",
  path: "/v2/storage/records/:country/:key/attachments/:fileId/meta",
  handle: async (context, services) => {
    const address = await fileAddressOf(context, services);
    const file = await services.store.attachments.find(address);
    if (file === undefined) throw noSuchFile();
    return jsonResponse(new Serializer(context, address.scope).attachment(address.recordKey, file.metadata));
  },
};
