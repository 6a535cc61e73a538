import { readdir } from "node:fs/promises";
import { basename } from "node:path";
import { describe, expect, it } from "vitest";
import { text } from "./snippets.ts";

const project = new URL("../../../", import.meta.url);
const folders = ["src/", "playground/", "tests/"];

async function filesUnder(folder: string): Promise<string[]> {
  const names = await readdir(new URL(folder, project), { recursive: true });
  return names.filter((name) => !/(^|\/)(node_modules|dist)\//.test(name)).map((name) => folder + name);
}

const atRoot = (await readdir(project)).filter((name) => name.endsWith(".md"));
const files = [...atRoot, ...(await Promise.all(folders.map(filesUnder))).flat()];
const documents = files.filter((path) => path.endsWith(".md"));
const sources = files.filter((path) => /\.(ts|tsx|md)$/.test(path));

/** A mention of a document: `PROTOCOL.md, sections 1 to 3`, `SEALED-FILES.md, "Keys"`, or its name alone. */
interface Citation {
  /** Path and line. */
  readonly at: string;
  readonly document: string;
  readonly sections: readonly string[];
  readonly heading: string | undefined;
}

const citation = /([\w-]+\.md)\b(?:,[\s*/]+sections?[\s*/]+(\d+)(?:[\s*/]+(?:to|and)[\s*/]+(\d+))?|, "([^"\n]+)")?/g;

async function citationsIn(path: string): Promise<Citation[]> {
  const content = await text(path);
  return [...content.matchAll(citation)].map(({ index, 1: document = "", 2: first, 3: last, 4: heading }) => ({
    at: `${path}:${content.slice(0, index).split("\n").length}`,
    document,
    sections: [first, last].filter((number) => number !== undefined),
    heading,
  }));
}

const citations = (await Promise.all(sources.map(citationsIn))).flat();

/** The headings of each document, by its file name. */
const headings = new Map<string, string[]>();
for (const path of documents) {
  const found = [...(await text(path)).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => heading);
  headings.set(basename(path), [...(headings.get(basename(path)) ?? []), ...found]);
}

/** `6` is the section with the heading `## 6. HTTP`. */
function hasSection(document: string, number: string): boolean {
  return (headings.get(document) ?? []).some((heading) => heading.startsWith(`${number}. `));
}

describe("citations of documents", () => {
  it("are found", () => {
    expect(citations.filter(({ sections }) => sections.length > 0).length).toBeGreaterThan(0);
  });

  it("name documents of this repository, spelled as their files are", () => {
    const unknown = citations.filter(({ document }) => !headings.has(document));
    expect(unknown.map(({ at, document }) => `${at} cites ${document}`)).toStrictEqual([]);
  });

  it("name sections that the document has", () => {
    const missing = citations
      .filter(({ document }) => headings.has(document))
      .flatMap(({ at, document, sections, heading }) => [
        ...sections.filter((number) => !hasSection(document, number)).map((number) => `${at}: ${document}, ${number}`),
        ...(heading === undefined || headings.get(document)?.includes(heading)
          ? []
          : [`${at}: ${document}, "${heading}"`]),
      ]);
    expect(missing).toStrictEqual([]);
  });
});
