import { fileURLToPath } from "node:url";
import { array, number, object, parse, string } from "valibot";
import { expect, it } from "vitest";
import { output } from "../../support/runtimes/processes.ts";

const look = object({ inHeap: array(string()), storages: number(), secretKeys: number(), cryptoKeys: number() });

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

it("no secret stays in the heap after use, and the keys are released with the Storage", async () => {
  const args = ["--expose-gc", "--import", "tsx", here("processes/heap.ts")];
  const printed = await output(process.execPath, args, { env: { TSX_TSCONFIG_PATH: here("../../tsconfig.json") } });
  const [during, after] = printed
    .split("\n")
    .slice(0, 2)
    .map((line) => parse(look, JSON.parse(line)));
  expect(during).toMatchObject({ inHeap: ["control"], storages: 1, secretKeys: 1 });
  expect(after).toMatchObject({ inHeap: ["control"], storages: 0, secretKeys: 0 });
  // The password's key, the derived key, and its cache key. The rest are prototypes of V8.
  expect((during?.cryptoKeys ?? 0) - (after?.cryptoKeys ?? 0)).toBe(3);
});
