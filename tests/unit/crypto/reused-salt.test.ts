/** Decrypts many records with one salt, with node:crypto and the facts of PROTOCOL.md alone. */
import { createDecipheriv, pbkdf2Sync } from "node:crypto";
import { Storage } from "incountry-storage";
import { expect, it } from "vitest";
import { cannedPop } from "../../support/canned-pop.ts";
import { sentRecords } from "../../support/crypto/sealed-parts.ts";

const password = "пароль of a reused salt 🔑";

it("1,000 records with one salt decrypt by the protocol", async () => {
  const pop = cannedPop("OK");
  const base = { environmentId: "reuse", endpoint: "https://pop.example", apiKey: "key", fetch: pop.fetch };
  const storage = new Storage({ ...base, getSecrets: () => password });
  for (let first = 0; first < 1000; first += 100) {
    const records = Array.from({ length: 100 }, (_, index) => ({
      recordKey: `record ${first + index}`,
      body: `body ${first + index} ✓`,
    }));
    await storage.batchWrite("us", records);
  }
  const keys = new Map<string, Buffer>();
  const nonces = new Set<string>();
  const opened = pop.sent
    .flatMap(({ body }) => sentRecords(body))
    .map(({ body }): unknown => {
      const packed = Buffer.from(body.slice(2), "base64");
      const [salt, iv] = [packed.subarray(0, 64), packed.subarray(64, 76)];
      const name = salt.toString("hex");
      const key = keys.get(name) ?? pbkdf2Sync(password, salt, 10_000, 32, "sha512");
      keys.set(name, key);
      nonces.add(iv.toString("hex"));
      const decipher = createDecipheriv("aes-256-gcm", key, iv);
      decipher.setAuthTag(packed.subarray(-16));
      return JSON.parse(Buffer.concat([decipher.update(packed.subarray(76, -16)), decipher.final()]).toString("utf8"));
    });
  expect(opened).toStrictEqual(
    Array.from({ length: 1000 }, (_, index) => ({
      meta: { record_key: `record ${index}` },
      payload: `body ${index} ✓`,
    })),
  );
  expect([keys.size, nonces.size]).toStrictEqual([1, 1000]);
});
