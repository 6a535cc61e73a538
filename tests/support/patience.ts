/** Milliseconds in which an awaited event must occur, on a busy machine too. */
export const eventTimeout = 120_000;

/** Milliseconds for a whole test. Tests wait for events, so that only one that hangs takes so long. */
export const testTimeout = 600_000;
