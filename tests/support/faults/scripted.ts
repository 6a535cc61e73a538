import { array, parse, string } from "valibot";
import { inject } from "vitest";
import { type Script, type Seen, seenSchema } from "./script.ts";

/** A part of the fault server that plays one script. */
export interface Scripted {
  /** An endpoint: what a Storage sends there meets the script. */
  readonly url: string;
  /** The requests that came so far, preflights apart. */
  seen(): Promise<Seen[]>;
}

/** Has the fault server play a script for this test alone. */
export async function scripted(...script: Script): Promise<Scripted> {
  const { url, control } = inject("faults");
  const posted = await fetch(control, { method: "POST", body: JSON.stringify(script) });
  const name = parse(string(), await posted.json());
  return {
    url: `${url}/${name}`,
    seen: async () => parse(array(seenSchema), await (await fetch(`${control}/${name}`)).json()),
  };
}
