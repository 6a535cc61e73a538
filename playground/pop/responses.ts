import type { Context } from "hono";
import { fieldEntries, stringifyJson } from "incountry-storage/protocol";
import { HttpError } from "./errors.ts";
import { isUnavailable } from "./store/database-errors.ts";
import type { RecordWithAttachments, Scope, StoredAttachment, Value } from "./store/schema.ts";

/** A JSON response, integers exact. */
export function jsonResponse(value: unknown, init: ResponseInit = {}): Response {
  const headers = new Headers(init.headers);
  headers.set("content-type", "application/json");
  return new Response(stringifyJson(value), { ...init, headers });
}

/** The response to a request that failed. Logs unexpected errors. */
export function errorResponse(error: unknown): Response {
  const { body, status, headers } = httpErrorOf(error);
  return jsonResponse(body, { status, headers });
}

function httpErrorOf(error: unknown): HttpError {
  if (error instanceof HttpError) return error;
  if (isUnavailable(error)) {
    const detail = "The PoP's database does not respond. Try again.";
    return new HttpError(503, { detail }, { headers: { "retry-after": "1" } });
  }
  // Only the stack: a database error also holds the statement's parameters.
  console.error(error instanceof Error ? error.stack : error);
  return new HttpError(500, { detail: "The PoP failed. Its log has the error." });
}

/** Writes records and attachments as JSON values. Download links start with the origin of the request. */
export class Serializer {
  readonly #records: string;

  constructor(context: Context, { country }: Scope) {
    this.#records = `${new URL(context.req.url).origin}/v2/storage/records/${country}`;
  }

  /** Every field, null if unset. */
  record({ record, attachments }: RecordWithAttachments): Record<string, unknown> {
    return Object.fromEntries(
      fieldEntries.map(({ wire, type }) => [
        wire,
        type === "attachments"
          ? attachments.map((attachment) => this.attachment(record.record_key, attachment))
          : wireValue(record[wire]),
      ]),
    );
  }

  attachment(recordKey: string, attachment: StoredAttachment): Record<string, unknown> {
    const link = `${this.#records}/${encodeURIComponent(recordKey)}/attachments/${attachment.file_id}`;
    return { ...attachment, download_link: link };
  }
}

function wireValue(value: Value | undefined): unknown {
  return value instanceof Date ? value.toISOString() : (value ?? null);
}
