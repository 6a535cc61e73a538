import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

/** Where a snippet runs. `all`: in every runtime; `none`: nowhere, only its types are checked. */
export type SnippetTarget = "all" | "node" | "deno" | "browser" | "none";

/** A code block of the documentation. */
export interface Snippet {
  /** Path of its file from the project's root. */
  readonly document: string;
  readonly line: number;
  readonly language: string;
  readonly target: SnippetTarget;
  readonly code: string;
}

const project = new URL("../../../", import.meta.url);

/** Targets by the second word of a fence: ```` ```ts browser ````. */
const targets: Readonly<Record<string, SnippetTarget>> = {
  node: "node",
  deno: "deno",
  browser: "browser",
  types: "none",
};

/** Lists the Markdown files of the package, from the project's root. */
export async function documents(): Promise<string[]> {
  const beside = (await filesUnder("src/")).filter((path) => path.endsWith(".md"));
  const above = (await readdir(project)).filter((name) => name.endsWith(".md"));
  return [...above, ...beside];
}

const filesUnder = async (folder: string): Promise<string[]> =>
  (await readdir(new URL(folder, project), { recursive: true })).map((name) => folder + name);

/** Collects the snippets of the documentation and of the docstrings, in order. */
export async function allSnippets(): Promise<Snippet[]> {
  const sources = (await filesUnder("src/")).filter((path) => path.endsWith(".ts"));
  const found: Snippet[][] = [];
  for (const path of await documents()) found.push(snippetsOf(path, await text(path), "node"));
  for (const path of sources) {
    found.push(snippetsOf(path, examplesOf(await text(path)), "all"));
  }
  return found.flat();
}

/** Reads a file of the project. */
export const text = (path: string): Promise<string> => readFile(fileURLToPath(new URL(path, project)), "utf8");

function snippetsOf(document: string, markdown: string, usual: SnippetTarget): Snippet[] {
  const snippets: Snippet[] = [];
  let open: { line: number; language: string; target: SnippetTarget; code: string[] } | undefined;
  for (const [index, line] of markdown.split("\n").entries()) {
    if (open !== undefined && line.trimEnd() === "```") {
      snippets.push({ ...open, document, code: open.code.join("\n") });
      open = undefined;
    } else if (open !== undefined) {
      open.code.push(line);
    } else if (line.startsWith("```")) {
      const [language = "", word] = line.slice(3).trim().split(" ");
      const target = word === undefined ? usual : targets[word];
      if (target === undefined) {
        throw new Error(
          `${document}:${index + 1}: write nothing after ${language}, or ${Object.keys(targets).join(", ")}.`,
        );
      }
      open = { line: index + 1, language, target, code: [] };
    }
  }
  if (open !== undefined) throw new Error(`${document}:${open.line}: this block is not closed.`);
  return snippets;
}

/** Extracts the docstrings of a source file as Markdown, with the line numbers unchanged. */
function examplesOf(source: string): string {
  let inside = false;
  const lines = source.split("\n").map((line) => {
    if (/^\s*\/\*\*/.test(line)) inside = true;
    const content = inside ? line.replace(/^\s*\*( |$)/, "") : "";
    if (line.includes("*/")) inside = false;
    return /^\s*\/?\*/.test(content) ? "" : content;
  });
  return lines.join("\n");
}
