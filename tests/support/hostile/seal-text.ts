import { secrets } from "../rotation/secrets.ts";

/** A text encrypted with the older secret, without this package (PROTOCOL.md, section 4, format 2). */
export async function sealText(text: string): Promise<string> {
  const salt = crypto.getRandomValues(new Uint8Array(64));
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const bytes = new TextEncoder();
  const secret = secrets.before.secrets[0]?.secret ?? "";
  const password = await crypto.subtle.importKey("raw", bytes.encode(secret), "PBKDF2", false, ["deriveKey"]);
  const key = await crypto.subtle.deriveKey(
    { name: "PBKDF2", hash: "SHA-512", salt, iterations: 10_000 },
    password,
    { name: "AES-GCM", length: 256 },
    false,
    ["encrypt"],
  );
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, bytes.encode(text));
  return `2:${Buffer.concat([salt, iv, new Uint8Array(sealed)]).toString("base64")}`;
}
