/** `npm run api`: rewrites tests/api.md from the declarations in dist/. */
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { apiReport } from "./api-report.ts";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

await writeFile(
  here("../../api.md"),
  apiReport(["index", "records", "protocol"].map((entry) => here(`../../../dist/${entry}.d.ts`))),
);
