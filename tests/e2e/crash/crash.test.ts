import { createPop } from "incountry-playground";
import { afterEach, expect, it, onTestFinished } from "vitest";
import { type Caller, inProcess } from "../../contract/support/caller.ts";
import { endCommands, startCommand } from "../../contract/support/command.ts";
import { temporaryFolder } from "../../contract/support/folders.ts";

afterEach(endCommands);

/** Writes one record or batch after another until the PoP exits; reports each acknowledged write. */
async function writeOn(caller: Caller, name: string, acknowledged: (keys: string[]) => void): Promise<void> {
  for (let round = 0; ; round++) {
    const keys = Array.from({ length: round % 3 === 0 ? 1 : 20 }, (_, index) => `${name}-${round}-${index}`);
    const records = keys.map((record_key) => ({ record_key, body: `body of ${record_key}` }));
    try {
      const response = await (records.length === 1 ? caller.write("de", records[0]) : caller.batchWrite("de", records));
      expect(response.status).toBe(200);
    } catch (error) {
      if (error instanceof TypeError) return;
      throw error;
    }
    acknowledged(keys);
  }
}

it("keeps every acknowledged record when the process is killed during writes, twice", async () => {
  const folder = await temporaryFolder();
  const acknowledged = new Set<string>();
  for (const round of ["first", "second"]) {
    const command = startCommand(["--data", folder, "--port", "0"]);
    const caller = await command.caller();
    const before = acknowledged.size;
    const killed = new Promise<void>((resolve) => {
      const acknowledge = (keys: string[]) => {
        for (const key of keys) acknowledged.add(key);
        if (acknowledged.size > before + 400) resolve();
      };
      const writers = ["a", "b", "c"].map((writer) => writeOn(caller, `${round}-${writer}`, acknowledge));
      void Promise.all(writers);
    });
    await killed;
    expect((await command.end("SIGKILL")).signal).toBe("SIGKILL");
  }

  // The lock of the dead owner must not block a new one.
  const pop = await createPop({ data: folder });
  onTestFinished(() => pop.close());
  const caller = inProcess(pop);
  const found = new Map<unknown, unknown>();
  for (let offset = 0, total = 1; offset < total; offset += 100) {
    const page = (await caller.find("de", {}, { offset })).found;
    for (const record of page.data) found.set(record["record_key"], record["body"]);
    total = Number(page.meta["total"]);
  }
  expect(acknowledged.size).toBeGreaterThan(800);
  for (const key of acknowledged) expect(found.get(key)).toBe(`body of ${key}`);
});
