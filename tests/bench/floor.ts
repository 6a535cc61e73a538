import type { RecordInput } from "incountry-storage";
import { decrypt, derive, encrypt, hash, importPassword, type SaltedKey, takeApart } from "./web-crypto.ts";
import { type Envelope, recordsOf, toWire } from "./wire-record.ts";

/**
 * The floor: the minimum work of any client of this protocol, WebCrypto and JSON for the same bytes. The key exists,
 * nothing is validated, and everything runs concurrently.
 */
export class Floor {
  readonly #environmentId: string;
  readonly #version: number;
  readonly #password: CryptoKey;
  readonly #key: SaltedKey;

  private constructor(environmentId: string, version: number, password: CryptoKey, key: SaltedKey) {
    this.#environmentId = environmentId;
    this.#version = version;
    this.#password = password;
    this.#key = key;
  }

  static async of(environmentId: string, password: string, version = 0): Promise<Floor> {
    const base = await importPassword(password);
    return new Floor(environmentId, version, base, await derive(base));
  }

  /** The request that writes the records, all encrypted with one salt. */
  async sealAll(records: readonly RecordInput[]): Promise<string> {
    const seal = (text: string): Promise<string> => encrypt(text, this.#key);
    const sealing = { environmentId: this.#environmentId, version: this.#version, seal };
    return JSON.stringify({ records: await Promise.all(records.map((record) => toWire(record, sealing))) });
  }

  /** Decrypts the envelopes of a response to records of `sealAll`, and hashes the keys in them. */
  async openAll(response: string): Promise<Envelope[]> {
    return Promise.all(recordsOf(response).map(({ body }) => this.#open(body, this.#key.key)));
  }

  /** The request that writes the records of a response back, decrypted and encrypted again. */
  async resealAll(response: string): Promise<string> {
    const envelopes = await this.openAll(response);
    const records = recordsOf(response).map(async (record, index) => {
      const { created_at: _created, updated_at: _updated, attachments: _files, ...fields } = record;
      return { ...fields, body: await encrypt(JSON.stringify(envelopes[index]), this.#key), version: this.#version };
    });
    return JSON.stringify({ records: await Promise.all(records) });
  }

  /** Only the key derivations for a response with a salt for each record. */
  async deriveAll(response: string): Promise<SaltedKey[]> {
    return Promise.all(recordsOf(response).map(({ body }) => derive(this.#password, takeApart(body).salt)));
  }

  async #open(body: string, key: CryptoKey): Promise<Envelope> {
    const envelope: Envelope = JSON.parse(await decrypt(takeApart(body), key));
    await Promise.all(Object.values(envelope.meta).map((value) => hash(value, this.#environmentId)));
    return envelope;
  }
}
