/** Text, since the fault server can split only text. */
export const text: Uint8Array<ArrayBuffer> = new TextEncoder().encode(
  Array.from({ length: 20_000 }, (_, index) => `line ${index} of a file\n`).join(""),
);
