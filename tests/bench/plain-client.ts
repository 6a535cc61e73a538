import type { RecordInput } from "incountry-storage";
import { call, type PopAccess } from "./pop-calls.ts";
import { decrypt, derive, encrypt, importPassword, takeApart } from "./web-crypto.ts";
import { type Envelope, recordsOf, toWire, type WireRecord } from "./wire-record.ts";

/** Passwords by version. */
export type Passwords = Readonly<Record<number, string>>;

/** One record after another in a loop, or all records of a page at once, on all cores. */
export type Pace = "one by one" | "page at once";

/**
 * A client as one writes it quickly from PROTOCOL.md, and as the deployed SDKs work: a salt and a derivation for each
 * ciphertext, a derivation for each decryption, one page at a time. It validates and verifies nothing.
 */
export class PlainClient {
  readonly #pop: PopAccess;
  readonly #passwords: Passwords;
  readonly #version: number;
  readonly #pace: Pace;

  constructor(pop: PopAccess, passwords: Passwords, version: number, pace: Pace = "one by one") {
    this.#pop = pop;
    this.#passwords = passwords;
    this.#version = version;
    this.#pace = pace;
  }

  /** The request that writes the records. */
  async sealAll(records: readonly RecordInput[]): Promise<string> {
    const { environmentId } = this.#pop.client;
    const seal = async (text: string): Promise<string> =>
      encrypt(text, await derive(await this.#password(this.#version)));
    const sealing = { environmentId, version: this.#version, seal };
    return JSON.stringify({ records: await this.#each(records, (record) => toWire(record, sealing)) });
  }

  async batchWrite(country: string, records: readonly RecordInput[]): Promise<void> {
    await call(this.#pop, `${country}/batchWrite`, await this.sealAll(records));
  }

  async find(country: string, filter: unknown): Promise<{ records: WireRecord[]; envelopes: Envelope[] }> {
    const response = await call(this.#pop, `${country}/find`, JSON.stringify({ filter, options: { limit: 100 } }));
    const records = recordsOf(response);
    return { records, envelopes: await this.#each(records, (record) => this.#open(record)) };
  }

  /** Rotates one page; returns its number of records. */
  async rotatePage(country: string): Promise<number> {
    const { records, envelopes } = await this.find(country, { version: { $not: this.#version } });
    const password = await this.#password(this.#version);
    const resealed = await this.#each(records, async (record, index) => {
      const { created_at: _created, updated_at: _updated, attachments: _files, ...fields } = record;
      const body = await encrypt(JSON.stringify(envelopes[index]), await derive(password));
      return { ...fields, body, version: this.#version };
    });
    await call(this.#pop, `${country}/batchWrite`, JSON.stringify({ records: resealed }));
    return records.length;
  }

  async #open({ body, version }: WireRecord): Promise<Envelope> {
    const parts = takeApart(body);
    const { key } = await derive(await this.#password(version), parts.salt);
    return JSON.parse(await decrypt(parts, key));
  }

  async #each<Item, Result>(
    items: readonly Item[],
    work: (item: Item, index: number) => Promise<Result>,
  ): Promise<Result[]> {
    if (this.#pace === "page at once") return Promise.all(items.map(work));
    const results: Result[] = [];
    for (const [index, item] of items.entries()) results.push(await work(item, index));
    return results;
  }

  #password(version: number): Promise<CryptoKey> {
    return importPassword(this.#passwords[version] ?? "");
  }
}
