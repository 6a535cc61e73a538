import { array, parse, string } from "valibot";
import { inject } from "vitest";
import { type Script, type Seen, seenSchema } from "./script.ts";

/** The fault server with one script. */
export interface Scripted {
  /** An endpoint that plays the script. */
  readonly url: string;
  /** The requests so far, without preflights. */
  seen(): Promise<Seen[]>;
}

/** Makes the fault server play a script for this test alone. */
export async function scripted(...script: Script): Promise<Scripted> {
  const { url, control } = inject("faults");
  const posted = await fetch(control, { method: "POST", body: JSON.stringify(script) });
  const name = parse(string(), await posted.json());
  return {
    url: `${url}/${name}`,
    seen: async () => parse(array(seenSchema), await (await fetch(`${control}/${name}`)).json()),
  };
}
