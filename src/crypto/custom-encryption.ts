import * as v from "valibot";
import { fromBase64, fromUtf8, isWellFormed, toBase64, utf8 } from "../encoding.ts";
import { StorageConfigError, StorageCryptoError } from "../errors.ts";
import { exactObject, expectation, foundIn, functionOf, type SchemaOf, wellFormedText } from "../validation.ts";
import { writeCustom } from "./formats.ts";
import type { CheckedSecret, CheckedSecrets } from "./secrets.ts";

/** A caller's own encryption (protocol.md, section 4). */
export interface CustomEncryptionConfig {
  /** Names the encryption in every ciphertext; each at most once. */
  version: string;
  /** New records are sealed with it, by a current secret that has `isForCustomEncryption`; at most one has this. */
  isCurrent?: boolean | undefined;
  /** How the packed text is written: `base64` (as the Python SDK) or `raw` (as the Node.js and Java SDKs). Both are read. */
  encoding?: "base64" | "raw" | undefined;
  encrypt(input: string, key: Uint8Array, keyVersion: number): string | Promise<string>;
  decrypt(input: string, key: Uint8Array, keyVersion: number): string | Promise<string>;
}

type Operation = CustomEncryptionConfig["encrypt"];

const entries = {
  version: v.pipe(wellFormedText, v.nonEmpty("must not be empty")),
  isCurrent: v.optional(v.boolean()),
  encoding: v.optional(v.picklist(["base64", "raw"])),
  encrypt: functionOf<Operation>(),
  decrypt: functionOf<Operation>(),
};
const ofPlainObject = exactObject(entries);
const ofInstance = v.object(entries);
const configurationSchema: SchemaOf<v.InferOutput<typeof ofInstance>> = v.lazy((input) =>
  isInstanceOfClass(input) ? ofInstance : ofPlainObject,
);

/** Whether the names of its other fields are its own affair: those of a plain object are slips. */
function isInstanceOfClass(input: unknown): boolean {
  const isObject = typeof input === "object" && input instanceof Object && !Array.isArray(input);
  return isObject && Object.getPrototypeOf(input) !== Object.prototype;
}

/** A configuration, whose functions stay methods of the caller's own object: it may be an instance of a class. */
export const customEncryptionSchema: SchemaOf<CustomEncryptionConfig> = v.pipe(
  v.unknown(),
  v.rawTransform(({ dataset: { value: given }, addIssue, NEVER }) => {
    const result = v.safeParse(configurationSchema, given, { message: expectation });
    if (result.success) {
      const { encrypt, decrypt, ...rest } = result.output;
      return { ...rest, encrypt: encrypt.bind(given), decrypt: decrypt.bind(given) };
    }
    for (const issue of result.issues) addIssue(foundIn(issue));
    return NEVER;
  }),
);

/** The custom encryptions of one Storage. */
export class CustomEncryptions {
  readonly #byVersion: ReadonlyMap<string, CustomEncryptionConfig>;
  readonly current: CustomEncryptionConfig | undefined;

  /** Throws a `StorageConfigError` where two have one version, or two are current. */
  constructor(configurations: readonly CustomEncryptionConfig[]) {
    this.#byVersion = new Map(configurations.map((configuration) => [configuration.version, configuration]));
    if (this.#byVersion.size < configurations.length) {
      throw new StorageConfigError("customEncryptionConfigs: each version may be there once.");
    }
    const current = configurations.filter((configuration) => configuration.isCurrent === true);
    if (current.length > 1) throw new StorageConfigError("customEncryptionConfigs: only one may have isCurrent.");
    this.current = current[0];
  }

  /** Keys without a configuration, and the reverse, are configuration errors (protocol.md, section 5). */
  checkAgainst(secrets: CheckedSecrets): void {
    const keys = customKeysOf(secrets);
    if (keys.length > 0 && this.#byVersion.size === 0) {
      throw new StorageConfigError(
        "getSecrets() returned keys for custom encryption, but there are no customEncryptionConfigs: add one, or drop isForCustomEncryption.",
      );
    }
    if (keys.length === 0 && this.#byVersion.size > 0) {
      throw new StorageConfigError(
        "There are customEncryptionConfigs, but none of the secrets has isForCustomEncryption: add a key for them.",
      );
    }
    if (secrets.current.use === "custom" && this.current === undefined) {
      throw new StorageConfigError(
        "The current secret is for custom encryption, but none of customEncryptionConfigs has isCurrent: true.",
      );
    }
    if (secrets.current.use !== "custom" && this.current !== undefined) {
      throw new StorageConfigError(
        "One of customEncryptionConfigs has isCurrent: true, but the current secret has no isForCustomEncryption.",
      );
    }
  }

