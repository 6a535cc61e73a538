import { batch, effect, untracked } from "@preact/signals";
import { fileCheck, recordCheck } from "./attack-checks.ts";
import { clearDraft } from "./draft.ts";
import { clearFileRecords } from "./file-record.ts";
import { clearFiles } from "./files.ts";
import { closeOpened } from "./opened.ts";
import { clearFound } from "./search.ts";
import { locked } from "./secrets.ts";
import { preview, written } from "./write.ts";

/** Removes the results of every operation from the page. */
export function clearResults(): void {
  batch(() => {
    for (const result of [written, recordCheck, fileCheck]) result.value = undefined;
    clearFound();
    closeOpened();
    clearFileRecords();
    clearFiles();
  });
}

/** Clears the results and the form when the page is locked. Returns a function that stops this. */
export function startClearingOnLock(): () => void {
  return effect(() => {
    if (!locked.value) return;
    untracked(() => {
      clearResults();
      clearDraft();
      preview.value = { incomplete: true };
    });
  });
}
