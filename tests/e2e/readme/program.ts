import ts from "typescript";
import type { Snippet } from "./snippets.ts";

/**
 * Builds one module that runs the given snippets: a function for each document. A snippet sees the declarations of the
 * snippets before it and may redeclare them. `storage` is connected to the tests' PoP.
 */
export function programOf(snippets: readonly Snippet[]): string {
  const imports = new Imports();
  imports.add("incountry-storage", "createStorage", undefined);
  const documents = [...new Set(snippets.map(({ document }) => document))];
  const runs = documents.map((document) => {
    const body = snippets.filter((snippet) => snippet.document === document).map((each) => nested(each, imports));
    return `${JSON.stringify(document)}: async (pop: Pop): Promise<void> => {
  const storage = await createStorage({
    endpoint: pop.url, environmentId: pop.environmentId, apiKey: pop.apiKey, getSecrets: () => "documented",
  });
  let place = "";
  try {
${body.map(({ code }) => code).join("\n")}
${body.map(({ end }) => end).join("")}
  } catch (error) {
    throw new Error(\`The snippet at \${place} failed: \${error}\`, { cause: error });
  }
},`;
  });
  return `${imports.text()}
type Pop = Readonly<Record<"url" | "environmentId" | "apiKey" | "clientId" | "clientSecret", string>>;
export const documents: Record<string, (pop: Pop) => Promise<void>> = {
${runs.join("\n")}
};
`;
}

/** Wraps a snippet in a block that stays open for the next ones, or, if it must not run, in a function that is never called. */
function nested(snippet: Snippet, imports: Imports): { code: string; end: string } {
  const at = `${snippet.document}:${snippet.line}`;
  const code = connected(imports.takeFrom(snippet));
  if (snippet.target === "none") return { code: `// ${at}\nvoid (async () => {\n${code}\n});`, end: "" };
  return { code: `{ place = ${JSON.stringify(at)};\n${code}`, end: "}" };
}

/** Replaces the address and the credentials of `npm run pop` by those of the tests' PoP. */
const connected = (code: string): string =>
  code
    .replaceAll(/"http:\/\/127\.0\.0\.1:4750(\/[^"]*)?"/g, (_literal, path = "") => `\`\${pop.url}${path}\``)
    .replaceAll('"playground"', "pop.environmentId")
    .replaceAll('"playground-key"', "pop.apiKey")
    .replaceAll('"playground-client"', "pop.clientId")
    .replaceAll('"playground-secret"', "pop.clientSecret");

/** The imports of all snippets, each name once. */
class Imports {
  /** Imported names by module; `default` and `*` with their local names. */
  readonly #modules = new Map<string, Set<string>>();

  add(module: string, imported: string, local: string | undefined): void {
    const names = this.#modules.get(module) ?? new Set();
    names.add(local === undefined || local === imported ? imported : `${imported} as ${local}`);
    this.#modules.set(module, names);
  }

  /** Collects the imports of a snippet and returns the rest of its code. */
  takeFrom({ document, code }: Snippet): string {
    const source = ts.createSourceFile(document, code, ts.ScriptTarget.ES2022, true);
    let rest = code;
    for (const statement of source.statements.toReversed()) {
      if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue;
      this.#note(statement.moduleSpecifier.text.replace(/^npm:/, ""), statement.importClause);
      rest = rest.slice(0, statement.getStart(source)) + rest.slice(statement.getEnd());
    }
    return rest;
  }

  #note(module: string, clause: ts.ImportClause | undefined): void {
    if (clause?.name !== undefined) this.add(module, "default", clause.name.text);
    const bindings = clause?.namedBindings;
    if (bindings === undefined) return;
    if (ts.isNamespaceImport(bindings)) this.add(module, "*", bindings.name.text);
    else
      for (const { propertyName, name } of bindings.elements) this.add(module, (propertyName ?? name).text, name.text);
  }

  text(): string {
    const statements = [...this.#modules].flatMap(([module, names]) => {
      const spaces = [...names]
        .filter((name) => name.startsWith("*"))
        .map((name) => `import ${name} from "${module}";`);
      const named = [...names].filter((name) => !name.startsWith("*"));
      return [...spaces, ...(named.length > 0 ? [`import { ${named.join(", ")} } from "${module}";`] : [])];
    });
    return statements.join("\n");
  }
}
