import { batch, computed, signal } from "@preact/signals";
import type { SecretsData } from "incountry-storage";
import { endSession } from "./session.ts";

/** A secret as the page holds it: in memory, until the page is closed or locked. */
export interface PageSecret {
  readonly version: number;
  /** A key is 32 bytes, in base64. */
  readonly kind: "password" | "key";
  readonly secret: string;
}

/** The playground opens with it, so that a visitor need not choose one first. It protects invented people alone. */
export const firstPassword = "the playground's first password, known to everyone";

export const secrets = signal<readonly PageSecret[]>([{ version: 1, kind: "password", secret: firstPassword }]);
export const currentVersion = signal(1);
/** What the page knew before it was locked: everything but the secrets. */
export const forgotten = signal<readonly Omit<PageSecret, "secret">[]>([]);

export const locked = computed(() => secrets.value.length === 0);

/** The secrets in the form that the SDK takes; undefined where there are none. */
export const secretsData = computed((): SecretsData | undefined =>
  locked.value
    ? undefined
    : {
        currentVersion: currentVersion.value,
        secrets: secrets.value.map(({ version, kind, secret }) => ({ version, secret, isKey: kind === "key" })),
      },
);

/** Adds a secret under a version that is not there yet. New records are sealed with the newest. */
export function addSecret(added: PageSecret): void {
  if (secrets.value.some(({ version }) => version === added.version)) return;
  const all = [...secrets.value, added].toSorted((one, other) => one.version - other.version);
  batch(() => {
    secrets.value = all;
    currentVersion.value = Math.max(...all.map(({ version }) => version));
    forgotten.value = forgotten.value.filter(({ version }) => version !== added.version);
  });
}

export function nextVersion(): number {
  return Math.max(0, ...[...secrets.value, ...forgotten.value].map(({ version }) => version)) + 1;
}

/**
 * Forgets every secret, and stops what works with them. Nothing else in the page holds them, or a key made of them, once
 * the old Storages are dropped.
 */
export function lock(): void {
  endSession();
  batch(() => {
    forgotten.value = [...secrets.value, ...forgotten.value]
      .map(({ version, kind }) => ({ version, kind }))
      .toSorted((one, other) => one.version - other.version);
    secrets.value = [];
  });
}

const keyLength = 32;

/** 32 random bytes, in base64. */
export function makeKey(): string {
  return btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(keyLength))));
}

/** What is wrong with a text that is to be a key: the base64 of 32 bytes, padded. */
export function keyProblem(text: string): string | undefined {
  const wrong = wrongWith(text);
  return wrong === undefined ? undefined : `A key is ${keyLength} bytes, written in base64. ${wrong}`;
}

function wrongWith(text: string): string | undefined {
  if (/[^A-Za-z\d+/=]/.test(text)) return "Here is something else than letters, digits, + and /.";
  const bytes = bytesOf(text);
  if (bytes === undefined) return "This is not whole: copy it once more, with each = at its end.";
  return bytes === keyLength ? undefined : `These are ${bytes}.`;
}

/** How many bytes a text in base64 stands for; undefined where it is not how they are written. */
function bytesOf(text: string): number | undefined {
  try {
    const bytes = atob(text);
    return btoa(bytes) === text ? bytes.length : undefined;
  } catch {
    return undefined;
  }
}
