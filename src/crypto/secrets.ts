import * as v from "valibot";
import { type Bytes, fromBase64, utf8 } from "../encoding.ts";
import { SecretsValidationError } from "../errors.ts";
import { exactObject, listOf, parse, type SchemaOf, summarize } from "../validation.ts";

/** What `getSecrets` returns: one password, or several secrets with their versions. */
export type SecretsInput = string | SecretsData;

export interface SecretsData {
  /** The version that new records are sealed with; one of `secrets`. */
  currentVersion: number;
  secrets: Secret[];
}

export interface Secret {
  /** A password; or, for a key, base64 text or the bytes themselves. */
  secret: string | Uint8Array;
  /** An integer ≥ 0, each at most once. */
  version: number;
  /** The secret is a key of exactly 32 bytes, used as it is: no derivation, and no guessing of passwords. */
  isKey?: boolean | undefined;
  /** The secret is a key, of any length, for one of `customEncryptionConfigs`. */
  isForCustomEncryption?: boolean | undefined;
}

/** How a secret becomes a key. */
export type SecretUse = "password" | "key" | "custom";

/** A secret that was checked. */
export interface CheckedSecret {
  readonly version: number;
  readonly use: SecretUse;
  readonly bytes: Bytes;
}

/** The secrets of one operation. */
export interface CheckedSecrets {
  readonly current: CheckedSecret;
  readonly byVersion: ReadonlyMap<number, CheckedSecret>;
}

/** Bytes of a key for AES-256 (protocol.md, section 4). */
const keyLength = 32;
/** A single password has no version: records say 0 (protocol.md, section 5). */
const versionOfSinglePassword = 0;

const version: SchemaOf<number> = v.pipe(
  v.number(),
  v.safeInteger("must be an integer"),
  v.minValue(0, "must not be negative"),
);
const nonEmpty = v.pipe(v.string(), v.nonEmpty("must not be empty"));
const hidden = { hideUnknownNames: true };
const secretSchema = exactObject(
  {
    secret: v.union([nonEmpty, v.custom<Uint8Array>(isUint8Array)], "must be a non-empty string or a Uint8Array"),
    version,
    isKey: v.optional(v.boolean()),
    isForCustomEncryption: v.optional(v.boolean()),
  },
  hidden,
);
const secretsDataSchema = exactObject(
  {
    currentVersion: version,
    secrets: v.pipe(listOf(secretSchema), v.nonEmpty("must hold at least one secret")),
  },
  hidden,
);

/** Not instanceof: the bytes of another realm are as good. Its tag tells it from views whose elements are no bytes. */
function isUint8Array(input: unknown): boolean {
  return ArrayBuffer.isView(input) && Object.prototype.toString.call(input) === "[object Uint8Array]";
}

/** Checks what a secrets provider returned (protocol.md, section 5). Throws a `SecretsValidationError`. */
export function checkSecrets(input: unknown): CheckedSecrets {
  if (typeof input === "string") return checkSinglePassword(input);
  const parsed = parse(secretsDataSchema, input, "secrets");
  if (!parsed.ok) throw invalid(summarize(parsed.issues));
  const byVersion = new Map<number, CheckedSecret>();
  for (const secret of parsed.output.secrets) {
    if (byVersion.has(secret.version)) throw invalid(`version ${secret.version} is there twice`);
    byVersion.set(secret.version, checkSecret(secret));
  }
  const current = byVersion.get(parsed.output.currentVersion);
  if (current === undefined) {
    throw invalid(`currentVersion ${parsed.output.currentVersion} is not the version of any of the secrets`);
  }
  return { current, byVersion };
}

function checkSinglePassword(password: string): CheckedSecrets {
  if (password === "") throw invalid("the secret is an empty string");
  const current: CheckedSecret = { version: versionOfSinglePassword, use: "password", bytes: utf8(password) };
  return { current, byVersion: new Map([[current.version, current]]) };
}

function checkSecret({ secret, version, isKey, isForCustomEncryption }: Secret): CheckedSecret {
  if (isKey && isForCustomEncryption) {
    throw invalid(`the secret of version ${version} has both isKey and isForCustomEncryption: it can be one of them`);
  }
  if (isKey) {
    const bytes = keyBytes(secret);
    if (bytes?.length !== keyLength) {
      throw invalid(`the key of version ${version} must be ${keyLength} bytes, as base64 or as a Uint8Array`);
    }
    return { version, use: "key", bytes };
  }
  if (isForCustomEncryption) {
    const bytes = keyBytes(secret);
    if (bytes === undefined || bytes.length === 0) {
      throw invalid(
        `the key for custom encryption of version ${version} must be base64 or a Uint8Array, and not empty`,
      );
    }
    return { version, use: "custom", bytes };
  }
  if (typeof secret !== "string") {
    throw invalid(`the secret of version ${version} is bytes: set isKey or isForCustomEncryption, or give a string`);
  }
  return { version, use: "password", bytes: utf8(secret) };
}

function keyBytes(secret: string | Uint8Array): Bytes | undefined {
  // A copy: the caller may wipe or reuse its own array.
  if (typeof secret !== "string") return new Uint8Array(secret);
  try {
    return fromBase64(secret);
  } catch {
    return undefined;
  }
}

function invalid(reason: string): SecretsValidationError {
  return new SecretsValidationError(`getSecrets() returned secrets that cannot be used: ${reason}.`);
}
