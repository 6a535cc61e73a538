import { type Environment, type Pop, type PopServer } from "incountry-playground";
import { parseJson, stringifyJson } from "incountry-storage/protocol";
import { array, number, object, optional, parse, record, string, unknown } from "valibot";

const responseRecord = record(string(), unknown());
export type ReceivedRecord = Record<string, unknown>;

const foundSchema = object({ meta: record(string(), unknown()), data: array(responseRecord) });
const batchSchema = object({ records: array(responseRecord) });
const errorsSchema = object({
  errors: array(object({ status: number(), title: string(), detail: string(), source: optional(string()) })),
});

/** A response, read whole. Its parts are parsed on access, with the expected schema. */
export class PopResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;

  constructor(response: Response, text: string) {
    this.status = response.status;
    this.headers = response.headers;
    this.text = text;
  }

  get json(): unknown {
    return parseJson(this.text);
  }

  get record(): ReceivedRecord {
    return parse(responseRecord, this.json);
  }

  get records(): ReceivedRecord[] {
    return parse(batchSchema, this.json).records;
  }

  get found(): { meta: Record<string, unknown>; data: ReceivedRecord[] } {
    return parse(foundSchema, this.json);
  }

  /** The record keys of a page, in its order. */
  get keys(): unknown[] {
    return this.found.data.map((found) => found["record_key"]);
  }

  get errors(): { status: number; title: string; detail: string; source?: string | undefined }[] {
    return parse(errorsSchema, this.json).errors;
  }

  /** The sources of the errors, sorted. */
  get sources(): string[] {
    return this.errors.map((error) => error.source ?? "").toSorted((one, other) => (one < other ? -1 : 1));
  }
}

export interface Sent {
  /** An object is sent as JSON, with exact integers; a text unchanged. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string | null>>;
  readonly signal?: AbortSignal;
}

/** A client that uses nothing but the protocol. */
export class Caller {
  readonly url: string;
  readonly fetch: typeof globalThis.fetch;
  readonly environment: Environment;

  constructor(fetch: typeof globalThis.fetch, url: string, environment: Environment) {
    this.fetch = fetch;
    this.url = url;
    this.environment = environment;
  }

  /** A caller for the same PoP, as another tenant. */
  as(environment: Environment): Caller {
    return new Caller(this.fetch, this.url, environment);
  }

  /** Sends one request; a header that is null is omitted. */
  async send(method: string, path: string, { body, headers = {}, signal }: Sent = {}): Promise<PopResponse> {
    const all: Record<string, string | null> = {
      ...this.credentials,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    };
    const sent = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== null);
    const response = await this.fetch(this.url + path, {
      method,
      headers: sent,
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : stringifyJson(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
    return new PopResponse(response, await response.text());
  }

  /** Sends a body that is not JSON. */
  async sendBytes(
    method: string,
    path: string,
    body: BodyInit,
    headers: Record<string, string> = {},
  ): Promise<PopResponse> {
    // Streams need `duplex`; other bodies ignore it. The types do not have it yet.
    const init: RequestInit & { duplex: "half" } = {
      method,
      headers: { ...this.credentials, ...headers },
      body,
      duplex: "half",
    };
    const response = await this.fetch(this.url + path, init);
    return new PopResponse(response, await response.text());
  }

  /** A response that has not been read. */
  async download(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return this.fetch(this.url + path, { headers: { ...this.credentials, ...headers } });
  }

  get credentials(): Record<string, string> {
    return { authorization: `Bearer ${this.environment.apiKey}`, "x-env-id": this.environment.id };
  }

  async write(country: string, body: unknown, headers: Sent["headers"] = {}): Promise<PopResponse> {
    return this.send("POST", `/v2/storage/records/${country}`, { body, headers });
  }

  async batchWrite(country: string, records: readonly unknown[]): Promise<PopResponse> {
    return this.send("POST", `/v2/storage/records/${country}/batchWrite`, { body: { records } });
  }

  async find(country: string, filter: unknown = {}, options: unknown = {}): Promise<PopResponse> {
    return this.send("POST", `/v2/storage/records/${country}/find`, { body: { filter, options } });
  }

  async read(country: string, key: string): Promise<PopResponse> {
    return this.send("GET", `/v2/storage/records/${country}/${encodeURIComponent(key)}`);
  }

  async delete(country: string, key: string): Promise<PopResponse> {
    return this.send("DELETE", `/v2/storage/records/${country}/${encodeURIComponent(key)}`);
  }

  async batchDelete(country: string, keys: readonly unknown[]): Promise<PopResponse> {
    const body = { filter: { record_key: keys } };
    return this.send("POST", `/v2/storage/records/${country}/batchDelete`, { body });
  }
}

/** A caller without a socket. */
export function inProcess(pop: Pop): Caller {
  return new Caller(pop.fetch, "http://pop.localhost", firstOf(pop));
}

/** A caller over HTTP. */
export function overSocket(server: PopServer): Caller {
  return new Caller(globalThis.fetch, server.url, firstOf(server));
}

function firstOf({ environments: [first] }: Pop): Environment {
  if (first === undefined) throw new Error("A PoP has at least one environment.");
  return first;
}
