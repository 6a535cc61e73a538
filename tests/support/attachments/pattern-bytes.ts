/** Reproducible bytes: byte i is (31 i + seed) mod 251, so that no two pieces of a file are equal. */
export function patternBytes(length: number, seed = 7): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  const period = 251;
  for (let index = 0; index < Math.min(length, period); index += 1) bytes[index] = (index * 31 + seed) % period;
  // Doubles the whole periods, since a loop over every byte of a large file takes a second.
  for (let filled = period; filled < length; filled *= 2) bytes.copyWithin(filled, 0, filled);
  return bytes;
}
