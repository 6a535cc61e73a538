const kibibyte = 1024;
const mebibyte = 1024 * kibibyte;

/** Longest bodies that are read, in bytes after decompression, by what a response holds. */
export const responseLimits: Readonly<Record<"small" | "shared" | "error", number>> = {
  /** An acknowledgement, a health check, the metadata of an attachment. */
  small: 64 * kibibyte,
  /** A token, or the countries list. */
  shared: mebibyte,
  /** A response with a bad status. */
  error: mebibyte,
};

/** A record with its body and the metadata of its attachments. */
const record = 40 * mebibyte;
/** Admits a page of 100 records of 1 MB, and no decompression bomb. */
const page = 256 * mebibyte;

/** Returns the longest body of a response with so many records, in bytes. */
export function limitOfRecords(count: number): number {
  return Math.min(count * record, page);
}
