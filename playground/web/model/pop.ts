import { parseJson, stringifyJson } from "incountry-storage/protocol";
import * as v from "valibot";
import { defaultEnvironment } from "../../pop/environments.ts";
import { outsideHeader } from "../../start/hostility.ts";
import { controlPaths } from "../../start/paths.ts";
import { normalizeKeys } from "./settings.ts";

/** The PoP that serves this page, and the environment that everybody may use there. */
export const pop = {
  environmentId: defaultEnvironment.id,
  endpoint: location.origin,
  apiKey: defaultEnvironment.apiKey,
} as const;

const rowSchema = v.record(v.string(), v.unknown());
const pageSchema = v.object({ meta: v.object({ total: v.number() }), data: v.array(rowSchema) });
const countsSchema = v.record(v.string(), v.number());
const countriesSchema = v.object({ countries: v.array(v.object({ id: v.string() })) });

/** A record as the PoP keeps it, under its wire names. */
export type Row = v.InferOutput<typeof rowSchema>;

/**
 * The row of a record as the PoP's database has it: fetched without the SDK, with nothing but the API key. This is what
 * anyone sees who has the PoP, and not the secret.
 */
export async function fetchRow(country: string, recordKey: string): Promise<Row> {
  const response = await request("GET", `${recordsPath(country)}/${await hashOf(recordKey)}`);
  return v.parse(rowSchema, parseJson(await response.text()));
}

/** The first rows of a country, without the SDK, and how many there are. */
export async function fetchRows(
  country: string,
  limit: number,
  filter = {},
): Promise<v.InferOutput<typeof pageSchema>> {
  const body = stringifyJson({ filter, options: { limit, offset: 0 } });
  const response = await request("POST", `${recordsPath(country)}/find`, body);
  return v.parse(pageSchema, parseJson(await response.text()));
}

/** Deletes rows by their hashes: no secret is needed to destroy. */
export async function deleteRows(country: string, hashes: readonly unknown[]): Promise<void> {
  await request("POST", `${recordsPath(country)}/batchDelete`, stringifyJson({ filter: { record_key: hashes } }));
}

/** The first bytes of a file as the PoP keeps it. */
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

/** The codes of the countries that the PoP serves, in lower case. */
export async function fetchCountries(): Promise<string[]> {
  const response = await request("GET", "/countries");
  return v.parse(countriesSchema, await response.json()).countries.map(({ id }) => id.toLowerCase());
}

/** How many records each country holds, by its code; those that hold none are left out. */
export async function fetchCounts(): Promise<ReadonlyMap<string, number>> {
  const response = await request("GET", controlPaths.counts);
  return new Map(Object.entries(v.parse(countsSchema, await response.json())));
}

/** PROTOCOL.md, section 2: done here again, to look from outside of the SDK. */
async function hashOf(recordKey: string): Promise<string> {
  const key = normalizeKeys.value ? recordKey.toLowerCase() : recordKey;
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(`${key}:${pop.environmentId}`));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
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
    [outsideHeader]: "database",
    ...extra,
  });
  if (body !== undefined) headers.set("content-type", "application/json");
  const response = await fetch(path, { method, headers, ...(body === undefined ? {} : { body }) });
  if (!response.ok) throw new Error(`The PoP answered ${response.status} to ${method} ${path}.`);
  return response;
}
