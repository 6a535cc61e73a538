import { isSuccess } from "../../http/transport.ts";
import { stringifyJson } from "../../json.ts";
import { checkInput, keyHashingOf, recordsPath, run, type StorageContext } from "../context.ts";

/** `Storage.delete`: deletes one record, and its attachments with it. */
export async function deleteRecord(
  context: StorageContext,
  input: { country: unknown; recordKey: unknown; request: unknown },
): Promise<{ success: true }> {
  const { country: countrySchema, recordKey: recordKeySchema, request: requestSchema } = context.schemas;
  const entries = { country: countrySchema, recordKey: recordKeySchema, request: requestSchema };
  const { country, recordKey, request } = checkInput("delete", entries, input);
  return run(request, async () => {
    const path = `${recordsPath(country)}/${(await keyHashingOf(context)).hash(recordKey)}`;
    const { answer, error, repeatedBlindly } = await context.pop.call({
      operation: "delete",
      country,
      method: "DELETE",
      path,
      request,
    });
    // An earlier attempt may have deleted the record: then there is none now, as was asked.
    if (!isSuccess(answer.status) && !(answer.status === 404 && repeatedBlindly)) throw error();
    return { success: true };
  });
}

/** `Storage.batchDelete`: deletes up to 100 records. */
export async function batchDelete(
  context: StorageContext,
  input: { country: unknown; recordKeys: unknown; request: unknown },
): Promise<{ success: true }> {
  const { country: countrySchema, recordKeys: recordKeysSchema, request: requestSchema } = context.schemas;
  const entries = { country: countrySchema, recordKeys: recordKeysSchema, request: requestSchema };
  const { country, recordKeys, request } = checkInput("batchDelete", entries, input);
  return run(request, async () => {
    const keys = await keyHashingOf(context);
    const hashes = recordKeys.map((key) => keys.hash(key));
    const path = `${recordsPath(country)}/batchDelete`;
    const body = stringifyJson({ filter: { record_key: hashes } });
    await context.pop.callSuccessfully({ operation: "batchDelete", country, method: "POST", path, body, request });
    return { success: true };
  });
}
