import * as v from "valibot";
import type { FileKeyring } from "../files/sealed/file-keyring.ts";
import { parseAnswer } from "../http/answers.ts";
import { limitOfRecords } from "../http/response-limits.ts";
import { stringifyJson } from "../json.ts";
import type { AttachmentMeta } from "../records/record.ts";
import { type ReceivedRecord, receivedRecordSchema } from "../records/wire.ts";
import { callForMeta } from "./fetch-meta.ts";
import type { Target } from "./target.ts";

/**
 * The PoP's name for a sealed file is made with a secret. Where the record has a file of this name that another secret sealed,
 * it gets the name that the current one gives it: the PoP can then tell that a file of that name is there.
 */
export async function adoptFormerName(target: Target, keyring: FileKeyring, name: string): Promise<void> {
  const former = await keyring.formerNames(target.record, name);
  if (former.length === 0) return;
  const attachments = await attachmentsOf(target);
  const current = await keyring.currentName(target.record, name);
  if (attachments.some(({ fileName }) => fileName === current)) return;
  const found = attachments.find(({ fileName }) => former.includes(fileName));
  if (found !== undefined) await renameStored(target, found.fileId, current);
}

/** Changes the name that the PoP has for a sealed file. */
export async function renameStored(target: Target, fileId: string, name: string): Promise<void> {
  await callForMeta(target, fileId, { method: "PATCH", body: stringifyJson({ filename: name }) });
}

async function attachmentsOf({ context, operation, country, request, recordPath }: Target): Promise<AttachmentMeta[]> {
  const call = {
    operation,
    country,
    method: "GET",
    path: recordPath,
    request,
    maxAnswerBytes: limitOfRecords(1),
  } as const;
  const { answer, json, error } = await context.pop.call(call);
  // That there is no such record is for the upload itself to say.
  if (answer.status === 404) return [];
  if (answer.status < 200 || answer.status > 299) throw error();
  return attachmentsIn(parseAnswer(receivedRecordSchema, answer, json));
}

const attachmentsSchema = v.fallback(v.array(v.custom<AttachmentMeta>(isParsed)), []);

/** The attachments of an answered record; none where the PoP does not list them. */
export function attachmentsIn({ fields }: ReceivedRecord): AttachmentMeta[] {
  return v.parse(attachmentsSchema, fields.attachments);
}

function isParsed(input: unknown): boolean {
  return typeof input === "object" && input !== null && "fileId" in input;
}
