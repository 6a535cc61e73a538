import { parseJson } from "incountry-storage/protocol";
import * as v from "valibot";
import type { Context } from "./context.ts";
import { hashKey } from "./hash-key.ts";
import { verify } from "./verify.ts";

const storedRecordSchema = v.record(v.string(), v.unknown());

/** A record as the PoP stores it, under its wire names. */
export type StoredRecord = v.InferOutput<typeof storedRecordSchema>;

/** Fetches a record without the SDK. */
export async function fetchStoredRecord(
  { meter, pop }: Context,
  country: string,
  recordKey: string,
): Promise<StoredRecord> {
  const hash = await hashKey(recordKey, pop.environmentId);
  const response = await meter.fetch(`${pop.url}/v2/storage/records/${country}/${hash}`, {
    headers: { authorization: `Bearer ${pop.apiKey}`, "x-env-id": pop.environmentId },
  });
  verify(response.ok, `the PoP has a record under the hash of ${recordKey}`);
  return v.parse(storedRecordSchema, parseJson(await response.text()));
}
