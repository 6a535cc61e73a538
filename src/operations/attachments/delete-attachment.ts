import { deleteFile } from "../../api/attachments.ts";
import type { Arguments } from "../../calls/arguments.ts";
import { perform } from "../../calls/call.ts";
import type { StorageContext } from "../../calls/context.ts";
import { fileIdSchema } from "../../files/input.ts";

/** `Storage.deleteAttachment`: deletes an attachment of a record. */
export function deleteAttachment(
  storage: StorageContext,
  given: Arguments<"recordKey" | "fileId">,
): Promise<{ success: true }> {
  const own = { recordKey: storage.schemas.recordKey, fileId: fileIdSchema };
  return perform(storage, "deleteAttachment", own, given, async (call, { recordKey, fileId }) => {
    await deleteFile({ ...call, recordKeyHash: call.keys.hash(recordKey) }, fileId);
    return { success: true };
  });
}
