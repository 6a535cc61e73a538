import { batch, computed, signal } from "@preact/signals";
import type { SecretsData } from "incountry-storage";
import { formatCount } from "./format.ts";
import { endSession } from "./session.ts";

/** A secret. It is held in memory until the page is closed or locked. */
export interface PageSecret {
  readonly version: number;
  readonly kind: "password" | "key";
  /** For a key, 32 bytes in base64. */
  readonly secret: string;
}

/** The default secret, so that visitors need not choose one. It protects sample data only. */
export const firstPassword = "the playground's first password, known to everyone";

export const secrets = signal<readonly PageSecret[]>([{ version: 1, kind: "password", secret: firstPassword }]);
export const currentVersion = signal(1);
/** The versions whose secrets were removed by locking. */
export const lockedVersions = signal<readonly Omit<PageSecret, "secret">[]>([]);

export const locked = computed(() => secrets.value.length === 0);

/** The secrets as the SDK takes them; undefined if there are none. */
export const secretsData = computed((): SecretsData | undefined =>
  locked.value
    ? undefined
    : {
        currentVersion: currentVersion.value,
        secrets: secrets.value.map(({ version, kind, secret }) => ({ version, secret, isKey: kind === "key" })),
      },
);

/** Adds a secret under a new version. New records are encrypted with the highest version. */
export function addSecret(added: PageSecret): void {
  if (secrets.value.some(({ version }) => version === added.version)) return;
  const all = [...secrets.value, added].toSorted((one, other) => one.version - other.version);
  batch(() => {
    secrets.value = all;
    currentVersion.value = Math.max(...all.map(({ version }) => version));
    lockedVersions.value = lockedVersions.value.filter(({ version }) => version !== added.version);
  });
}

export function nextVersion(): number {
  return Math.max(0, ...[...secrets.value, ...lockedVersions.value].map(({ version }) => version)) + 1;
}

/**
 * Removes every secret and aborts the operations that use them. Derived keys are held by the Storages alone, which are
 * dropped too.
 */
export function lock(): void {
  endSession();
  batch(() => {
    lockedVersions.value = [...secrets.value, ...lockedVersions.value]
      .map(({ version, kind }) => ({ version, kind }))
      .toSorted((one, other) => one.version - other.version);
    secrets.value = [];
  });
}

const keyLength = 32;

/** Generates 32 random bytes, in base64. */
export function makeKey(): string {
  return btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(keyLength))));
}

/** Describes why a text is not the padded base64 of 32 bytes. */
export function keyProblem(text: string): string | undefined {
  const fault = keyFault(text);
  return fault === undefined ? undefined : `A key is ${keyLength} bytes in base64. ${fault}`;
}

function keyFault(text: string): string | undefined {
  if (/[^A-Za-z\d+/=]/.test(text)) return "Only letters, digits, +, / and = are allowed.";
  const bytes = bytesOf(text);
  if (bytes === undefined) return "This base64 is incomplete: copy it again, with every = at the end.";
  return bytes === keyLength ? undefined : `This is ${formatCount(bytes, "byte")}.`;
}

/** The number of bytes in a base64 text; undefined if it is not canonical base64. */
function bytesOf(text: string): number | undefined {
  try {
    const bytes = atob(text);
    return btoa(bytes) === text ? bytes.length : undefined;
  } catch {
    return undefined;
  }
}
