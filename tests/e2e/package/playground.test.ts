import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execPath } from "node:process";
import { object, optional, parse, record, string } from "valibot";
import { afterAll, beforeAll, expect, it } from "vitest";
import { output, stopProgram, waitForOutput } from "../../support/runtimes/processes.ts";
import { copySources, npm, project } from "./packed.ts";

const needsSchema = object({
  dependencies: optional(record(string(), string()), {}),
  optionalDependencies: optional(record(string(), string()), {}),
});

/** The dependencies of a package, and theirs. */
async function installedBy(manifest: string, found = new Set<string>()): Promise<Set<string>> {
  const needs = parse(needsSchema, JSON.parse(await readFile(manifest, "utf8")));
  for (const name of Object.keys({ ...needs.dependencies, ...needs.optionalDependencies })) {
    if (found.has(name)) continue;
    found.add(name);
    await installedBy(join(project, "node_modules", name, "package.json"), found);
  }
  return found;
}

let folder: string;
let consumer: string;

// Installs the tarball and those of its dependencies in an empty project, without a network.
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "incountry-playground-"));
  consumer = join(folder, "consumer");
  const tarballs = join(folder, "tarballs");
  await mkdir(tarballs);
  await mkdir(consumer);
  const sources = await copySources(folder);
  await output(execPath, [join(project, "node_modules/tsup/dist/cli-default.js")], { cwd: sources });
  const packing = ["pack", "--ignore-scripts", "--pack-destination", tarballs];
  await npm(sources, ...packing, "--workspace", "incountry-playground");
  const names = await installedBy(join(project, "playground/package.json"));
  await npm(folder, ...packing, ...Array.from(names, (name) => join(project, "node_modules", name)));
  await writeFile(join(consumer, "package.json"), JSON.stringify({ private: true, type: "module" }));
  const packed = (await readdir(tarballs)).map((name) => join(tarballs, name));
  await npm(consumer, "install", "--offline", "--no-audit", "--no-fund", ...packed);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

it("installs outside the repository, without incountry-storage", async () => {
  const installed = await readdir(join(consumer, "node_modules"));
  expect(installed).toContain("incountry-playground");
  expect(installed).not.toContain("incountry-storage");
  expect(await readdir(join(consumer, "node_modules/incountry-playground/dist"))).toContain("database.tar.gz");
});

it("serves requests in a script that imports it", async () => {
  const script = `
    import { createPop } from "incountry-playground";
    const pop = await createPop({ memory: true });
    const { environmentId, endpoint, apiKey } = pop.client;
    const response = await pop.fetch(endpoint + "/v2/storage/records/de", {
      method: "POST",
      headers: { authorization: "Bearer " + apiKey, "x-env-id": environmentId, "content-type": "application/json" },
      body: '{"record_key": "k", "range_key1": 9007199254740993}',
    });
    console.log(response.status, (await response.text()).includes('"range_key1":9007199254740993'));
    await pop.close();
  `;
  await writeFile(join(consumer, "script.mjs"), script);
  expect(await output(execPath, ["script.mjs"], { cwd: consumer })).toBe("200 true\n");
});

it("starts as a command", async () => {
  const command = join(consumer, "node_modules/.bin/incountry-pop");
  const program = spawn(command, ["--memory", "--port", "0"], { cwd: consumer, stdio: ["ignore", "pipe", "pipe"] });
  try {
    const [, url = ""] = await waitForOutput(program, /^PoP listening on (http:\/\/\S+)\n/);
    expect((await fetch(`${url}/healthcheck`)).status).toBe(200);
  } finally {
    await stopProgram(program);
  }
});
