import { parseJson, stringifyJson } from "incountry-storage/protocol";
import * as v from "valibot";
import { hashKey } from "../../demo/hash-key.ts";
import { defaultEnvironment } from "../../pop/environments.ts";
import { bypassHeader } from "../../start/attacks.ts";
import { controlPaths } from "../../start/paths.ts";
import { normalizeKeys } from "./settings.ts";

/** The PoP that serves this page, with the credentials of its public environment. */
export const pop = {
  environmentId: defaultEnvironment.id,
  endpoint: location.origin,
  apiKey: defaultEnvironment.apiKey,
} as const;

export const rowSchema = v.record(v.string(), v.unknown());
const pageSchema = v.object({ meta: v.object({ total: v.number() }), data: v.array(rowSchema) });
const countsSchema = v.record(v.string(), v.number());
const countriesSchema = v.object({ countries: v.array(v.object({ id: v.string() })) });

/** A record as the PoP stores it, under its wire names. */
export type Row = v.InferOutput<typeof rowSchema>;

/** Fetches the row of a record without the SDK: what the operator of the PoP sees without the secret. */
export async function fetchRow(country: string, recordKey: string): Promise<Row> {
  const response = await request("GET", `${recordsPath(country)}/${await hashOf(recordKey)}`);
  return v.parse(rowSchema, parseJson(await response.text()));
}

/** Fetches the first rows of a country without the SDK, and the number of matches. */
export async function fetchRows(
  country: string,
  limit: number,
  filter = {},
): Promise<v.InferOutput<typeof pageSchema>> {
  const body = stringifyJson({ filter, options: { limit, offset: 0 } });
  const response = await request("POST", `${recordsPath(country)}/find`, body);
  return v.parse(pageSchema, parseJson(await response.text()));
}

/** Deletes rows by the hashes of their keys, which takes no secret. */
export async function deleteRows(country: string, hashes: readonly unknown[]): Promise<void> {
  await request("POST", `${recordsPath(country)}/batchDelete`, stringifyJson({ filter: { record_key: hashes } }));
}

/** Fetches the first bytes of a file as the PoP stores it. */
export async function fetchFileStart(
  country: string,
  recordKey: string,
  fileId: string,
  length: number,
): Promise<Uint8Array> {
  const path = `${recordsPath(country)}/${await hashOf(recordKey)}/attachments/${encodeURIComponent(fileId)}`;
  const response = await request("GET", path, undefined, { range: `bytes=0-${length - 1}` });
  return new Uint8Array(await response.arrayBuffer()).subarray(0, length);
}

/** Fetches the codes of the countries that the PoP serves, in lower case. */
export async function fetchCountries(): Promise<string[]> {
  const response = await request("GET", "/countries");
  return v.parse(countriesSchema, await response.json()).countries.map(({ id }) => id.toLowerCase());
}

/** Fetches the number of records by country code, without the empty countries. */
export async function fetchCounts(): Promise<ReadonlyMap<string, number>> {
  const response = await request("GET", controlPaths.counts);
  return new Map(Object.entries(v.parse(countsSchema, await response.json())));
}

function hashOf(recordKey: string): Promise<string> {
  return hashKey(normalizeKeys.value ? recordKey.toLowerCase() : recordKey, pop.environmentId);
}

function recordsPath(country: string): string {
  return `/v2/storage/records/${country}`;
}

async function request(
  method: string,
  path: string,
  body?: string,
  extra: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const headers = new Headers({
    authorization: `Bearer ${pop.apiKey}`,
    "x-env-id": pop.environmentId,
    [bypassHeader]: "database",
    ...extra,
  });
  if (body !== undefined) headers.set("content-type", "application/json");
  const response = await fetch(path, { method, headers, ...(body === undefined ? {} : { body }) });
  if (!response.ok) throw new Error(`The PoP returned ${response.status} for ${method} ${path}.`);
  return response;
}
