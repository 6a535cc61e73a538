import type { ApiCall } from "../api/call.ts";
import { abortable } from "../async/abort.ts";
import { type Iteration, iterate } from "../async/iterate.ts";
import type { OperationCipher } from "../crypto/cipher.ts";
import { KeyHashing } from "../crypto/key-hashing.ts";
import { asStorageError } from "../errors.ts";
import type { CallOptions, RequestOptions } from "../request-options.ts";
import { type Arguments, type CheckedArguments, checkArguments, type Entries } from "./arguments.ts";
import type { StorageContext } from "./context.ts";

/** One call of a method of Storage: its cipher, its key hashing, and the way to the PoP. */
export interface Call extends ApiCall {
  readonly storage: StorageContext;
  readonly cipher: OperationCipher;
  readonly keys: KeyHashing;
  /** Keeps the call cancellable by the caller's signal after it returned, until the returned function is called. */
  detach(): () => void;
}

/** Runs a method: checks its arguments, then calls `body`. It rejects with a `StorageError` or the reason of the caller's signal. */
export async function perform<const Own extends Entries, Result>(
  storage: StorageContext,
  operation: string,
  own: Own,
  given: Arguments<keyof Own>,
  body: (call: Call, input: CheckedArguments<Own>["input"]) => Promise<Result>,
): Promise<Result> {
  const { country, input, request } = checkArguments(operation, storage.schemas, own, given);
  return run(storage, request, async (options, detach) =>
    body(await startCall(storage, { operation, country, request: options }, detach), input),
  );
}

/** Runs a method that returns an iterator: like `perform`, from the time when the first item is requested. */
export function performIteration<const Own extends Entries, Item>(
  storage: StorageContext,
  operation: string,
  own: Own,
  given: Arguments<keyof Own>,
  body: (call: Call, input: CheckedArguments<Own>["input"], stop: () => void) => AsyncIterable<Item>,
): AsyncIterableIterator<Item, void, undefined> {
  const check = () => checkArguments(operation, storage.schemas, own, given);
  const { links } = storage;
  return iterate(links, check, async function* ({ country, input, request }, { signal, stop }: Iteration) {
    const call = await startCall(storage, { operation, country, request: { ...request, signal } });
    yield* body(call, input, stop);
  });
}

async function startCall(
  storage: StorageContext,
  about: Pick<ApiCall, "operation" | "country" | "request">,
  detach: () => () => void = () => () => undefined,
): Promise<Call> {
  const { configuration, cipher, sender } = storage;
  const keys = await KeyHashing.prepare(configuration.keys);
  return { ...about, storage, sender, cipher: cipher.forOperation(), keys, detach };
}

/** Runs a part of a call, such as a page, with a signal of its own: it ends when the signal of the call aborts. */
export function runPart<Result>(call: Call, part: (call: Call) => Promise<Result>): Promise<Result> {
  return run(call.storage, call.request, (request) => part({ ...call, request }));
}

/** Runs an asynchronous function until the signal aborts. Anything but a `StorageError` becomes one. */
export async function run<Result>(
  { links }: Pick<StorageContext, "links">,
  request: RequestOptions,
  operation: (request: CallOptions, detach: () => () => void) => Promise<Result>,
): Promise<Result> {
  const { signal, release } = links.to(request.signal);
  let detached = false;
  const detach = (): (() => void) => {
    detached = true;
    return release;
  };
  try {
    signal.throwIfAborted();
    return await abortable(operation({ ...request, signal }, detach), signal);
  } catch (error) {
    detached = false;
    if (signal.aborted) throw signal.reason;
    throw asStorageError(error);
  } finally {
    if (!detached) release();
  }
}
