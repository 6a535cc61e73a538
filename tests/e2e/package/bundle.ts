import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build as buildWithEsbuild } from "esbuild";
import { build as buildWithVite, type Rollup } from "vite";

/** The code that a page loads for its imports of this package. */
export interface Bundle {
  /** Bytes. */
  readonly gzipped: number;
  /** Modules that the bundle imports but does not contain, and Node.js modules, which Vite replaces with empty ones. */
  readonly missing: readonly string[];
}

export const bundlers: Readonly<Record<"esbuild" | "Vite", (consumer: string, code: string) => Promise<Bundle>>> = {
  async esbuild(consumer, code) {
    const { outputFiles, metafile } = await buildWithEsbuild({
      stdin: { contents: code, resolveDir: consumer },
      bundle: true,
      minify: true,
      format: "esm",
      platform: "browser",
      target: "es2022",
      write: false,
      metafile: true,
      logLevel: "error",
    });
    const imports = Object.values(metafile.outputs).flatMap((output) => output.imports);
    const text = outputFiles.map((file) => file.text).join("\n");
    return { gzipped: gzipped(text), missing: imports.map(({ path }) => path) };
  },

  async Vite(consumer, code) {
    const entry = join(consumer, `bundle-${crypto.randomUUID()}.js`);
    await writeFile(entry, code);
    const result = await buildWithVite({
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
    const outputs = (Array.isArray(result) ? result : [result]).flatMap((part) =>
      "output" in part ? part.output : [],
    );
    const chunks = outputs.filter((part): part is Rollup.OutputChunk => part.type === "chunk");
    const files = new Set(chunks.map((chunk) => chunk.fileName));
    const imported = chunks.flatMap((chunk) => [...chunk.imports, ...chunk.dynamicImports]);
    const emptied = chunks.flatMap((chunk) => chunk.moduleIds).filter((id) => id.includes("__vite-browser-external"));
    return {
      gzipped: gzipped(chunks.map((chunk) => chunk.code).join("\n")),
      missing: [...imported.filter((name) => !files.has(name)), ...emptied],
    };
  },
};

function gzipped(code: string): number {
  return gzipSync(code, { level: 9 }).length;
}
