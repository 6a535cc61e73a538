import type { Context } from "hono";
import { authorize } from "../../authorize.ts";
import type { Services } from "../../context.ts";
import { HttpError } from "../../errors.ts";
import { type FileAddress, NameTaken, NoSuchRecord, type RecordAddress } from "../../store/attachments.ts";
import { noSuchRecord, recordKeyOf } from "../record-key.ts";

/** Authorizes a request, and returns the address of its record. */
export async function recordAddressOf(context: Context, services: Services): Promise<RecordAddress> {
  const scope = await authorize(context, services);
  return { scope, recordKey: recordKeyOf(context) };
}

/** Authorizes a request, and returns the address of its attachment. */
export async function fileAddressOf(context: Context, services: Services): Promise<FileAddress> {
  return { ...(await recordAddressOf(context, services)), fileId: context.req.param("fileId") ?? "" };
}

export function noSuchFile(): HttpError {
  return new HttpError(404, { detail: "This record has no attachment with this id.", source: "fileId" });
}

/** Awaits work on attachments. Throws 404 if the record does not exist, and 409 if the name is taken. */
export async function withAttachmentErrors<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof NoSuchRecord) throw noSuchRecord();
    if (!(error instanceof NameTaken)) throw error;
    const detail = "The record has an attachment with this name. Replace it with PUT, or choose another name.";
    throw new HttpError(409, { detail, source: "filename" });
  }
}
