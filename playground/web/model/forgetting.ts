import { effect } from "@preact/signals";
import { fileTrial, recordTrial } from "./attack.ts";
import { attached, fileTrace, forgetOpened, openedFiles } from "./files.ts";
import { opened } from "./opened.ts";
import { found } from "./search.ts";
import { locked } from "./secrets.ts";
import { written } from "./writing.ts";

/** With the secrets goes everything that was opened with them. Returns how to stop that. */
export function startForgetting(): () => void {
  return effect(() => {
    if (!locked.value) return;
    for (const results of [found, opened, written, fileTrace, recordTrial, fileTrial]) results.value = undefined;
    attached.value = [];
    for (const fileId of openedFiles.peek().keys()) forgetOpened(fileId);
  });
}
