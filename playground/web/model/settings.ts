import { signal } from "@preact/signals";

/** The options of the Storage that change what the PoP sees of the keys. */
export const hashSearchKeys = signal(true);
export const normalizeKeys = signal(false);
