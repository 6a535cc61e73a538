import * as v from "valibot";
import { fromBase64, fromUtf8, isWellFormed, orUndefined, toBase64, utf8 } from "../encoding.ts";
import { StorageConfigError, StorageCryptoError } from "../errors.ts";
import { exactObject, expectation, foundIn, functionOf, type SchemaOf, wellFormedText } from "../validation.ts";
import type { CheckedSecret, CheckedSecrets } from "./secrets.ts";

/** A caller's own encryption (PROTOCOL.md, section 4). */
export interface CustomEncryptionConfig {
  /** Written into every ciphertext; unique among the configurations. */
  version: string;
  /** @default false Encrypts new records with this one. At most one has it, and the current secret has `isForCustomEncryption`. */
  isCurrent?: boolean | undefined;
  /** @default "base64" Writes the output of `encrypt` as base64, like the Python SDK, or as it is, like the Node.js SDK. Reads both. */
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
const plainObjectSchema = exactObject(entries);
/** An instance of a class may have other fields. */
const instanceSchema = v.object(entries);
const configurationSchema: SchemaOf<v.InferOutput<typeof instanceSchema>> = v.lazy((input) => {
  const isObject = typeof input === "object" && input instanceof Object && !Array.isArray(input);
  return isObject && Object.getPrototypeOf(input) !== Object.prototype ? instanceSchema : plainObjectSchema;
});

/** Binds the functions to the caller's object, which may be an instance of a class. */
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
  readonly #current: CustomEncryptionConfig | undefined;

  /** @throws StorageConfigError if a version is not unique, or several have `isCurrent`. */
  constructor(configurations: readonly CustomEncryptionConfig[]) {
    this.#byVersion = new Map(configurations.map((configuration) => [configuration.version, configuration]));
    if (this.#byVersion.size < configurations.length) {
      throw new StorageConfigError("customEncryptionConfigs: each version must be unique.");
    }
    const current = configurations.filter((configuration) => configuration.isCurrent === true);
    if (current.length > 1) throw new StorageConfigError("customEncryptionConfigs: only one may have isCurrent.");
    this.#current = current[0];
  }

