// A user's program: writes a record and reads it back. Arguments: endpoint, environment, API key, country.
import { createStorage, StorageError } from "incountry-storage";
import { recordFields } from "incountry-storage/protocol";
import { createRecordStorage } from "incountry-storage/records";

const [endpoint, environmentId, apiKey, country] = process.argv.slice(2);
const storage = await createStorage({ endpoint, environmentId, apiKey, getSecrets: () => "a secret of the consumer" });
const recordKey = `consumer-${crypto.randomUUID()}`;
await storage.write(country, { recordKey, body: "Zażółć gęślą jaźń", rangeKey1: 9007199254740993n });
const records = await createRecordStorage({
  endpoint,
  environmentId,
  apiKey,
  getSecrets: () => "a secret of the consumer",
});
const { record } = await records.read(country, recordKey);
await storage.delete(country, recordKey);
const refusal = await storage.read(country, recordKey).catch((error) => error);

const runtime = "Deno" in globalThis ? "deno" : "Bun" in globalThis ? "bun" : "node";
console.log(
  JSON.stringify({
    runtime,
    body: record.body,
    rangeKey1: String(record.rangeKey1),
    refusedWithStorageError: refusal instanceof StorageError,
    wireName: recordFields.recordKey.wire,
  }),
);
