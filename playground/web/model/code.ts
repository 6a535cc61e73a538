import { pop } from "./pop.ts";
import { currentVersion, secrets } from "./secrets.ts";
import { hashSearchKeys, normalizeKeys } from "./settings.ts";
import { programOf } from "./typescript.ts";

/** A program that makes the same call with the settings of the page. */
export function codeOf(call: string): string {
  return programOf(call, {
    ...pop,
    hashSearchKeys: hashSearchKeys.value,
    normalizeKeys: normalizeKeys.value,
    currentVersion: currentVersion.value,
    secrets: secrets.value,
  });
}
