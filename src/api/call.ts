import type { RequestSender } from "../http/request-sender.ts";
import type { CallOptions } from "../request-options.ts";

/** What every function of this folder takes: who sends, and on behalf of which call. */
export interface ApiCall {
  readonly sender: RequestSender;
  /** The name of the method of Storage, for logs and messages. */
  readonly operation: string;
  readonly country: string;
  readonly request: CallOptions;
}

/** The path of the records of a country. */
export function recordsPath(country: string): string {
  return `/v2/storage/records/${country}`;
}
