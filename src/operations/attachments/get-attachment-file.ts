import { fetchFile } from "../../attachments/fetch-file.ts";
import { targetOf } from "../../attachments/target.ts";
import { type AttachmentData, attachmentData } from "../../files/attachment-data.ts";
import { fileIdSchema } from "../../files/input.ts";
import { FileKeyring } from "../../files/sealed/file-keyring.ts";
import { checkInput, run, type StorageContext } from "../context.ts";

/** `Storage.getAttachmentFile`: fetches an attachment, and opens it where it is sealed. */
export async function getAttachmentFile(
  context: StorageContext,
  input: { country: unknown; recordKey: unknown; fileId: unknown; request: unknown },
): Promise<{ attachmentData: AttachmentData }> {
  const { country: countrySchema, recordKey: recordKeySchema, request: requestSchema } = context.schemas;
  const entries = { country: countrySchema, recordKey: recordKeySchema, fileId: fileIdSchema, request: requestSchema };
  const { fileId, ...about } = checkInput("getAttachmentFile", entries, input);
  return run(about.request, async () => {
    const target = await targetOf(context, "getAttachmentFile", about);
    const cipher = context.cipher.forOperation();
    const incoming = await fetchFile(target, fileId, async () => new FileKeyring(await cipher.secrets()));
    return { attachmentData: attachmentData(incoming, context.configuration.files) };
  });
}
