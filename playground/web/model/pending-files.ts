import { computed, signal } from "@preact/signals";
import { countriesInView } from "./countries.ts";

/** Where a rotation has begun, and not every sealed file is known to be under its secret yet. */
const countries = signal<ReadonlySet<string>>(new Set());

/** Whether there are such countries in view. The records tell nothing of it: they come first, and may all be done. */
export const filesLeft = computed(() => countriesInView.value.some((country) => countries.value.has(country)));

export function expectFiles(begun: readonly string[]): void {
  countries.value = new Set([...countries.value, ...begun]);
}

export function filesDone(country: string): void {
  countries.value = new Set([...countries.value].filter((code) => code !== country));
}
