import { access, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { object, parse, record, string } from "valibot";
import { describe, expect, it } from "vitest";
import { output } from "../../support/runtimes/processes.ts";
import { programOf } from "./program.ts";
import { allSnippets, documents, type SnippetTarget, text } from "./snippets.ts";
import { typeErrors } from "./type-errors.ts";

const project = fileURLToPath(new URL("../../../", import.meta.url));
const snippets = await allSnippets();
const markdown = await Promise.all((await documents()).map(async (path) => ({ path, content: await text(path) })));

const artifacts = join(project, "artifacts");

function moduleFor(...targets: readonly SnippetTarget[]): string {
  return programOf(
    snippets.filter(({ language, target }) => ["ts", "js"].includes(language) && targets.includes(target)),
  );
}

function typeErrorsOf(module: string, compilerOptions: object): string {
  const unused = { noUnusedLocals: false, noUnusedParameters: false };
  // A path inside the project, so that its packages resolve.
  return typeErrors(join(artifacts, "snippets", "snippets.ts"), module, { ...unused, ...compilerOptions });
}

describe("the documentation's snippets have no type error", () => {
  it("in Node.js", () => {
    expect(typeErrorsOf(moduleFor("all", "node", "none"), {})).toBe("");
  });

  it("in browsers", () => {
    expect(typeErrorsOf(moduleFor("all", "browser"), { types: [] })).toBe("");
  });

  it("in Deno", async () => {
    await mkdir(artifacts, { recursive: true });
    const folder = await mkdtemp(join(artifacts, "snippets-"));
    const imports = {
      "incountry-storage": "../../src/index.ts",
      "incountry-storage/protocol": "../../src/protocol.ts",
      "incountry-storage/records": "../../src/records-entry.ts",
    };
    await writeFile(join(folder, "snippets.ts"), moduleFor("all", "deno"));
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: { strict: true } }));
    await writeFile(join(folder, "deno.json"), JSON.stringify({ imports, nodeModulesDir: "manual" }));
    await output(join(project, "node_modules/.bin/deno"), ["check", "--no-remote", "snippets.ts"], { cwd: folder });
    await rm(folder, { recursive: true });
  });
});

describe("the documentation names only existing", () => {
  const manifest = object({ scripts: record(string(), string()) });
  const links = markdown.flatMap(({ path, content }) =>
    [...content.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].map(([, link]) => ({ path, link: link ?? "" })),
  );
  const commands = markdown.flatMap(({ path, content }) =>
    [...content.matchAll(/\bnpm run ([\w:-]+)|\bnpm (test|start)\b/g)].map(([command, script, short]) => ({
      path,
      command,
      script: script ?? short ?? "",
    })),
  );

  it("npm scripts", async () => {
    const { scripts } = parse(manifest, JSON.parse(await text("package.json")));
    expect(commands.length).toBeGreaterThan(0);
    for (const { path, command, script } of commands) {
      expect(Object.keys(scripts), `${path} names "${command}"`).toContain(script);
    }
  });

  it("linked files", async () => {
    expect(markdown.map(({ path }) => path)).toContain("README.md");
    for (const { path, link } of links) {
      await expect(access(join(project, dirname(path), link)), `${path} links to ${link}`).resolves.toBeUndefined();
    }
  });
});
