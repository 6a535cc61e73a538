import { computed } from "@preact/signals";
import { Storage, type StorageOptions } from "incountry-storage";
import { pop } from "./pop.ts";
import { dryRun, type Exchange, Recorder } from "./recorder.ts";
import { secretsData } from "./secrets.ts";
import { hashSearchKeys, normalizeKeys } from "./settings.ts";

const recorder = new Recorder();

let tellDryRun: (exchange: Exchange) => void = () => undefined;

const options = computed<StorageOptions>(() => {
  const secrets = secretsData.value;
  return {
    ...pop,
    hashSearchKeys: hashSearchKeys.value,
    normalizeKeys: normalizeKeys.value,
    // Without a secret nothing can be sealed or opened, but what is there can still be looked at from outside.
    ...(secrets === undefined ? { encrypt: false } : { getSecrets: () => secrets }),
  };
});

/** The SDK, made anew whenever secrets or settings change: with the old one go the keys that it had derived. */
export const storages = computed(() => ({
  /** For what the visitor does: its requests are shown. */
  shown: new Storage({ ...options.value, fetch: recorder.fetch }),
  /** For what the page needs by itself: counts, example data, rotation. */
  quiet: new Storage(options.value),
  /** Sends nothing. */
  dry: new Storage({ ...options.value, fetch: dryRun((exchange) => tellDryRun(exchange)) }),
}));

/** What an operation of the visitor's left behind, however it ended. */
export interface Trace {
  readonly code: string;
  readonly exchanges: readonly Exchange[];
  readonly error?: unknown;
}

/** Runs an operation, and keeps its requests and its error for the visitor to see. */
export async function traced<Result>(
  code: string,
  run: (storage: Storage) => Promise<Result>,
): Promise<{ trace: Trace; result?: Result }> {
  let exchanges: readonly Exchange[] = [];
  try {
    const result = await recorder.during(
      () => run(storages.value.shown),
      (seen) => (exchanges = seen),
    );
    return { trace: { code, exchanges }, result };
  } catch (error) {
    return { trace: { code, exchanges, error } };
  }
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
