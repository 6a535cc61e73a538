import type { Context } from "hono";
import { authorize } from "../../authorize.ts";
import type { Services } from "../../context.ts";
import { Refusal } from "../../errors.ts";
import { type FileAddress, NameTaken, NoSuchRecord, type RecordAddress } from "../../store/attachments.ts";
import { noSuchRecord, recordKeyOf } from "../record-key.ts";

/** Lets a request in, and says which record's attachments it is about. */
export async function recordAddressOf(context: Context, services: Services): Promise<RecordAddress> {
  const scope = await authorize(context, services);
  return { scope, recordKey: recordKeyOf(context) };
}

/** Lets a request in, and says which attachment it is about. */
export async function fileAddressOf(context: Context, services: Services): Promise<FileAddress> {
  return { ...(await recordAddressOf(context, services)), fileId: context.req.param("fileId") ?? "" };
}

export function noSuchFile(): Refusal {
  return new Refusal(404, { detail: "There is no such attachment of this record.", source: "fileId" });
}

/** Waits for work on attachments; refuses with 404 or 409 where the record is not there or the name is taken. */
export async function refusingConflicts<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof NoSuchRecord) throw noSuchRecord();
    if (!(error instanceof NameTaken)) throw error;
    const detail = "The record has an attachment of this name. Replace it with PUT, or choose another name.";
    throw new Refusal(409, { detail, source: "filename" });
  }
}
