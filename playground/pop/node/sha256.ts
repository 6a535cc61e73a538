import { createHash } from "node:crypto";
import type { Hash } from "../store/blobs/blob-store.ts";

/** SHA-256 of bytes as they pass, which WebCrypto cannot do. */
export function sha256(): Hash {
  const hash = createHash("sha256");
  return {
    update: (bytes) => void hash.update(bytes),
    digest: () => hash.digest("hex"),
  };
}
