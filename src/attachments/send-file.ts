import { StorageIntegrityError } from "../errors.ts";
import { isSame } from "../files/integrity.ts";
import { type OutgoingFile, OutgoingForm } from "../files/outgoing-file.ts";
import { ProgressReport } from "../files/progress-report.ts";
import { parseAnswer, readJson, serverError } from "../http/answers.ts";
import { isGeneratedId } from "../http/generated-id.ts";
import { type TransferSettings, transfer } from "../http/transfer.ts";
import { upload } from "../http/upload.ts";
import type { AttachmentMeta } from "../records/record.ts";
import { attachmentMetaSchema } from "../records/wire.ts";
import type { RequestOptions } from "../request-options.ts";

export interface Sending {
  readonly operation: string;
  readonly country: string;
  /** The path of the record's attachments. */
  readonly path: string;
  readonly request: RequestOptions;
  /** Whether it replaces the file of the same name. */
  readonly upsert: boolean;
}

/**
 * Sends a file, and checks that the PoP keeps what was sent.
 *
 * @throws StorageServerError with `status` 409 where there is a file of that name, and it is not to be replaced.
 * @throws StorageIntegrityError where the PoP has other bytes than those that were sent, or another name for what is bound to it.
 */
export async function sendFile(
  settings: TransferSettings,
  { upsert, ...sending }: Sending,
  file: OutgoingFile,
): Promise<AttachmentMeta> {
  const progress = new ProgressReport(sending.request.onProgress, settings.log);
  const form = new OutgoingForm(file, progress);
  const call = {
    ...sending,
    method: upsert ? "PUT" : "POST",
    replayable: file.replayable,
    // To add a file again whose first time was answered by nobody might find a conflict with itself.
    repeatable: upsert,
  } as const;
  const { answer } = await transfer(settings, call, (attempt) => upload(attempt, form));
  if (answer.status < 200 || answer.status > 299) throw serverError(answer, sending.operation);
  const meta = parseAnswer(attachmentMetaSchema, answer, readJson(answer));
  const sent = await form.fingerprint();
  if (sent === undefined || !isSame(sent, meta)) {
    throw new StorageIntegrityError(
      `The PoP has kept other bytes than those that were sent: delete the attachment (fileId ${shownId(meta)}), and send the file again.`,
    );
  }
  if (file.boundToName && meta.fileName !== file.name) {
    throw new StorageIntegrityError(
      `The PoP keeps the sealed file under another name than the one it was sent with, and it cannot be opened: delete it (fileId ${shownId(meta)}).`,
    );
  }
  progress.end(file.callerBytes(sent.size));
  return meta;
}

/** The id in a message, if it looks like one: it is the PoP that chooses it. */
function shownId({ fileId }: AttachmentMeta): string {
  return isGeneratedId(fileId) ? fileId : "…";
}
