import { fetchMeta } from "../../attachments/fetch-meta.ts";
import { fetchSealedMetadata } from "../../attachments/sealed-metadata.ts";
import { targetOf } from "../../attachments/target.ts";
import { defaultType, fileIdSchema } from "../../files/input.ts";
import { FileKeyring, isSealedName } from "../../files/sealed/file-keyring.ts";
import type { AttachmentMeta } from "../../records/record.ts";
import { checkInput, run, type StorageContext } from "../context.ts";

/** `Storage.getAttachmentMeta`: what is known of an attachment; of a sealed one, what is sealed with it. */
export async function getAttachmentMeta(
  context: StorageContext,
  input: { country: unknown; recordKey: unknown; fileId: unknown; request: unknown },
): Promise<{ attachmentMeta: AttachmentMeta }> {
  const { country: countrySchema, recordKey: recordKeySchema, request: requestSchema } = context.schemas;
  const entries = { country: countrySchema, recordKey: recordKeySchema, fileId: fileIdSchema, request: requestSchema };
  const { fileId, ...about } = checkInput("getAttachmentMeta", entries, input);
  return run(about.request, async () => {
    const target = targetOf(context, "getAttachmentMeta", about);
    const asked = await fetchMeta(target, fileId);
    if (!isSealedName(asked.fileName)) return { attachmentMeta: asked };
    const keyring = new FileKeyring(await context.cipher.forOperation().secrets());
    const { stored, opened } = await fetchSealedMetadata(target, asked, keyring);
    const { metadata, size } = opened;
    const { name: fileName, type: mimeType = defaultType } = metadata;
    return { attachmentMeta: { ...stored, fileName, mimeType, size } };
  });
}
