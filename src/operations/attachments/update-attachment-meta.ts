import { callForMeta, fetchMeta } from "../../attachments/fetch-meta.ts";
import { targetOf } from "../../attachments/target.ts";
import { InputValidationError } from "../../errors.ts";
import { attachmentMetaInputSchema, fileIdSchema } from "../../files/input.ts";
import { isSealedName } from "../../files/sealed/file-keyring.ts";
import { stringifyJson } from "../../json.ts";
import type { AttachmentMeta } from "../../records/record.ts";
import { checkInput, run, type StorageContext } from "../context.ts";

/** `Storage.updateAttachmentMeta`: gives an attachment another name, or another type. */
export async function updateAttachmentMeta(
  context: StorageContext,
  input: { country: unknown; recordKey: unknown; fileId: unknown; meta: unknown; request: unknown },
): Promise<{ attachmentMeta: AttachmentMeta }> {
  const { country: countrySchema, recordKey: recordKeySchema, request: requestSchema } = context.schemas;
  const entries = {
    country: countrySchema,
    recordKey: recordKeySchema,
    fileId: fileIdSchema,
    meta: attachmentMetaInputSchema,
    request: requestSchema,
  };
  const { fileId, meta, ...about } = checkInput("updateAttachmentMeta", entries, input);
  if (meta.fileName !== undefined && isSealedName(meta.fileName)) {
    throw invalid("meta.fileName", "is a name as sealed files have it at the PoP: give another one");
  }
  return run(about.request, async () => {
    const target = await targetOf(context, "updateAttachmentMeta", about);
    // Asked first, since the name of a sealed file must never be told to the PoP.
    if (isSealedName((await fetchMeta(target, fileId)).fileName)) {
      throw invalid(
        "fileId",
        "is that of a sealed file, whose name and type are sealed together with its bytes: add the file anew under the new name, and delete this one",
      );
    }
    const body = stringifyJson({ filename: meta.fileName, mime_type: meta.mimeType });
    return { attachmentMeta: await callForMeta(target, fileId, { method: "PATCH", body }) };
  });
}

function invalid(path: string, message: string): InputValidationError {
  return new InputValidationError(`updateAttachmentMeta() was not sent: ${path} ${message}.`, [{ path, message }]);
}
