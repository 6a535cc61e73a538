import { parseAnswer } from "../../http/answers.ts";
import { limitOfRecords } from "../../http/response-limits.ts";
import { checkIdentity, openRecord } from "../../records/open.ts";
import type { StorageRecord } from "../../records/record.ts";
import { receivedRecordSchema } from "../../records/wire.ts";
import { checkInput, keyHashingOf, recordsPath, run, type StorageContext } from "../context.ts";

/** `Storage.read`: fetches one record and opens it. */
export async function read(
  context: StorageContext,
  input: { country: unknown; recordKey: unknown; request: unknown },
): Promise<{ record: StorageRecord }> {
  const { country: countrySchema, recordKey: recordKeySchema, request: requestSchema } = context.schemas;
  const entries = { country: countrySchema, recordKey: recordKeySchema, request: requestSchema };
  const { country, recordKey, request } = checkInput("read", entries, input);
  return run(request, async () => {
    const keys = await keyHashingOf(context);
    const recordKeyHash = keys.hash(recordKey);
    const path = `${recordsPath(country)}/${recordKeyHash}`;
    const { answer, json } = await context.pop.callSuccessfully({
      operation: "read",
      country,
      method: "GET",
      path,
      request,
      maxAnswerBytes: limitOfRecords(1),
    });
    const answered = parseAnswer(receivedRecordSchema, answer, json);
    checkIdentity(answered, recordKeyHash);
    const opening = { cipher: context.cipher.forOperation(), keys };
    return { record: (await openRecord(answered, opening)).record };
  });
}
