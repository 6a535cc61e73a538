import { fileURLToPath } from "node:url";
import { array, number, object, parse, string } from "valibot";
import { expect, it } from "vitest";
import { output } from "../../support/runtimes/processes.ts";

const look = object({ inHeap: array(string()), storages: number(), secretKeys: number(), cryptoKeys: number() });

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

it("no secret is in the heap after the work, and the keys go with the Storage", { timeout: 120_000 }, async () => {
  const args = ["--expose-gc", "--import", "tsx", here("processes/heap.ts")];
  const printed = await output(process.execPath, args, { env: { TSX_TSCONFIG_PATH: here("../../tsconfig.json") } });
  const [during, after] = printed
    .split("\n")
    .slice(0, 2)
    .map((line) => parse(look, JSON.parse(line)));
  expect(during).toMatchObject({ inHeap: ["control"], storages: 1, secretKeys: 1 });
  expect(after).toMatchObject({ inHeap: ["control"], storages: 0, secretKeys: 0 });
  // The password's, the one derived from it, and the one that finds them. What is left is V8's own, prototypes.
  expect((during?.cryptoKeys ?? 0) - (after?.cryptoKeys ?? 0)).toBe(3);
});
