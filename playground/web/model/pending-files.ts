import { computed, signal } from "@preact/signals";
import { countriesInView } from "./countries.ts";

/** Countries with a rotation that has begun and has not rotated every encrypted file. */
const countries = signal<ReadonlySet<string>>(new Set());

/** True if a country in view has files to rotate. Records are rotated first, so their counts do not show this. */
export const filesPending = computed(() => countriesInView.value.some((country) => countries.value.has(country)));

export function markFilesPending(codes: readonly string[]): void {
  countries.value = new Set([...countries.value, ...codes]);
}

export function markFilesDone(country: string): void {
  countries.value = new Set([...countries.value].filter((code) => code !== country));
}
