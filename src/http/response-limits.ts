const kibibyte = 1024;
const mebibyte = 1024 * kibibyte;

/** Bytes of the longest response that makes sense, after unpacking, by what the response holds. */
export const responseLimits: Readonly<Record<"small" | "shared" | "error", number>> = {
  /** An acknowledgement, a health check, the metadata of one attachment. */
  small: 64 * kibibyte,
  /** A token, or the list of all countries. */
  shared: mebibyte,
  /** What a server has to say about a request that it refused or failed at. What is beyond is not read. */
  error: mebibyte,
};

/** A record, its body, and the metadata of its attachments: more than any request may carry. */
const record = 40 * mebibyte;
/** A page of 100 records of 1 MB is within it; what a hostile server unpacks into memory is not. */
const records = 256 * mebibyte;

/** Bytes of the longest response that so many records can make. */
export function limitOfRecords(count: number): number {
  return Math.min(count * record, records);
}
