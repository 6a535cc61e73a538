/** The type of bytes of which nothing is known (RFC 2046, section 4.5.1). */
export const defaultType = "application/octet-stream";
