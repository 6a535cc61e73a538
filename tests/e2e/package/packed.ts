import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { object, parse, record, string } from "valibot";
import { output } from "../../support/runtimes/processes.ts";

export const project: string = fileURLToPath(new URL("../../../", import.meta.url));
const consumer = fileURLToPath(new URL("consumer/", import.meta.url));

/** Excluded from a copy of the sources: what is installed, built or temporary. */
const leftBehind = new Set(["node_modules", "dist", "artifacts", ".git", ".pop"]);

const manifestSchema = object({ dependencies: record(string(), string()) });

/** The packages that are installed with this one. */
export async function runtimeDependencies(): Promise<readonly string[]> {
  const manifest: unknown = JSON.parse(await readFile(join(project, "package.json"), "utf8"));
  return Object.keys(parse(manifestSchema, manifest).dependencies);
}

/** The package in the form that users get. */
export interface PackedPackage {
  /** The output of `npm pack`. */
  readonly tarball: string;
  /** A project with nothing else installed; tests/e2e/package/consumer is copied into it. */
  readonly consumer: string;
  /** The package's folder in that project. */
  readonly installed: string;
  remove(): Promise<void>;
}

/** Builds and packs a copy of the sources, and installs the tarball in an empty project. Needs no network. */
export async function packPackage(): Promise<PackedPackage> {
  const folder = await mkdtemp(join(tmpdir(), "incountry-package-"));
  const sources = await copySources(folder);
  const tarballs = join(folder, "tarballs");
  const target = join(folder, "consumer");
  await mkdir(tarballs);
  const dependencies = (await runtimeDependencies()).map((name) => join(project, "node_modules", name));
  await npm(sources, "pack", "--pack-destination", tarballs);
  await npm(folder, "pack", "--pack-destination", tarballs, "--ignore-scripts", ...dependencies);
  await cp(consumer, target, { recursive: true });
  await writeFile(join(target, "package.json"), JSON.stringify({ private: true, type: "module" }));
  const packed = (await readdir(tarballs)).map((name) => join(tarballs, name));
  await npm(target, "install", "--offline", "--engine-strict", "--no-audit", "--no-fund", ...packed);
  const tarball = packed.find((path) => basename(path).startsWith("incountry-storage-"));
  if (tarball === undefined) throw new Error(`npm pack made no tarball of the package, but ${packed.join(", ")}`);
  return {
    tarball,
    consumer: target,
    installed: join(target, "node_modules", "incountry-storage"),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Copies the sources of the package, with its installed dependencies. */
export async function copySources(folder: string): Promise<string> {
  const sources = join(folder, "sources");
  await cp(project, sources, { recursive: true, filter: (path) => !leftBehind.has(basename(path)) });
  await symlink(join(project, "node_modules"), join(sources, "node_modules"));
  return sources;
}

export async function npm(cwd: string, ...args: string[]): Promise<void> {
  await output("npm", args, { cwd });
}
