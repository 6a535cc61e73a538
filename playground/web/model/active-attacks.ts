import { computed, signal } from "@preact/signals";
import * as v from "valibot";
import { type Hostility, honest, hostilitySchema } from "../../start/hostility.ts";
import { controlPaths } from "../../start/paths.ts";

/** What the PoP does to its answers at the moment. */
export const hostility = signal<Hostility>(honest);
/** What the switches say: what the visitor asked for last, until the PoP has said that it cannot be had. */
export const askedHostility = signal<Hostility>(honest);
/** Whether the PoP has yet to become what was asked for. */
export const turning = computed(
  () =>
    askedHostility.value.swapRecords !== hostility.value.swapRecords ||
    askedHostility.value.flipFiles !== hostility.value.flipFiles,
);
export const hostilityError = signal<unknown>(undefined);

export async function fetchHostility(): Promise<void> {
  await inTurn(() => exchange("GET"));
}

/** Makes the PoP hostile, or honest again. */
export async function setHostility(change: Partial<Hostility>): Promise<void> {
  askedHostility.value = { ...askedHostility.value, ...change };
  const body = JSON.stringify(askedHostility.value);
  await inTurn(() => exchange("PUT", body));
}

let waiting = 0;
let last: Promise<void> = Promise.resolve();

/** One after the other: of two clicks, the second has the last word. */
function inTurn(run: () => Promise<void>): Promise<void> {
  waiting += 1;
  last = last.then(run).finally(() => {
    waiting -= 1;
    if (waiting === 0) askedHostility.value = { ...hostility.value };
  });
  return last;
}

async function exchange(method: string, body?: string): Promise<void> {
  try {
    const headers = { "content-type": "application/json" };
    const response = await fetch(controlPaths.hostility, body === undefined ? { method } : { method, body, headers });
    if (!response.ok)
      throw new Error(`The switch answered ${response.status}. It works where "npm start" serves the page.`);
    hostility.value = v.parse(hostilitySchema, await response.json());
    hostilityError.value = undefined;
  } catch (error) {
    hostilityError.value = error;
  }
}
