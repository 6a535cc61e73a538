import { writeRecord, writeRecords } from "../../api/records.ts";
import type { Arguments } from "../../calls/arguments.ts";
import { perform } from "../../calls/call.ts";
import type { StorageContext } from "../../calls/context.ts";
import { fieldEntries } from "../../records/fields.ts";
import type { RecordInput, StorageRecord } from "../../records/record.ts";
import { sealRecord } from "../../records/seal.ts";
import type { ReceivedRecord, WireRecord } from "../../records/wire.ts";

/** `Storage.write`: encrypts a record and sends it to its country. */
export function write(storage: StorageContext, given: Arguments<"record">): Promise<{ record: StorageRecord }> {
  return perform(storage, "write", { record: storage.schemas.record }, given, async (call, { record }) => {
    const wire = await sealRecord(record, call);
    return { record: asRead(record, wire, await writeRecord(call, wire)) };
  });
}

/** `Storage.batchWrite`: writes up to 100 records, all or none. */
export function batchWrite(
  storage: StorageContext,
  given: Arguments<"records">,
): Promise<{ records: StorageRecord[] }> {
  return perform(storage, "batchWrite", { records: storage.schemas.records }, given, async (call, { records }) => {
    const sealed = await Promise.all(records.map(async (record) => ({ record, wire: await sealRecord(record, call) })));
    const wires = sealed.map(({ wire }) => wire);
    const outcome = await writeRecords(call, wires);
    if (!outcome.written) throw outcome.error;
    const stored = outcome.stored();
    return { records: sealed.map(({ record, wire }) => asRead(record, wire, stored?.get(wire.record_key))) };
  });
}

/** Returns the record as a read would: the caller's fields, and those that the client and the PoP set. */
function asRead(record: RecordInput, wire: WireRecord, stored: ReceivedRecord | undefined): StorageRecord {
  const read: Record<string, unknown> = {};
  for (const { name, wire: wireName, setBy } of fieldEntries) {
    const sources = { caller: Reflect.get(record, name), client: wire[wireName], pop: stored?.fields[wireName] };
    const value: unknown = sources[setBy];
    if (value !== undefined && value !== null) read[name] = value;
  }
  return Object.assign(read, { recordKey: record.recordKey });
}
