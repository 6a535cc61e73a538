// Code that must compile against the declarations.
import {
  createStorage,
  type FindResult,
  type Int64,
  Storage,
  StorageError,
  type StorageOptions,
  type StorageRecord,
} from "incountry-storage";
import { type FieldName, recordFields } from "incountry-storage/protocol";

const options: StorageOptions = { environmentId: "e", apiKey: "k", getSecrets: async () => "s" };

export const constructed: Storage = new Storage(options);
export const field: FieldName = "recordKey";
export const wire: "record_key" = recordFields.recordKey.wire;

export async function firstRangeKey(): Promise<Int64 | null | undefined> {
  const storage: Storage = await createStorage(options);
  const found: FindResult = await storage.find("us", { key1: ["a", "b"], rangeKey1: { $gte: 1n } }, { limit: 10 });
  const first: StorageRecord | undefined = found.records[0];
  for await (const record of storage.findAll("us")) if (record.createdAt) return record.rangeKey1;
  return first?.rangeKey1;
}

export const codeOf = (error: unknown): string | undefined => (error instanceof StorageError ? error.code : undefined);
