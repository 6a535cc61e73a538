import { fetchFile } from "../../attachments/fetch-file.ts";
import { keyringOf } from "../../attachments/record-call.ts";
import type { Arguments } from "../../calls/arguments.ts";
import { perform } from "../../calls/call.ts";
import type { StorageContext } from "../../calls/context.ts";
import { type AttachmentData, attachmentData } from "../../files/attachment-data.ts";
import { fileIdSchema } from "../../files/input.ts";

/** `Storage.getAttachmentFile`: fetches an attachment, and decrypts it if it is sealed. */
export function getAttachmentFile(
  storage: StorageContext,
  given: Arguments<"recordKey" | "fileId">,
): Promise<{ attachmentData: AttachmentData }> {
  const own = { recordKey: storage.schemas.recordKey, fileId: fileIdSchema };
  return perform(storage, "getAttachmentFile", own, given, async (call, { recordKey, fileId }) => {
    const recordCall = { ...call, recordKeyHash: call.keys.hash(recordKey) };
    // The file is read after this call has returned: the caller's signal cancels that as well.
    const file = await fetchFile(recordCall, fileId, () => keyringOf(call), call.detach());
    return { attachmentData: attachmentData(file, storage.configuration.files) };
  });
}