  /** @throws StorageConfigError if the secrets and the configurations do not match (PROTOCOL.md, section 5). */
  checkAgainst(secrets: CheckedSecrets): void {
    const [hasKeys, hasConfigurations] = [customKeysOf(secrets).length > 0, this.#byVersion.size > 0];
    const [isKeyCurrent, hasCurrent] = [secrets.current.use === "custom", this.#current !== undefined];
    let problem: string | undefined;
    if (hasKeys && !hasConfigurations) {
      problem =
        "getSecrets() returned keys for custom encryption, but there are no customEncryptionConfigs: add one, or remove isForCustomEncryption.";
    } else if (!hasKeys && hasConfigurations) {
      problem =
        "There are customEncryptionConfigs, but none of the secrets has isForCustomEncryption: add a key for them.";
    } else if (isKeyCurrent && !hasCurrent) {
      problem = "The current secret is for custom encryption, but none of customEncryptionConfigs has isCurrent: true.";
    } else if (!isKeyCurrent && hasCurrent) {
      problem =
        "One of customEncryptionConfigs has isCurrent: true, but the current secret has no isForCustomEncryption.";
    }
    if (problem !== undefined) throw new StorageConfigError(problem);
  }

  /**
   * Encrypts and decrypts texts with every pair of a configuration and a key. A configuration may fail with the keys of
   * others, but each configuration and each key must pass in one pair, and the current configuration must pass with the
   * current key.
   *
   * @throws StorageConfigError of the first pair that failed.
   */
  async tryAll(secrets: CheckedSecrets): Promise<void> {
    const keys = customKeysOf(secrets);
    const trials: (Trial & { configuration: CustomEncryptionConfig; key: CheckedSecret })[] = [];
    for (const configuration of this.#byVersion.values()) {
      for (const key of keys) trials.push({ configuration, key, failure: await failureOf(configuration, key) });
      const own = trials.filter((trial) => trial.configuration === configuration);
      requireOne(configuration === this.#current ? own.filter(({ key }) => key === secrets.current) : own);
    }
    for (const key of keys) requireOne(trials.filter((trial) => trial.key === key));
  }

  /** Encrypts with the current configuration; its version is a part of the ciphertext. */
  async seal(text: string, secret: CheckedSecret): Promise<{ version: string; packed: string }> {
    const configuration = this.#current;
    if (configuration === undefined) throw new StorageConfigError("No custom encryption has isCurrent: true.");
    return { version: configuration.version, packed: await sealAndPack(configuration, text, secret) };
  }

  async open(version: string, packed: string, secret: CheckedSecret): Promise<string> {
    const configuration = this.#byVersion.get(version);
    if (configuration === undefined) {
      throw new StorageCryptoError(
        "The version that a ciphertext names is not among customEncryptionConfigs: add its configuration.",
      );
    }
    if (secret.use !== "custom") {
      throw new StorageCryptoError(
        `The ciphertext has a custom encryption, but the secret of version ${secret.version} has no isForCustomEncryption.`,
      );
    }
    return unpackAndOpen(configuration, packed, secret);
  }
}

async function sealAndPack(configuration: CustomEncryptionConfig, text: string, key: CheckedSecret): Promise<string> {
  const output = await call(configuration, "encrypt", text, key);
  if (!isWellFormed(output)) {
    throw new StorageCryptoError(
      `${nameOf(configuration, "encrypt")} returned a lone surrogate, which UTF-8 cannot encode: return base64 or hex.`,
    );
  }
  return configuration.encoding === "raw" ? output : toBase64(utf8(output));
}

async function unpackAndOpen(config: CustomEncryptionConfig, packed: string, key: CheckedSecret): Promise<string> {
  const unpacked = orUndefined(() => fromUtf8(fromBase64(packed)));
  if (unpacked === undefined) return call(config, "decrypt", packed, key);
  // The raw output of `encrypt` may be base64 too: the configured encoding is tried first, then the other.
  const [first, second] = config.encoding === "raw" ? [packed, unpacked] : [unpacked, packed];
  try {
    return await call(config, "decrypt", first, key);
  } catch (error) {
    return call(config, "decrypt", second, key).catch(() => {
      throw error;
    });
  }
}

function nameOf({ version }: CustomEncryptionConfig, operation: "encrypt" | "decrypt"): string {
  return `Custom encryption ${JSON.stringify(version)}: ${operation}()`;
}

async function call(
  configuration: CustomEncryptionConfig,
  operation: "encrypt" | "decrypt",
  text: string,
  key: CheckedSecret,
): Promise<string> {
  const name = nameOf(configuration, operation);
  let output: unknown;
  try {
    // A copy: the function may wipe or change the key.
    output = await configuration[operation](text, key.bytes.slice(), key.version);
  } catch (cause) {
    throw new StorageCryptoError(`${name} failed with the key of version ${key.version}.`, { cause });
  }
  if (typeof output === "string") return output;
  throw new StorageCryptoError(`${name} must return a string, or a promise of one; it returned ${typeof output}.`);
}

function customKeysOf({ byVersion }: CheckedSecrets): CheckedSecret[] {
  return [...byVersion.values()].filter((secret) => secret.use === "custom");
}

type Trial = { failure: StorageConfigError | undefined };

function requireOne(trials: readonly Trial[]): void {
  const [first] = trials;
  if (first !== undefined && trials.every(({ failure }) => failure !== undefined)) throw first.failure;
}

/** Empty, ASCII, and other characters. */
const trialTexts = ["", "trial", "проба 試験 🛂"];

async function failureOf(config: CustomEncryptionConfig, key: CheckedSecret): Promise<StorageConfigError | undefined> {
  const name = `The custom encryption ${JSON.stringify(config.version)} with the key of version ${key.version}`;
  try {
    for (const text of trialTexts) {
      // Packed as in records, to find text that the encoding cannot represent.
      if ((await unpackAndOpen(config, await sealAndPack(config, text, key), key)) !== text) {
        return new StorageConfigError(`${name} failed its trial: decrypt() did not return the input of encrypt().`);
      }
    }
  } catch (cause) {
    return new StorageConfigError(`${name} failed its trial: encrypt() or decrypt() threw an error; see \`cause\`.`, {
      cause,
    });
  }
  return undefined;
}
