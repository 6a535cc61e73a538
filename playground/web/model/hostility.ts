import { signal } from "@preact/signals";
import * as v from "valibot";
import { type Hostility, honest, hostilitySchema } from "../../start/hostility.ts";

/** What the PoP does to its answers at the moment. */
export const hostility = signal<Hostility>(honest);
export const hostilityError = signal<unknown>(undefined);

const path = "/playground/hostility";

export async function fetchHostility(): Promise<void> {
  await exchange("GET");
}

/** Makes the PoP hostile, or honest again. */
export async function setHostility(change: Partial<Hostility>): Promise<void> {
  await exchange("PUT", JSON.stringify({ ...hostility.value, ...change }));
}

async function exchange(method: string, body?: string): Promise<void> {
  try {
    const headers = { "content-type": "application/json" };
    const response = await fetch(path, body === undefined ? { method } : { method, body, headers });
    if (!response.ok)
      throw new Error(`The switch answered ${response.status}. It works where "npm start" serves the page.`);
    hostility.value = v.parse(hostilitySchema, await response.json());
    hostilityError.value = undefined;
  } catch (error) {
    hostilityError.value = error;
  }
}
