import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build, type Rollup } from "vite";

/** What a page has to load for this package. */
export interface Bundle {
  readonly code: string;
  readonly gzipped: number;
  /** Modules that the bundle imports but does not hold, and those of Node.js, for which Vite puts in an empty one. */
  readonly missing: readonly string[];
}

/** Bundles all that the package exports for browsers, as Vite does it for an application. */
export async function bundleForBrowsers(consumer: string): Promise<Bundle> {
  const entry = join(consumer, "everything.js");
  await writeFile(entry, 'export * from "incountry-storage";\n');
  const result = await build({
    root: consumer,
    configFile: false,
    logLevel: "error",
    build: {
      write: false,
      target: "es2022",
      modulePreload: false,
      rolldownOptions: { input: entry, preserveEntrySignatures: "strict" },
    },
  });
  const outputs = (Array.isArray(result) ? result : [result]).flatMap((part) => ("output" in part ? part.output : []));
  const chunks = outputs.filter((part): part is Rollup.OutputChunk => part.type === "chunk");
  const code = chunks.map((chunk) => chunk.code).join("\n");
  const files = new Set(chunks.map((chunk) => chunk.fileName));
  const imported = chunks.flatMap((chunk) => [...chunk.imports, ...chunk.dynamicImports]);
  const emptied = chunks.flatMap((chunk) => chunk.moduleIds).filter((id) => id.includes("__vite-browser-external"));
  return {
    code,
    gzipped: gzipSync(code, { level: 9 }).length,
    missing: [...imported.filter((name) => !files.has(name)), ...emptied],
  };
}
