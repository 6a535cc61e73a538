import { access, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { object, parse, record, string } from "valibot";
import { describe, expect, it } from "vitest";
import { output } from "../../support/runtimes/processes.ts";
import { programOf } from "./program.ts";
import { allSnippets, documents, type SnippetTarget, text } from "./snippets.ts";

const project = fileURLToPath(new URL("../../../", import.meta.url));
const snippets = await allSnippets();
const markdown = await Promise.all((await documents()).map(async (path) => ({ path, content: await text(path) })));

/** Compiles a module of snippets in a folder inside the project, so that its packages resolve. */
async function compile(targets: SnippetTarget[], settings: object, command: (folder: string) => Promise<string>) {
  const chosen = snippets.filter(({ language, target }) => ["ts", "js"].includes(language) && targets.includes(target));
  const artifacts = join(project, "artifacts");
  await mkdir(artifacts, { recursive: true });
  const folder = await mkdtemp(join(artifacts, "snippets-"));
  await writeFile(join(folder, "snippets.ts"), programOf(chosen));
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify(settings));
  await command(folder);
  await rm(folder, { recursive: true });
}

const tsc = (folder: string): Promise<string> => output(join(project, "node_modules/.bin/tsc"), ["-p", folder]);
const settings = (compilerOptions: object): object => ({
  extends: "../../tests/tsconfig.json",
  compilerOptions: { noUnusedLocals: false, noUnusedParameters: false, ...compilerOptions },
  include: ["snippets.ts"],
  exclude: [],
});

describe("the documentation's snippets have no type error", { timeout: 120_000 }, () => {
  it("in Node.js", () => compile(["all", "node", "none"], settings({}), tsc));
  it("in browsers", () => compile(["all", "browser"], settings({ types: [] }), tsc));
  it("in Deno", () => {
    const imports = {
      "incountry-storage": "../../src/index.ts",
      "incountry-storage/protocol": "../../src/protocol.ts",
      "incountry-storage/records": "../../src/records-entry.ts",
    };
    return compile(["all", "deno"], { compilerOptions: { strict: true } }, async (folder) => {
      await writeFile(join(folder, "deno.json"), JSON.stringify({ imports, nodeModulesDir: "manual" }));
      return output(join(project, "node_modules/.bin/deno"), ["check", "--no-remote", "snippets.ts"], { cwd: folder });
    });
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
