import { describe, expect, it } from "vitest";
import { BoundedMap } from "../../../src/crypto/bounded-map.ts";
import { defaultKeyReuse } from "../../../src/crypto/key-derivation.ts";
import { KeyRing } from "../../../src/crypto/key-ring.ts";
import type { SecretKeys } from "../../../src/crypto/secret-keys.ts";
import type { CheckedSecret } from "../../../src/crypto/secrets.ts";
import { countDerivations } from "./count-derivations.ts";

const secret = (first: number, use: CheckedSecret["use"] = "key"): CheckedSecret => ({
  version: 1,
  use,
  bytes: new Uint8Array(32).fill(first),
});

/** The number of ciphertexts that can be made until the key is used up, at most `most`. */
function takenFrom(keys: SecretKeys, most: number): number {
  for (let taken = 0; taken < most; taken += 1) {
    try {
      keys.takeSealingKey();
    } catch (error) {
      expect(error).toMatchObject({ name: "StorageCryptoError", message: expect.stringContaining("add a new key") });
      return taken;
    }
  }
  return most;
}

describe("a secret that is a key", () => {
  it("encrypts no more messages than AES-GCM allows", async () => {
    const ring = new KeyRing(defaultKeyReuse, { maxMessagesPerKey: 5 });
    expect(takenFrom(await ring.keysOf(secret(1)), 10)).toBe(5);
    expect(takenFrom(await ring.keysOf(secret(2)), 4)).toBe(4);
  });

  it("keeps its count if it is fetched again, or after an absence", async () => {
    const ring = new KeyRing(defaultKeyReuse, { maxMessagesPerKey: 5 });
    expect(takenFrom(await ring.keysOf(secret(1)), 3)).toBe(3);
    expect(takenFrom(await ring.keysOf(secret(1)), 1)).toBe(1);
    await ring.keepOnly([secret(2)]);
    expect(takenFrom(await ring.keysOf(secret(1)), 10)).toBe(1);
  });

  it("has a limit of 2^32 by default", async () => {
    const keys = await new KeyRing(defaultKeyReuse).keysOf(secret(1));
    expect(takenFrom(keys, 1000)).toBe(1000);
    const [one, other] = [keys.takeSealingKey(), keys.takeSealingKey()];
    expect(one.key).toBe(other.key);
    expect(one.salt).not.toStrictEqual(other.salt);
  });
});

describe("a password", () => {
  it("has no limit of its own: each salt derives another key", async () => {
    const keys = await new KeyRing({ maxMessages: 2, maxAge: 1000 }, { maxMessagesPerKey: 3 }).keysOf(
      secret(1, "password"),
    );
    expect(takenFrom(keys, 10)).toBe(10);
  });
});

describe("keys", () => {
  it("are the same for the same secret, and different for another secret, version or use", async () => {
    const ring = new KeyRing(defaultKeyReuse);
    const same = await ring.keysOf(secret(1));
    expect(await ring.keysOf(secret(1))).toBe(same);
    for (const other of [secret(2), { ...secret(1), version: 2 }, secret(1, "password")]) {
      expect(await ring.keysOf(other)).not.toBe(same);
    }
  });

  it("are cached as long as getSecrets returns their secret", async () => {
    const ring = new KeyRing(defaultKeyReuse);
    const [one, other] = [await ring.keysOf(secret(1)), await ring.keysOf(secret(2))];
    await ring.keepOnly([secret(2)]);
    expect(await ring.keysOf(secret(2))).toBe(other);
    expect(await ring.keysOf(secret(1))).not.toBe(one);
  });
});

describe("keys derived for decryption", () => {
  it("are cached up to a limit; the least recently used is derived again", async () => {
    const keys = await new KeyRing(defaultKeyReuse, { maxDerivedKeys: 2 }).keysOf(secret(1, "password"));
    const derivations = (...salts: readonly number[]): Promise<number> =>
      countDerivations(() => Promise.all(salts.map((first) => keys.openingKey(new Uint8Array(64).fill(first)))));
    expect(await derivations(1, 2, 1, 2)).toBe(2);
    expect(await derivations(3)).toBe(1);
    expect(await derivations(2, 3)).toBe(0);
    expect(await derivations(1)).toBe(1);
  });
});

describe("a bounded map", () => {
  it("evicts the least recently used entry", () => {
    const map = new BoundedMap<string, number>(3);
    for (const [index, name] of ["a", "b", "c"].entries()) map.set(name, index);
    expect(map.get("a")).toBe(0);
    map.set("d", 3);
    expect([...map.keys()]).toStrictEqual(["c", "a", "d"]);
    expect(map.get("b")).toBeUndefined();
    map.delete("c");
    expect(map.size).toBe(2);
  });

  it("never exceeds its limit", () => {
    const map = new BoundedMap<number, number>(10);
    for (let number = 0; number < 1000; number += 1) map.set(number % 37, number);
    expect(map.size).toBe(10);
  });
});
