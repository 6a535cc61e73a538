import { readdir, readFile } from "node:fs/promises";
import { posix } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { runtimeDependencies } from "./packed.ts";

interface Import {
  readonly from: string;
  readonly to: string;
  readonly dynamic: boolean;
  readonly typeOnly: boolean;
}

const src = new URL("../../../src/", import.meta.url);
const files = (await readdir(src, { recursive: true })).filter((name) => name.endsWith(".ts"));
const sources = new Map<string, ts.SourceFile>();
for (const file of files) {
  const text = await readFile(new URL(file, src), "utf8");
  sources.set(file, ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true));
}
const imports = [...sources].flatMap(([file, source]) => importsOf(file, source));
const dependencies = await runtimeDependencies();

function importsOf(from: string, source: ts.SourceFile): Import[] {
  const found: Import[] = [];
  const visit = (node: ts.Node): void => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier !== undefined) {
      const typeOnly = ts.isImportDeclaration(node)
        ? node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword
        : node.isTypeOnly;
      if (ts.isStringLiteral(node.moduleSpecifier)) {
        found.push({ from, to: node.moduleSpecifier.text, dynamic: false, typeOnly });
      }
    }
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      found.push({ from, to: node.arguments[0]?.getText(source) ?? "", dynamic: true, typeOnly: false });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

const isRelative = ({ to }: Import): boolean => to.startsWith("./") || to.startsWith("../");
const packageOf = (specifier: string): string =>
  specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
const roomOf = (path: string): string => (path.includes("/") ? path.slice(0, path.indexOf("/")) : "");
const described = ({ from, to }: Import): string => `src/${from} imports ${to}`;

describe("src/", () => {
  it("is read by these tests", () => {
    expect(files).toContain("index.ts");
    expect(imports.length).toBeGreaterThan(files.length);
  });

  it("imports its own files, with their extension, and the package's dependencies", () => {
    const strangers = imports.filter(
      (entry) =>
        !entry.dynamic && !(isRelative(entry) ? entry.to.endsWith(".ts") : dependencies.includes(packageOf(entry.to))),
    );
    expect(strangers.map(described)).toStrictEqual([]);
  });

  it("names a built-in of Node.js nowhere but in src/adapters, where it is loaded on demand", () => {
    const naming = [...sources].filter(([, source]) => /["'`]node:/.test(source.text)).map(([file]) => file);
    expect(naming.filter((file) => !file.startsWith("adapters/"))).toStrictEqual([]);
    const onDemand = imports.filter(({ dynamic }) => dynamic).filter(({ from }) => !from.startsWith("adapters/"));
    expect(onDemand.map(described)).toStrictEqual([]);
  });

  /** Which rooms a room must not know; see CONTRIBUTING.md. */
  const walls = {
    async: ["crypto", "records", "files", "http", "attachments", "rotation", "operations"],
    crypto: ["records", "files", "http", "attachments", "rotation", "operations"],
    records: ["files", "http", "attachments", "rotation", "operations"],
    http: ["crypto", "files", "attachments", "rotation", "operations"],
    adapters: ["crypto", "records", "files", "http", "attachments", "rotation", "operations"],
  };

  it.each(Object.entries(walls))("%s/ knows nothing of %j", (room, forbidden) => {
    const rooms = imports
      .filter((entry) => isRelative(entry) && roomOf(entry.from) === room)
      .map((entry) => ({ ...entry, room: roomOf(posix.join(posix.dirname(entry.from), entry.to)) }));
    expect(rooms.filter((entry) => forbidden.includes(entry.room)).map(described)).toStrictEqual([]);
  });

  it("makes no regular expression while it runs: no text from outside can become a pattern", () => {
    const making = [...sources].filter(([, source]) => /\bRegExp\(/.test(source.text)).map(([file]) => file);
    expect(making).toStrictEqual([]);
  });

  it("has no circle of imports", () => {
    const next = new Map<string, string[]>();
    for (const entry of imports.filter((entry) => isRelative(entry) && !entry.typeOnly)) {
      const to = posix.join(posix.dirname(entry.from), entry.to);
      next.set(entry.from, [...(next.get(entry.from) ?? []), to]);
    }
    const circles: string[] = [];
    const done = new Set<string>();
    const walk = (file: string, path: readonly string[]): void => {
      if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(" → "));
      if (path.includes(file) || done.has(file)) return;
      for (const target of next.get(file) ?? []) walk(target, [...path, file]);
      done.add(file);
    };
    for (const file of files) walk(file, []);
    expect(circles).toStrictEqual([]);
  });
});
