/** Limits on records, filters and pages (PROTOCOL.md, sections 1 and 6). Lengths of strings are in code points. */
export const limits = {
  /** For unhashed `key1`…`key20`. */
  plainSearchKeyLength: 256,
  /** For `search_keys`. */
  searchKeysMinLength: 3,
  searchKeysMaxLength: 200,
  /** Records per batch, and per page of `find`. */
  batchSize: 100,
  pageSize: 100,
  /** Range keys are signed 64-bit integers. */
  int64Min: -9223372036854775808n,
  int64Max: 9223372036854775807n,
  /** Bytes per attachment: 100 MiB. */
  attachmentSize: 104857600,
} as const;

/** The longest id of an attachment, in characters: it becomes a part of a URL. */
export const maxFileIdLength = 1024;
