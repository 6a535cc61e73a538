import { fileURLToPath } from "node:url";
import ts from "typescript";

const project = fileURLToPath(new URL("../../../", import.meta.url));

/** The sources of libraries and packages, which all programs share. */
const parsed = new Map<string, ts.SourceFile | undefined>();

/** The type errors of a module at this path; its imports are resolved from there, and not checked. */
export function typeErrors(path: string, code: string, compilerOptions: object): string {
  const settings = { extends: `${project}tests/tsconfig.json`, compilerOptions, files: [path] };
  const { options, errors } = ts.parseJsonConfigFileContent(settings, ts.sys, project);
  const host = ts.createCompilerHost(options);
  const module = ts.createSourceFile(path, code, { languageVersion: ts.ScriptTarget.ES2022 }, true);
  const program = ts.createProgram([path], options, {
    ...host,
    fileExists: (name) => name === path || host.fileExists(name),
    getSourceFile: (name, ...rest) => {
      if (name === path) return module;
      if (!parsed.has(name)) parsed.set(name, host.getSourceFile(name, ...rest));
      return parsed.get(name);
    },
  });
  const diagnostics = [
    ...errors,
    ...program.getOptionsDiagnostics(),
    ...program.getGlobalDiagnostics(),
    ...program.getSyntacticDiagnostics(module),
    ...program.getSemanticDiagnostics(module),
  ];
  return ts.formatDiagnostics(diagnostics, host);
}
