import { readdir, readFile } from "node:fs/promises";
import { posix } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { runtimeDependencies } from "./packed.ts";

interface Import {
  readonly from: string;
  readonly to: string;
  readonly dynamic: boolean;
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
      if (ts.isStringLiteral(node.moduleSpecifier)) {
        found.push({ from, to: node.moduleSpecifier.text, dynamic: false });
      }
    }
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      found.push({ from, to: node.arguments[0]?.getText(source) ?? "", dynamic: true });
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
  it("is found by these tests", () => {
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

  it("names Node.js built-ins only in src/adapters, where they are loaded on demand", () => {
    const naming = [...sources].filter(([, source]) => /["'`]node:/.test(source.text)).map(([file]) => file);
    expect(naming.filter((file) => !file.startsWith("adapters/"))).toStrictEqual([]);
    const onDemand = imports.filter(({ dynamic }) => dynamic).filter(({ from }) => !from.startsWith("adapters/"));
    expect(onDemand.map(described)).toStrictEqual([]);
  });

  /** The folders that each folder may import from, in addition to files directly in src/; see CONTRIBUTING.md. */
  const walls: Readonly<Record<string, readonly string[]>> = {
    adapters: [],
    async: [],
    crypto: [],
    records: ["crypto"],
    files: ["adapters", "async", "crypto", "records"],
    http: ["adapters", "async", "records"],
    api: ["http", "records"],
    calls: ["api", "async", "crypto", "http", "records"],
    attachments: ["api", "calls", "files", "http", "records"],
    rotation: ["api", "async", "calls", "records"],
    operations: ["api", "async", "attachments", "calls", "files", "records", "rotation"],
  };
  const rooms = [...new Set(files.map(roomOf))].filter((room) => room !== "");

  it("has exactly these folders", () => {
    expect(rooms.toSorted()).toStrictEqual(Object.keys(walls).toSorted());
  });

  it.each(Object.entries(walls))("%s/ imports only from %j, types included", (room, allowed) => {
    const others = imports
      .filter((entry) => isRelative(entry) && roomOf(entry.from) === room)
      .map((entry) => ({ ...entry, room: roomOf(posix.join(posix.dirname(entry.from), entry.to)) }))
      .filter((entry) => entry.room !== "" && entry.room !== room);
    expect(others.filter((entry) => !allowed.includes(entry.room)).map(described)).toStrictEqual([]);
  });

  it("has no state in its modules", () => {
    const mutable =
      /^(?:export )?let (?!contextOf\b)|^(?:export )?const \w+(?:: [^=]+)? = new (?:WeakMap|WeakSet|(?:Map|Set)(?:<[^(]*>)?\(\))/m;
    const keeping = [...sources].filter(([, source]) => mutable.test(source.text)).map(([file]) => file);
    expect(keeping).toStrictEqual([]);
  });

  it("creates no regular expression at run time, so no text from outside can become a pattern", () => {
    const making = [...sources].filter(([, source]) => /\bRegExp\(/.test(source.text)).map(([file]) => file);
    expect(making).toStrictEqual([]);
  });

  it("has no import cycle, including types", () => {
    const next = new Map<string, string[]>();
    for (const entry of imports.filter(isRelative)) {
      const to = posix.join(posix.dirname(entry.from), entry.to);
      next.set(entry.from, [...(next.get(entry.from) ?? []), to]);
    }
    const cycles: string[] = [];
    const done = new Set<string>();
    const walk = (file: string, path: readonly string[]): void => {
      if (path.includes(file)) cycles.push([...path.slice(path.indexOf(file)), file].join(" → "));
      if (path.includes(file) || done.has(file)) return;
      for (const target of next.get(file) ?? []) walk(target, [...path, file]);
      done.add(file);
    };
    for (const file of files) walk(file, []);
    expect(cycles).toStrictEqual([]);
  });
});
