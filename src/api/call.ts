import type { RequestSender } from "../http/request-sender.ts";
import type { CallOptions } from "../request-options.ts";

/** The first argument of every function in this folder: the sender, and the call that it sends for. */
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
