import { StorageIntegrityError } from "../errors.ts";
import { parseAnswer } from "../http/answers.ts";
import type { PopCall } from "../http/pop-client.ts";
import type { AttachmentMeta } from "../records/record.ts";
import { attachmentMetaSchema } from "../records/wire.ts";
import { filePath, type Target } from "./target.ts";

/** What the PoP says of an attachment. @throws StorageServerError with `status` 404 where there is none. */
export function fetchMeta(target: Target, fileId: string): Promise<AttachmentMeta> {
  return callForMeta(target, fileId, { method: "GET" });
}

/** Calls for what answers with an attachment's metadata, and checks that it is the one that was meant. */
export async function callForMeta(
  target: Target,
  fileId: string,
  how: Pick<PopCall, "method" | "body">,
): Promise<AttachmentMeta> {
  const { context, operation, country, request } = target;
  const path = `${filePath(target, fileId)}/meta`;
  const { answer, json } = await context.pop.callSuccessfully({ operation, country, path, request, ...how });
  const meta = parseAnswer(attachmentMetaSchema, answer, json);
  if (meta.fileId === fileId) return meta;
  throw new StorageIntegrityError("The PoP sent the metadata of another attachment than the one that was asked for.");
}
