import * as v from "valibot";
import { type Bytes, fromBase64, orUndefined, utf8 } from "../encoding.ts";
import { SecretsValidationError } from "../errors.ts";
import { exactObject, listOf, parse, type SchemaOf, summarize } from "../validation.ts";

/** The result of `getSecrets`: one password, or several secrets with their versions. */
export type SecretsInput = string | SecretsData;

export interface SecretsData {
  /** The version that new records are encrypted with; one of `secrets`. */
  currentVersion: number;
  secrets: Secret[];
}

export interface Secret {
  /** A password, or a key as base64 or bytes. */
  secret: string | Uint8Array;
  /** An integer ≥ 0, unique among the secrets. */
  version: number;
  /** @default false The secret is a key of exactly 32 bytes, used without derivation. */
  isKey?: boolean | undefined;
  /** @default false The secret is a key, of any length, for one of `customEncryptionConfigs`. */
  isForCustomEncryption?: boolean | undefined;
}

/** How a secret is used. */
export type SecretUse = "password" | "key" | "custom";

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

/** Bytes of an AES-256 key (PROTOCOL.md, section 4). */
const keyLength = 32;
/** PROTOCOL.md, section 5. */
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
    secrets: v.pipe(listOf(secretSchema), v.nonEmpty("must have at least one secret")),
  },
  hidden,
);

/** Also accepts the bytes of another realm, unlike `instanceof`. The tag excludes views of other elements. */
function isUint8Array(input: unknown): boolean {
  return ArrayBuffer.isView(input) && Object.prototype.toString.call(input) === "[object Uint8Array]";
}

/** Checks the result of `getSecrets` (PROTOCOL.md, section 5). @throws SecretsValidationError */
export function checkSecrets(input: unknown): CheckedSecrets {
  if (typeof input === "string") return checkSinglePassword(input);
  const parsed = parse(secretsDataSchema, input, "secrets");
  if (!parsed.ok) throw invalid(summarize(parsed.issues));
  const byVersion = new Map<number, CheckedSecret>();
  for (const secret of parsed.output.secrets) {
    if (byVersion.has(secret.version)) throw invalid(`version ${secret.version} is not unique`);
    byVersion.set(secret.version, checkSecret(secret));
  }
  const current = byVersion.get(parsed.output.currentVersion);
  if (current === undefined) {
    throw invalid(`currentVersion ${parsed.output.currentVersion} is not among the versions of the secrets`);
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
    throw invalid(`the secret of version ${version} has both isKey and isForCustomEncryption: set one of them`);
  }
  if (!isKey && !isForCustomEncryption) {
    if (typeof secret === "string") return { version, use: "password", bytes: utf8(secret) };
    throw invalid(`the secret of version ${version} is bytes: set isKey or isForCustomEncryption, or use a string`);
  }
  // A copy of bytes: the caller may wipe its own array.
  const bytes = typeof secret === "string" ? orUndefined(() => fromBase64(secret)) : new Uint8Array(secret);
  if (isKey && bytes?.length !== keyLength) {
    throw invalid(`the key of version ${version} must be ${keyLength} bytes, as base64 or as a Uint8Array`);
  }
  if (bytes === undefined || bytes.length === 0) {
    throw invalid(`the custom encryption key of version ${version} must be non-empty base64 or a Uint8Array`);
  }
  return { version, use: isKey ? "key" : "custom", bytes };
}

function invalid(reason: string): SecretsValidationError {
  return new SecretsValidationError(`getSecrets() returned invalid secrets: ${reason}.`);
}
