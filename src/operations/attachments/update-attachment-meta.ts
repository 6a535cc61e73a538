import { changeMeta, readMeta } from "../../api/attachments.ts";
import type { Arguments } from "../../calls/arguments.ts";
import { perform } from "../../calls/call.ts";
import type { StorageContext } from "../../calls/context.ts";
import { InputValidationError } from "../../errors.ts";
import { attachmentMetaInputSchema, fileIdSchema } from "../../files/input.ts";
import { isSealedName } from "../../files/sealed/file-keyring.ts";
import type { AttachmentMeta } from "../../records/record.ts";

/** `Storage.updateAttachmentMeta`: changes the name or the type of an attachment. */
export function updateAttachmentMeta(
  storage: StorageContext,
  given: Arguments<"recordKey" | "fileId" | "meta">,
): Promise<{ attachmentMeta: AttachmentMeta }> {
  const own = { recordKey: storage.schemas.recordKey, fileId: fileIdSchema, meta: attachmentMetaInputSchema };
  return perform(storage, "updateAttachmentMeta", own, given, async (call, { recordKey, fileId, meta }) => {
    if (meta.fileName !== undefined && isSealedName(meta.fileName)) {
      throw invalid("meta.fileName", "is a name that sealed files have at the PoP: choose another one");
    }
    const recordCall = { ...call, recordKeyHash: call.keys.hash(recordKey) };
    // Checked first: the PoP must not learn the name of a sealed file.
    if (isSealedName((await readMeta(recordCall, fileId)).fileName)) {
      throw invalid(
        "fileId",
        "is that of a sealed file, whose name and type are encrypted with its bytes: add the file again under the new name, and delete this one",
      );
    }
    return { attachmentMeta: await changeMeta(recordCall, fileId, meta) };
  });
}

function invalid(path: string, message: string): InputValidationError {
  return new InputValidationError(`updateAttachmentMeta() was not sent: ${path} ${message}.`, [{ path, message }]);
}