  /**
   * Lets every configuration seal and open a text with every key for custom encryption. Nothing says which of them belong
   * together, and not every pair need work: each may take keys of a length of its own. But new records are sealed by the
   * current configuration with the current key, so that these must; and of each other configuration, and each other key, one
   * pair must. Throws the `StorageConfigError` of the first pair where none does.
   */
  async tryAll(secrets: CheckedSecrets): Promise<void> {
    const configurations = [...this.#byVersion.values()];
    const keys = customKeysOf(secrets);
    const trials: Trial[] = [];
    for (const configuration of configurations) {
      for (const key of keys) trials.push({ configuration, key, failure: await failureOf(configuration, key) });
    }
    for (const configuration of configurations) {
      const own = trials.filter((trial) => trial.configuration === configuration);
      requireOne(configuration === this.current ? own.filter(({ key }) => key === secrets.current) : own);
    }
    for (const key of keys) requireOne(trials.filter((trial) => trial.key === key));
  }

  async seal(text: string, secret: CheckedSecret): Promise<string> {
    const configuration = this.current;
    if (configuration === undefined) throw new StorageConfigError("No custom encryption is current.");
    return writeCustom(configuration.version, await sealAndPack(configuration, text, secret));
  }

  async open(version: string, packed: string, secret: CheckedSecret): Promise<string> {
    const configuration = this.#byVersion.get(version);
    if (configuration === undefined) {
      throw new StorageCryptoError(
        "The ciphertext is of a custom encryption whose version is not among customEncryptionConfigs: add its configuration.",
      );
    }
    if (secret.use !== "custom") {
      throw new StorageCryptoError(
        `The ciphertext is of a custom encryption, but the secret of version ${secret.version} has no isForCustomEncryption.`,
      );
    }
    return unpackAndOpen(configuration, packed, secret);
  }
}

async function sealAndPack(
  configuration: CustomEncryptionConfig,
  text: string,
  secret: CheckedSecret,
): Promise<string> {
  const output = await call(configuration, "encrypt", text, secret);
  if (!isWellFormed(output)) {
    throw new StorageCryptoError(
      `${nameOf(configuration, "encrypt")} returned half of a surrogate pair, which UTF-8 cannot carry: return base64 or hex.`,
    );
  }
  return configuration.encoding === "raw" ? output : toBase64(utf8(output));
}

async function unpackAndOpen(
  configuration: CustomEncryptionConfig,
  packed: string,
  secret: CheckedSecret,
): Promise<string> {
  const unpacked = tryUnpack(packed);
  if (unpacked === undefined) return call(configuration, "decrypt", packed, secret);
  // What `encrypt` returned may be base64 itself: the packing that is configured is tried first, then the other.
  const [first, second] = configuration.encoding === "raw" ? [packed, unpacked] : [unpacked, packed];
  try {
    return await call(configuration, "decrypt", first, secret);
  } catch (error) {
    return call(configuration, "decrypt", second, secret).catch(() => {
      throw error;
    });
  }
}

function tryUnpack(packed: string): string | undefined {
  try {
    return fromUtf8(fromBase64(packed));
  } catch {
    return undefined;
  }
}

function nameOf({ version }: CustomEncryptionConfig, operation: "encrypt" | "decrypt"): string {
  return `Custom encryption ${JSON.stringify(version)}: ${operation}()`;
}

async function call(
  configuration: CustomEncryptionConfig,
  operation: "encrypt" | "decrypt",
  text: string,
  secret: CheckedSecret,
): Promise<string> {
  const name = nameOf(configuration, operation);
  let output: unknown;
  try {
    // A copy of the key: the function may wipe or change what it was given.
    output = await configuration[operation](text, secret.bytes.slice(), secret.version);
  } catch (cause) {
    throw new StorageCryptoError(`${name} failed with the key of version ${secret.version}.`, { cause });
  }
  if (typeof output !== "string") {
    throw new StorageCryptoError(`${name} must return a string, or a promise of one; it returned ${typeof output}.`);
  }
  return output;
}

function customKeysOf({ byVersion }: CheckedSecrets): CheckedSecret[] {
  return [...byVersion.values()].filter((secret) => secret.use === "custom");
}

/** A configuration tried with a key. */
interface Trial {
  readonly configuration: CustomEncryptionConfig;
  readonly key: CheckedSecret;
  /** undefined: it was passed. */
  readonly failure: StorageConfigError | undefined;
}

function requireOne(trials: readonly Trial[]): void {
  const [first] = trials;
  if (first !== undefined && trials.every(({ failure }) => failure !== undefined)) throw first.failure;
}

/** Empty, ASCII, and beyond: what an encryption of texts must bring back. */
const texts = ["", "trial", "проба 試験 🛂"];

async function failureOf(
  configuration: CustomEncryptionConfig,
  key: CheckedSecret,
): Promise<StorageConfigError | undefined> {
  const name = `The custom encryption ${JSON.stringify(configuration.version)} with the key of version ${key.version}`;
  const failed = (words: string, options?: ErrorOptions): StorageConfigError =>
    new StorageConfigError(`${name} failed its trial: ${words}`, options);
  for (const text of texts) {
    try {
      // Packed and unpacked as records are: what the packing cannot carry must not be found out by losing it.
      const opened = await unpackAndOpen(configuration, await sealAndPack(configuration, text, key), key);
      if (opened !== text) return failed("decrypt() did not give back what encrypt() was given.");
    } catch (cause) {
      return failed("encrypt() or decrypt() threw an error, see cause.", { cause });
    }
  }
  return undefined;
}
