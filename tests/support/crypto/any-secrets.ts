import { Storage } from "incountry-storage";
import { cannedPop } from "../canned-pop.ts";
import { type SentRecord, sentRecords } from "./sealed-parts.ts";

export const base64Of = (bytes: number): string => btoa("k".repeat(bytes));
export const key = { secret: base64Of(32), version: 2, isKey: true };
export const password = { secret: "a password of these tests", version: 1 };

/** A Storage whose provider returns an arbitrary value. */
export function storageWith(getSecrets: () => unknown, response: unknown = "OK", more: object = {}) {
  const pop = cannedPop(response);
  const options = { environmentId: "secrets", endpoint: "https://pop.example", apiKey: "key", fetch: pop.fetch };
  const storage: Storage = Reflect.construct(Storage, [{ ...options, ...more, getSecrets }]);
  return { storage, sent: (): SentRecord[] => pop.sent.flatMap(({ body }) => sentRecords(body)), calls: pop.sent };
}

export const write = (storage: Storage): Promise<unknown> =>
  storage.batchWrite("us", [{ recordKey: "one", body: "the body" }]);
