import { sendFile } from "../api/attachments.ts";
import { StorageIntegrityError } from "../errors.ts";
import { isSame } from "../files/integrity.ts";
import { type OutgoingFile, OutgoingForm } from "../files/outgoing-file.ts";
import { ProgressReport } from "../files/progress-report.ts";
import { isGeneratedId } from "../http/request-id.ts";
import type { AttachmentMeta } from "../records/record.ts";
import type { RecordCall } from "./record-call.ts";

/**
 * Sends a file, and verifies that the PoP stored what was sent.
 *
 * @throws StorageServerError with `status` 409 if there is a file of that name and `upsert` is false.
 * @throws StorageIntegrityError if the PoP stored other bytes, or a sealed file under another name.
 */
export async function sendVerified(
  call: RecordCall,
  file: OutgoingFile,
  { upsert }: { readonly upsert: boolean },
): Promise<AttachmentMeta> {
  const progress = new ProgressReport(call.request.onProgress, call.storage.configuration.log);
  const form = new OutgoingForm(file, progress);
  const meta = await sendFile(call, { upsert, replayable: file.replayable }, form);
  const sent = await form.fingerprint();
  if (sent === undefined || !isSame(sent, meta)) {
    throw new StorageIntegrityError(
      `The PoP stored other bytes than those that were sent. Delete the attachment (fileId ${printableId(meta)}) and send the file again.`,
    );
  }
  if (file.boundToName && meta.fileName !== file.name) {
    throw new StorageIntegrityError(
      `The PoP stored the sealed file under another name, so that it cannot be decrypted. Delete the attachment (fileId ${printableId(meta)}).`,
    );
  }
  progress.end(file.callerBytes(sent.size));
  return meta;
}

/** The PoP chooses the id: a message shows it only if it looks generated. */
function printableId({ fileId }: AttachmentMeta): string {
  return isGeneratedId(fileId) ? fileId : "…";
}
