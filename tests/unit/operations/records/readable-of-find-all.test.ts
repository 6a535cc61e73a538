import { Readable } from "node:stream";
import { expect, it } from "vitest";
import { popStorage, unique } from "../../../support/pop-storage.ts";

it("a Readable of findAll that is destroyed emits the error that it was destroyed with", async () => {
  const profileKey = unique("destroyed");
  const storage = popStorage();
  await storage.write("de", { recordKey: profileKey, profileKey });
  const stream = Readable.from(storage.findAll("de", { profileKey }));
  const failed = new Promise((resolve) => stream.once("error", resolve));
  const mine = new RangeError("mine");
  stream.once("data", () => stream.destroy(mine));
  expect(await failed).toBe(mine);
});
