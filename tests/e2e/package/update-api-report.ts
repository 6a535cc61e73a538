/** `npm run api`: writes tests/api.md anew from the declarations in dist/. */
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { apiReport } from "./api-report.ts";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

await writeFile(
  here("../../api.md"),
  apiReport([here("../../../dist/index.d.ts"), here("../../../dist/protocol.d.ts")]),
);
