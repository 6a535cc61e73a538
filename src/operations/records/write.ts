import * as v from "valibot";
import { parseAnswer, unexpected } from "../../http/answers.ts";
import type { JsonAnswer } from "../../http/pop-client.ts";
import { limitOfRecords } from "../../http/response-limits.ts";
import { type HttpAnswer, isSuccess } from "../../http/transport.ts";
import { stringifyJson } from "../../json.ts";
import { fieldEntries } from "../../records/fields.ts";
import type { RecordInput, StorageRecord } from "../../records/record.ts";
import { type RecordSealing, sealRecord } from "../../records/seal.ts";
import { type ReceivedRecord, receivedRecordSchema, type WireRecord } from "../../records/wire.ts";
import type { RequestOptions } from "../../request-options.ts";
import { listOf, type SchemaOf } from "../../validation.ts";
import { checkInput, keyHashingOf, recordsPath, run, type StorageContext } from "../context.ts";

/** `Storage.write`: seals a record and sends it to its country. */
export async function write(
  context: StorageContext,
  input: { country: unknown; record: unknown; request: unknown },
): Promise<{ record: StorageRecord }> {
  const { country: countrySchema, record: recordSchema, request: requestSchema } = context.schemas;
  const entries = { country: countrySchema, record: recordSchema, request: requestSchema };
  const { country, record, request } = checkInput("write", entries, input);
  return run(request, async () => {
    const sealed = await sealRecord(record, await sealingOf(context));
    const path = recordsPath(country);
    const body = stringifyJson(sealed);
    const { answer, json } = await context.pop.callSuccessfully({
      operation: "write",
      country,
      method: "POST",
      path,
      body,
      request,
      maxAnswerBytes: limitOfRecords(1),
    });
    const stored = isOk(answer) ? undefined : parseAnswer(receivedRecordSchema, answer, json);
    return { record: storedRecord(record, sealed, stored, answer) };
  });
}

/** `Storage.batchWrite`: the same for up to 100 records, all or none. */
export async function batchWrite(
  context: StorageContext,
  input: { country: unknown; records: unknown; request: unknown },
): Promise<{ records: StorageRecord[] }> {
  const { country: countrySchema, records: recordsSchema, request: requestSchema } = context.schemas;
  const entries = { country: countrySchema, records: recordsSchema, request: requestSchema };
  const { country, records, request } = checkInput("batchWrite", entries, input);
  return run(request, async () => {
    const sealing = await sealingOf(context);
    const sealed = await Promise.all(records.map((record) => sealRecord(record, sealing)));
    const { answer, stored } = await sendBatch(context, { operation: "batchWrite", country, records: sealed, request });
    return {
      records: records.flatMap((record, index) => {
        const wire = sealed[index];
        return wire === undefined ? [] : [storedRecord(record, wire, stored?.get(wire.record_key), answer)];
      }),
    };
  });
}

const batchAnswerSchema: SchemaOf<{ records: ReceivedRecord[] }> = v.object({ records: listOf(receivedRecordSchema) });

export interface Batch {
  readonly operation: string;
  readonly country: string;
  readonly records: readonly Readonly<Record<string, unknown>>[];
  readonly request: RequestOptions;
}

/** What the PoP stored of a batch, by hashed record key, where it says. */
interface StoredBatch {
  readonly answer: HttpAnswer;
  readonly stored: ReadonlyMap<unknown, ReceivedRecord> | undefined;
}

/** Sends sealed records. */
async function sendBatch(context: StorageContext, batch: Batch): Promise<StoredBatch> {
  const answer = await postBatch(context, batch);
  if (!isSuccess(answer.answer.status)) throw answer.error();
  return storedBatch(answer, batch.records.length);
}

/** The answer to a batch, whatever its status. */
export function postBatch(
  context: StorageContext,
  { operation, country, records, request }: Batch,
): Promise<JsonAnswer> {
  const path = `${recordsPath(country)}/batchWrite`;
  const body = stringifyJson({ records });
  const maxAnswerBytes = limitOfRecords(records.length);
  return context.pop.call({ operation, country, method: "POST", path, body, request, maxAnswerBytes });
}

/** Reads the answer to a batch that the PoP accepted. */
function storedBatch({ answer, json }: JsonAnswer, count: number): StoredBatch {
  if (isOk(answer)) return { answer, stored: undefined };
  const { records } = parseAnswer(batchAnswerSchema, answer, json);
  checkCount(answer, records.length, count);
  return { answer, stored: new Map(records.map((record) => [record.fields.record_key, record])) };
}

const acknowledgementSchema = v.object({ records: listOf(v.looseObject({ record_key: v.string() })) });

/** The same, for a writer that has no use for what the PoP stored: a rotation has it already. */
export function checkAcknowledged({ answer, json }: JsonAnswer, count: number): void {
  if (!isOk(answer)) checkCount(answer, parseAnswer(acknowledgementSchema, answer, json).records.length, count);
}

function checkCount(answer: HttpAnswer, count: number, sent: number): void {
  if (count === sent) return;
  throw unexpected(answer, `answer.records: expected the ${sent} records that were sent, got ${count}`);
}

/** What sealing needs for one operation. */
export async function sealingOf(context: StorageContext): Promise<RecordSealing> {
  return { keys: await keyHashingOf(context), cipher: context.cipher.forOperation() };
}

/** Older PoPs answer a write with the text `OK` (protocol.md, section 6). */
function isOk({ text }: HttpAnswer): boolean {
  return /^\s*"?OK"?\s*$/i.test(text);
}

/** The record as a read would give it: the caller's fields, and what the PoP set. */
function storedRecord(
  record: RecordInput,
  sealed: WireRecord,
  stored: ReceivedRecord | undefined,
  answer: HttpAnswer,
): StorageRecord {
  if (stored === undefined ? !isOk(answer) : stored.fields.record_key !== sealed.record_key) {
    throw unexpected(answer, "answer.record_key: expected the record that was sent, got another one");
  }
  const merged: Record<string, unknown> = {};
  for (const { name, wire, setBy } of fieldEntries) {
    const value =
      setBy === "caller" ? Reflect.get(record, name) : setBy === "client" ? sealed[wire] : stored?.fields[wire];
    if (value !== undefined && value !== null) merged[name] = value;
  }
  return Object.assign(merged, { recordKey: record.recordKey });
}
