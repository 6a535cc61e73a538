import { readMeta } from "../../api/attachments.ts";
import { keyringOf } from "../../attachments/record-call.ts";
import { fetchSealedMetadata } from "../../attachments/sealed-metadata.ts";
import type { Arguments } from "../../calls/arguments.ts";
import { perform } from "../../calls/call.ts";
import type { StorageContext } from "../../calls/context.ts";
import { defaultType, fileIdSchema } from "../../files/input.ts";
import { isSealedName } from "../../files/sealed/file-keyring.ts";
import type { AttachmentMeta } from "../../records/record.ts";

/** `Storage.getAttachmentMeta`: reads the metadata of an attachment, and decrypts that of a sealed one. */
export function getAttachmentMeta(
  storage: StorageContext,
  given: Arguments<"recordKey" | "fileId">,
): Promise<{ attachmentMeta: AttachmentMeta }> {
  const own = { recordKey: storage.schemas.recordKey, fileId: fileIdSchema };
  return perform(storage, "getAttachmentMeta", own, given, async (call, { recordKey, fileId }) => {
    const recordCall = { ...call, recordKeyHash: call.keys.hash(recordKey) };
    const known = await readMeta(recordCall, fileId);
    if (!isSealedName(known.fileName)) return { attachmentMeta: known };
    const { stored, opened } = await fetchSealedMetadata(recordCall, known, await keyringOf(call));
    const { name: fileName, type: mimeType = defaultType } = opened.metadata;
    return { attachmentMeta: { ...stored, fileName, mimeType, size: opened.size } };
  });
}
