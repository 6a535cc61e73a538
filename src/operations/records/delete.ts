import { deleteRecord, deleteRecords } from "../../api/records.ts";
import type { Arguments } from "../../calls/arguments.ts";
import { perform } from "../../calls/call.ts";
import type { StorageContext } from "../../calls/context.ts";

/** `Storage.delete`: deletes a record with its attachments. */
export function deleteOne(storage: StorageContext, given: Arguments<"recordKey">): Promise<{ success: true }> {
  return perform(storage, "delete", { recordKey: storage.schemas.recordKey }, given, async (call, { recordKey }) => {
    await deleteRecord(call, call.keys.hash(recordKey));
    return { success: true };
  });
}

/** `Storage.batchDelete`: deletes up to 100 records. */
export function batchDelete(storage: StorageContext, given: Arguments<"recordKeys">): Promise<{ success: true }> {
  const own = { recordKeys: storage.schemas.recordKeys };
  return perform(storage, "batchDelete", own, given, async (call, { recordKeys }) => {
    const hashes = recordKeys.map((key) => call.keys.hash(key));
    await deleteRecords(call, hashes);
    return { success: true };
  });
}
