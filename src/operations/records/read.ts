import { readRecord } from "../../api/records.ts";
import type { Arguments } from "../../calls/arguments.ts";
import { perform } from "../../calls/call.ts";
import type { StorageContext } from "../../calls/context.ts";
import { checkIdentity, openRecord } from "../../records/open.ts";
import type { StorageRecord } from "../../records/record.ts";

/** `Storage.read`: fetches a record and decrypts it. */
export function read(storage: StorageContext, given: Arguments<"recordKey">): Promise<{ record: StorageRecord }> {
  return perform(storage, "read", { recordKey: storage.schemas.recordKey }, given, async (call, { recordKey }) => {
    const hash = call.keys.hash(recordKey);
    const received = await readRecord(call, hash);
    checkIdentity(received, hash);
    return { record: (await openRecord(received, call)).record };
  });
}
