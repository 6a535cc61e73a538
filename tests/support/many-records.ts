import { expect } from "vitest";
import { popStorage, unique } from "./pop-storage.ts";

/** Writes records in batches, and expects `findAll` to return each of them once. */
export async function expectAllPaged(count: number): Promise<void> {
  const storage = popStorage();
  const profileKey = unique("many");
  const keys = Array.from({ length: count }, (_, index) => `${profileKey}/${index}`);
  for (let start = 0; start < keys.length; start += 100) {
    const page = keys.slice(start, start + 100);
    await storage.batchWrite(
      "us",
      page.map((recordKey) => ({ recordKey, profileKey, body: recordKey })),
    );
  }
  const found: string[] = [];
  for await (const { recordKey, body } of storage.findAll("us", { profileKey })) {
    expect(body).toBe(recordKey);
    found.push(recordKey);
  }
  expect(found.toSorted()).toStrictEqual(keys.toSorted());
}
