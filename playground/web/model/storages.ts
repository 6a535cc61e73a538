import { computed } from "@preact/signals";
import { type RequestOptions, type SecretsData, Storage, type StorageOptions } from "incountry-storage";
import { pop } from "./pop.ts";
import { dryRun, type Exchange, Recorder } from "./recorder.ts";
import { secretsData } from "./secrets.ts";
import { untilLock } from "./session.ts";
import { hashSearchKeys, normalizeKeys } from "./settings.ts";

/** What looks, and changes nothing. It is all that a locked page has. */
export type Reader = Pick<Storage, "find" | "read" | "getAttachmentMeta" | "getAttachmentFile">;

const recorder = new Recorder();

let tellDryRun: (exchange: Exchange) => void = () => undefined;

const settings = computed(() => ({
  ...pop,
  hashSearchKeys: hashSearchKeys.value,
  normalizeKeys: normalizeKeys.value,
}));

/** The options of a Storage that seals with these secrets, under the settings of the page. */
export function optionsWith(secrets: SecretsData): StorageOptions {
  return { ...settings.value, getSecrets: () => secrets };
}

/** The SDK, made anew whenever secrets or settings change: with the old one go the keys that it had derived. */
export const storages = computed(() => {
  const secrets = secretsData.value;
  if (secrets === undefined) {
    // What is there can still be looked at from outside. Without encryption a Storage would write it all readable.
    const options = { ...settings.value, encrypt: false };
    const shown = readerOf(new Storage({ ...options, fetch: recorder.fetch }));
    return { shown, quiet: readerOf(new Storage(options)), sealing: undefined };
  }
  const options = optionsWith(secrets);
  /** For what the visitor does: its requests are shown. */
  const shown = new Storage({ ...options, fetch: recorder.fetch });
  /** For what the page needs by itself: example data, files, rotation. */
  const quiet = new Storage(options);
  /** Sends nothing. */
  const dry = new Storage({ ...options, fetch: dryRun((exchange) => tellDryRun(exchange)) });
  return { shown, quiet, sealing: { shown, quiet, dry } };
});

function readerOf(storage: Storage): Reader {
  return {
    find: (...given) => storage.find(...given),
    read: (...given) => storage.read(...given),
    getAttachmentMeta: (...given) => storage.getAttachmentMeta(...given),
    getAttachmentFile: (...given) => storage.getAttachmentFile(...given),
  };
}

/** The Storages that can change something. Throws where the page is locked. */
export function unlocked(): { readonly shown: Storage; readonly quiet: Storage } {
  const { sealing } = storages.value;
  if (sealing === undefined) throw new Error("This page is locked: it can change nothing. Unlock it first.");
  return sealing;
}

/** What an operation of the visitor's left behind, however it ended. */
export interface Trace {
  readonly code: string;
  readonly exchanges: readonly Exchange[];
  readonly error?: unknown;
}

export interface Traced<Result> {
  readonly trace: Trace;
  readonly result?: Result;
}

/** To be given to the SDK with each call of an operation. */
export type OperationRequest = Pick<RequestOptions, "signal" | "headers">;

/**
 * Runs an operation that looks, and keeps its requests and its error for the visitor to see. Gives nothing where the page
 * was locked meanwhile.
 */
export function traced<Result>(
  code: string,
  run: (storage: Reader, request: OperationRequest) => Promise<Result>,
): Promise<Traced<Result> | undefined> {
  return keepTrace(code, async (request) => run(storages.value.shown, request));
}

/** The same for an operation that changes something. */
export function tracedChange<Result>(
  code: string,
  run: (storage: Storage, request: OperationRequest) => Promise<Result>,
): Promise<Traced<Result> | undefined> {
  return keepTrace(code, async (request) => run(unlocked().shown, request));
}

async function keepTrace<Result>(
  code: string,
  run: (request: OperationRequest) => Promise<Result>,
): Promise<Traced<Result> | undefined> {
  const signal = untilLock();
  let exchanges: readonly Exchange[] = [];
  const ended = await recorder
    .during(
      (headers) => run({ signal, headers }),
      (seen) => (exchanges = seen),
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

/** The request that an operation would send. Throws what the SDK throws before it sends. */
export function requestOf(dry: Storage, run: (storage: Storage) => Promise<unknown>): Promise<Exchange> {
  // One after the other: what is told belongs to whoever asks at the moment.
  const preview = lastPreview.then(async () => {
    const told = new Promise<Exchange>((resolve) => {
      tellDryRun = resolve;
    });
    // The answer of a dry run is no page of records, which `find` complains about once its request was told.
    const done = run(dry).then(() => told);
    return Promise.race([told, done]);
  });
  lastPreview = preview.catch(() => undefined);
  return preview;
}
