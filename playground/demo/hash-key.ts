/** Hashes a key as the SDK does (PROTOCOL.md, section 2), to look at stored records without it. */
export async function hashKey(key: string, environmentId: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(`${key}:${environmentId}`));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
