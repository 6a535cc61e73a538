import { signal } from "@preact/signals";

/** Storage options that change how keys are sent. */
export const hashSearchKeys = signal(true);
export const normalizeKeys = signal(false);
