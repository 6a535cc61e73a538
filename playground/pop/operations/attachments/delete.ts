import type { Operation } from "../../context.ts";
import { jsonResponse } from "../../responses.ts";
import { fileAddressOf, noSuchFile } from "./address.ts";

export const deleteAttachment: Operation = {
  method: "DELETE",
  path: "/v2/storage/records/:country/:key/attachments/:fileId",
  handle: async (context, services) => {
    const deleted = await services.store.attachments.delete(await fileAddressOf(context, services));
    if (!deleted) throw noSuchFile();
    return jsonResponse({});
  },
};
