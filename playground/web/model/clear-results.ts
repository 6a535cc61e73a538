import { batch, effect, untracked } from "@preact/signals";
import { fileTrial, recordTrial } from "./attack.ts";
import { clearDraft } from "./draft.ts";
import { forgetFileRecords } from "./file-record.ts";
import { forgetFiles } from "./files.ts";
import { closeOpened } from "./opened.ts";
import { forgetFound } from "./search.ts";
import { locked } from "./secrets.ts";
import { preview, written } from "./writing.ts";

/** Lets go of everything that came of an operation. */
export function forgetResults(): void {
  batch(() => {
    for (const result of [written, recordTrial, fileTrial]) result.value = undefined;
    forgetFound();
    closeOpened();
    forgetFileRecords();
    forgetFiles();
  });
}

/** With the secrets goes everything that was opened with them, or that was to be sealed. Returns how to stop that. */
export function startForgetting(): () => void {
  return effect(() => {
    if (!locked.value) return;
    untracked(() => {
      forgetResults();
      clearDraft();
      preview.value = { incomplete: true };
    });
  });
}
