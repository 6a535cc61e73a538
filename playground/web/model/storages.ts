import { computed } from "@preact/signals";
import { type RequestOptions, type SecretsData, Storage, type StorageOptions } from "incountry-storage";
import { pop } from "./pop.ts";
import { dryRun, type Exchange, Recorder } from "./recorder.ts";
import { secretsData } from "./secrets.ts";
import { lockSignal } from "./session.ts";
import { hashSearchKeys, normalizeKeys } from "./settings.ts";

/** The methods that change nothing. A locked page has no others. */
export type Reader = Pick<Storage, "find" | "read" | "getAttachmentMeta" | "getAttachmentFile">;

const recorder = new Recorder();

let onDryRun: (exchange: Exchange) => void = () => undefined;

const settings = computed(() => ({
  ...pop,
  hashSearchKeys: hashSearchKeys.value,
  normalizeKeys: normalizeKeys.value,
}));

/** The options of a Storage with these secrets and the settings of the page. */
export function optionsWith(secrets: SecretsData): StorageOptions {
  return { ...settings.value, getSecrets: () => secrets };
}

/** The Storages of the page, replaced when secrets or settings change. Derived keys are dropped with the old ones. */
export const storages = computed(() => {
  const secrets = secretsData.value;
  if (secrets === undefined) {
    // Read-only, since a Storage without encryption would write plain text.
    const options = { ...settings.value, encrypt: false };
    const recorded = readerOf(new Storage({ ...options, fetch: recorder.fetch }));
    return { recorded, unrecorded: readerOf(new Storage(options)), writable: undefined };
  }
  const options = optionsWith(secrets);
  /** For actions of the visitor: the page shows the requests. */
  const recorded = new Storage({ ...options, fetch: recorder.fetch });
  /** For sample data, files and rotation. */
  const unrecorded = new Storage(options);
  /** Sends nothing. */
  const dry = new Storage({ ...options, fetch: dryRun((exchange) => onDryRun(exchange)) });
  return { recorded, unrecorded, writable: { recorded, unrecorded, dry } };
});

function readerOf(storage: Storage): Reader {
  return {
    find: (...given) => storage.find(...given),
    read: (...given) => storage.read(...given),
    getAttachmentMeta: (...given) => storage.getAttachmentMeta(...given),
    getAttachmentFile: (...given) => storage.getAttachmentFile(...given),
  };
}

/** Returns the Storages that can write. Throws if the page is locked. */
export function unlocked(): { readonly recorded: Storage; readonly unrecorded: Storage } {
  const { writable } = storages.value;
  if (writable === undefined) throw new Error("This page is locked. Unlock it to make changes.");
  return writable;
}

/** The code, requests and error of an operation, for the page to show. */
export interface Trace {
  readonly code: string;
  readonly exchanges: readonly Exchange[];
  readonly error?: unknown;
}

export interface Traced<Result> {
  readonly trace: Trace;
  readonly result?: Result;
}

/** The request options of a traced operation. Pass them to every call of the SDK. */
export type OperationRequest = Pick<RequestOptions, "signal" | "headers">;

/** Runs an operation that reads. Resolves to undefined if the page was locked meanwhile. */
export function traced<Result>(
  code: string,
  run: (storage: Reader, request: OperationRequest) => Promise<Result>,
): Promise<Traced<Result> | undefined> {
  return recordTrace(code, async (request) => run(storages.value.recorded, request));
}

/** Like `traced`, for an operation that writes. */
export function tracedChange<Result>(
  code: string,
  run: (storage: Storage, request: OperationRequest) => Promise<Result>,
): Promise<Traced<Result> | undefined> {
  return recordTrace(code, async (request) => run(unlocked().recorded, request));
}

async function recordTrace<Result>(
  code: string,
  run: (request: OperationRequest) => Promise<Result>,
): Promise<Traced<Result> | undefined> {
  const signal = lockSignal();
  let exchanges: readonly Exchange[] = [];
  const ended = await recorder
    .during(
      (headers) => run({ signal, headers }),
      (recorded) => (exchanges = recorded),
    )
    .then(
      (result) => ({ result }),
      (error: unknown) => ({ error }),
    );
  if (signal.aborted) return undefined;
  return "error" in ended
    ? { trace: { code, exchanges, error: ended.error } }
    : { trace: { code, exchanges }, result: ended.result };
}

let lastPreview: Promise<unknown> = Promise.resolve();

/** Returns the request that an operation would send. Rejects with the SDK's error if it sends none. */
export function previewRequest(dry: Storage, run: (storage: Storage) => Promise<unknown>): Promise<Exchange> {
  // One preview at a time, since all of them share `onDryRun`.
  const preview = lastPreview.then(async () => {
    const sent = new Promise<Exchange>((resolve) => {
      onDryRun = resolve;
    });
    // The SDK may reject the response of a dry run, but only after the request.
    const done = run(dry).then(() => sent);
    return Promise.race([sent, done]);
  });
  lastPreview = preview.catch(() => undefined);
  return preview;
}
