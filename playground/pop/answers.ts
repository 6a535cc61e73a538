import type { Context } from "hono";
import { fieldEntries, stringifyJson } from "incountry-storage/protocol";
import type { Refusal } from "./errors.ts";
import type { KeptRecord, Scope, StoredAttachment, Value } from "./store/schema.ts";

/** An answer in JSON, integers exact. */
export function jsonAnswer(value: unknown, init: ResponseInit = {}): Response {
  const headers = new Headers(init.headers);
  headers.set("content-type", "application/json");
  return new Response(stringifyJson(value), { ...init, headers });
}

export function refused({ body, status, headers }: Refusal): Response {
  return jsonAnswer(body, { status, headers });
}

/** Makes what goes over the wire of records and attachments: `origin` and `country` lead to the files. */
export class WireForms {
  readonly #records: string;

  constructor(context: Context, { country }: Scope) {
    this.#records = `${new URL(context.req.url).origin}/v2/storage/records/${country}`;
  }

  /** Every field, null where unset. */
  record({ record, attachments }: KeptRecord): Record<string, unknown> {
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
