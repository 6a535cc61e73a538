import { basename, dirname } from "node:path";
import ts from "typescript";

/**
 * The public API as Markdown: every export of each entry with its declaration, and every type that these mention even
 * if it is not exported. Users may notice any change to this text.
 */
export function apiReport(entries: readonly string[]): string {
  const program = ts.createProgram({
    rootNames: [...entries],
    options: {
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      target: ts.ScriptTarget.ES2022,
      lib: ["lib.es2023.d.ts", "lib.webworker.d.ts"],
      types: [],
    },
  });
  const checker = program.getTypeChecker();
  const surfaces = entries.map((entry) => ({ entry, exported: exportsOf(program, entry) }));
  const all = new Set(surfaces.flatMap(({ exported }) => exported));
  const shown = new Set<ts.Symbol>();
  const sections = surfaces.map(({ entry, exported }) => {
    const own = exported.filter((symbol) => !shown.has(symbol));
    const again = exported.filter((symbol) => shown.has(symbol)).map(({ name }) => `\`${name}\``);
    const mentioned = mentionedBy(checker, own, dirname(entry)).filter((symbol) => !all.has(symbol));
    for (const symbol of exported) shown.add(symbol);
    const parts = [`## ${basename(entry, ".d.ts")}\n`];
    if (again.length > 0) parts.push(`As above: ${again.join(", ")}.\n`);
    if (own.length > 0) parts.push(block(own));
    if (mentioned.length > 0) parts.push("Mentioned there, not exported:\n", block(mentioned));
    return parts.join("\n");
  });
  return `# The public surface\n\nMade from the declarations by \`npm run api\`; the tests compare it with them.\n\n${sections.join("\n")}`;
}

function exportsOf(program: ts.Program, entry: string): ts.Symbol[] {
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(entry);
  const module = source && checker.getSymbolAtLocation(source);
  if (module === undefined) throw new Error(`${entry} is not a module; build the package first (npm run build).`);
  return checker.getExportsOfModule(module).map((symbol) => resolveAlias(checker, symbol));
}

const block = (symbols: readonly ts.Symbol[]): string =>
  `\`\`\`ts\n${symbols.toSorted(byName).map(declarationOf).join("\n\n")}\n\`\`\`\n`;

const byName = (a: ts.Symbol, b: ts.Symbol): number => (a.name < b.name ? -1 : 1);

/** Every symbol of the package that the declarations of these symbols mention, recursively. */
function mentionedBy(checker: ts.TypeChecker, roots: readonly ts.Symbol[], folder: string): ts.Symbol[] {
  const found = new Set<ts.Symbol>(roots);
  const visit = (node: ts.Node): void => {
    const mentioned = ts.isIdentifier(node) ? checker.getSymbolAtLocation(node) : undefined;
    if (mentioned !== undefined) add(resolveAlias(checker, mentioned));
    ts.forEachChild(node, visit);
  };
  const add = (symbol: ts.Symbol): void => {
    if (found.has(symbol) || !isTopLevelIn(folder, symbol)) return;
    found.add(symbol);
    for (const declaration of symbol.declarations ?? []) visit(declaration);
  };
  for (const root of roots) for (const declaration of root.declarations ?? []) visit(declaration);
  return [...found];
}

function isTopLevelIn(folder: string, symbol: ts.Symbol): boolean {
  const declaration = symbol.declarations?.[0];
  if (declaration === undefined) return false;
  const source = declaration.getSourceFile();
  if (dirname(source.fileName) !== folder) return false;
  const statement = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
  return statement.parent === source && !ts.isSourceFile(declaration);
}

const resolveAlias = (checker: ts.TypeChecker, symbol: ts.Symbol): ts.Symbol =>
  (symbol.flags & ts.SymbolFlags.Alias) === 0 ? symbol : checker.getAliasedSymbol(symbol);

const printer = ts.createPrinter({ removeComments: true, newLine: ts.NewLineKind.LineFeed });

/** The text of a declaration without its comments, and without keywords such as `export declare`. */
function declarationOf(symbol: ts.Symbol): string {
  const texts = (symbol.declarations ?? []).map((declaration) => {
    const node = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
    return printer.printNode(ts.EmitHint.Unspecified, node, node.getSourceFile());
  });
  return texts.map((text) => text.replace(/^(export )?(declare )?/, "").replaceAll(/\s+$/gm, "")).join("\n");
}
