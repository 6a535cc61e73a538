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

/** Adds a secret under a version, or replaces the one of that version. New records are sealed with the newest. */
export function addSecret(added: PageSecret): void {
  const others = secrets.value.filter(({ version }) => version !== added.version);
  const all = [...others, added].toSorted((one, other) => one.version - other.version);
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

/** 32 random bytes, in base64. */
export function makeKey(): string {
  return btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32))));
}

/** Whether a text is the base64 of 32 bytes. */
export function isKeyText(text: string): boolean {
  try {
    return atob(text).length === 32;
  } catch {
    return false;
  }
}
