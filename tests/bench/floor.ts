import type { RecordInput } from "incountry-storage";
import { decrypt, derive, encrypt, hash, importPassword, type SaltedKey, takeApart } from "./web-crypto.ts";
import { type Envelope, recordsOf, toWire } from "./wire-record.ts";

/**
 * The floor: what no client of this protocol can do without, WebCrypto and JSON for the same bytes. The key is there,
 * nothing is validated, and nothing waits that need not.
 */
export class Floor {
  readonly #environmentId: string;
  readonly #password: CryptoKey;
  readonly #key: SaltedKey;

  private constructor(environmentId: string, password: CryptoKey, key: SaltedKey) {
    this.#environmentId = environmentId;
    this.#password = password;
    this.#key = key;
  }

  static async of(environmentId: string, password: string): Promise<Floor> {
    const base = await importPassword(password);
    return new Floor(environmentId, base, await derive(base));
  }

  /** The request that writes the records, all sealed under one salt. */
  async sealAll(records: readonly RecordInput[]): Promise<string> {
    const seal = (text: string): Promise<string> => encrypt(text, this.#key);
    const environmentId = this.#environmentId;
    return JSON.stringify({
      records: await Promise.all(records.map((record) => toWire(record, { environmentId, version: 0, seal }))),
    });
  }

  /** The envelopes of an answer whose records were sealed by `sealAll`, and the hashes of the keys in them. */
  async openAll(answer: string): Promise<Envelope[]> {
    return Promise.all(recordsOf(answer).map(({ body }) => this.#open(body, this.#key.key)));
  }

  /** The derivations alone that an answer costs whose records have a salt each. */
  async deriveAll(answer: string): Promise<SaltedKey[]> {
    return Promise.all(recordsOf(answer).map(({ body }) => derive(this.#password, takeApart(body).salt)));
  }

  async #open(body: string, key: CryptoKey): Promise<Envelope> {
    const envelope: Envelope = JSON.parse(await decrypt(takeApart(body), key));
    await Promise.all(Object.values(envelope.meta).map((value) => hash(value, this.#environmentId)));
    return envelope;
  }
}
