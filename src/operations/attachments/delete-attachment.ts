import { filePath, type Target, targetOf } from "../../attachments/target.ts";
import { fileIdSchema } from "../../files/input.ts";
import { isSuccess } from "../../http/transport.ts";
import { checkInput, run, type StorageContext } from "../context.ts";

/** `Storage.deleteAttachment`: deletes one attachment of a record. */
export async function deleteAttachment(
  context: StorageContext,
  input: { country: unknown; recordKey: unknown; fileId: unknown; request: unknown },
): Promise<{ success: true }> {
  const { country: countrySchema, recordKey: recordKeySchema, request: requestSchema } = context.schemas;
  const entries = { country: countrySchema, recordKey: recordKeySchema, fileId: fileIdSchema, request: requestSchema };
  const { fileId, ...about } = checkInput("deleteAttachment", entries, input);
  return run(about.request, async () => {
    await deleteFile(await targetOf(context, "deleteAttachment", about), fileId);
    return { success: true };
  });
}

/** Deletes an attachment. @throws StorageServerError with `status` 404 where there is none. */
export async function deleteFile(target: Target, fileId: string): Promise<void> {
  const { context, operation, country, request } = target;
  const call = { operation, country, method: "DELETE", path: filePath(target, fileId), request } as const;
  const { answer, error, repeatedBlindly } = await context.pop.call(call);
  // An earlier attempt may have deleted it: then there is none now, as was asked.
  if (!isSuccess(answer.status) && !(answer.status === 404 && repeatedBlindly)) throw error();
}
