import { computed, signal } from "@preact/signals";
import * as v from "valibot";
import { type Attacks, attacksSchema, noAttacks } from "../../start/attacks.ts";
import { controlPaths } from "../../start/paths.ts";

/** The attacks that are on at the PoP. */
export const activeAttacks = signal<Attacks>(noAttacks);
/** The attacks that the switches show: the last ones requested, until the PoP confirms or the request fails. */
export const requestedAttacks = signal<Attacks>(noAttacks);
/** True until the PoP has confirmed the requested attacks. */
export const switching = computed(
  () =>
    requestedAttacks.value.swapRecords !== activeAttacks.value.swapRecords ||
    requestedAttacks.value.flipFiles !== activeAttacks.value.flipFiles,
);
export const attacksError = signal<unknown>(undefined);

export async function fetchAttacks(): Promise<void> {
  await enqueue(() => exchange("GET"));
}

/** Turns attacks on or off. */
export async function setAttacks(change: Partial<Attacks>): Promise<void> {
  requestedAttacks.value = { ...requestedAttacks.value, ...change };
  const body = JSON.stringify(requestedAttacks.value);
  await enqueue(() => exchange("PUT", body));
}

let waiting = 0;
let last: Promise<void> = Promise.resolve();

/** Sends one request at a time, so that the last click wins. */
function enqueue(run: () => Promise<void>): Promise<void> {
  waiting += 1;
  last = last.then(run).finally(() => {
    waiting -= 1;
    if (waiting === 0) requestedAttacks.value = { ...activeAttacks.value };
  });
  return last;
}

async function exchange(method: string, body?: string): Promise<void> {
  try {
    const headers = { "content-type": "application/json" };
    const response = await fetch(controlPaths.attacks, body === undefined ? { method } : { method, body, headers });
    if (!response.ok) {
      throw new Error(`The attack settings returned ${response.status}. Serve the page with "npm start".`);
    }
    activeAttacks.value = v.parse(attacksSchema, await response.json());
    attacksError.value = undefined;
  } catch (error) {
    attacksError.value = error;
  }
}
