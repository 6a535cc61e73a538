import * as v from "valibot";
import { changeMeta } from "../api/attachments.ts";
import { readRecord } from "../api/records.ts";
import { StorageServerError } from "../errors.ts";
import type { FileKeyring } from "../files/sealed/file-keyring.ts";
import type { AttachmentMeta } from "../records/record.ts";
import type { ReceivedRecord } from "../records/wire.ts";
import { identityOf, type RecordCall } from "./record-call.ts";

/**
 * Renames a sealed file whose stored name was made with another secret: it gets the one of the current secret. The PoP finds an
 * existing file by its stored name, which depends on the secret, so it would not find this one.
 */
export async function adoptFormerName(call: RecordCall, keyring: FileKeyring, name: string): Promise<void> {
  const record = identityOf(call);
  const former = await keyring.formerNames(record, name);
  if (former.length === 0) return;
  const attachments = await listAttachments(call);
  const current = await keyring.currentName(record, name);
  if (attachments.some(({ fileName }) => fileName === current)) return;
  const found = attachments.find(({ fileName }) => former.includes(fileName));
  if (found !== undefined) await changeMeta(call, found.fileId, { fileName: current });
}

async function listAttachments(call: RecordCall): Promise<AttachmentMeta[]> {
  try {
    return attachmentsIn(await readRecord(call, call.recordKeyHash));
  } catch (error) {
    // The upload reports a missing record.
    if (error instanceof StorageServerError && error.status === 404) return [];
    throw error;
  }
}

const attachmentsSchema = v.fallback(v.array(v.custom<AttachmentMeta>(isParsed)), []);

/** Returns the attachments of a received record; none if the PoP does not list them. */
export function attachmentsIn({ fields }: ReceivedRecord): AttachmentMeta[] {
  return v.parse(attachmentsSchema, fields.attachments);
}

function isParsed(input: unknown): boolean {
  return typeof input === "object" && input !== null && "fileId" in input;
}
