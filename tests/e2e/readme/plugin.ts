import ts from "typescript";
import type { Plugin } from "vite";
import { programOf } from "./program.ts";
import { allSnippets, type SnippetTarget } from "./snippets.ts";

const name = "virtual:snippets";

/** Provides `virtual:snippets`, the module of all snippets for a runtime (program.ts). */
export function snippets(runtime: SnippetTarget): Plugin {
  return {
    name: "snippets",
    resolveId: (id) => (id === name ? `\0${name}` : null),
    async load(id) {
      if (id !== `\0${name}`) return null;
      const chosen = (await allSnippets()).filter(
        ({ language, target }) => ["ts", "js"].includes(language) && (target === runtime || target === "all"),
      );
      const { outputText } = ts.transpileModule(programOf(chosen), {
        compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
      });
      return outputText;
    },
  };
}
