import { Storage, type StorageOptions } from "incountry-storage";

/** Calls a method by its name with arbitrary arguments, as JavaScript can. Consumes iterations. */
export async function callWith(storage: Storage, method: string, ...given: unknown[]): Promise<unknown> {
  const found: unknown = Reflect.get(storage, method);
  if (typeof found !== "function") throw new TypeError(`There is no method ${method}.`);
  const result: unknown = Reflect.apply(found, storage, given);
  if (!isAsyncIterable(result)) return result;
  const items: unknown[] = [];
  for await (const item of result) items.push(item);
  return items;
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}

/** Creates a Storage with arbitrary options, as JavaScript can. */
export function storageWith(options: unknown): Storage {
  return Reflect.construct<[StorageOptions], Storage>(Storage, Object([options]));
}
