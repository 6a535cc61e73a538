import { fileURLToPath } from "node:url";
import { findProgram } from "./processes.ts";

/** A supported version of Node.js, and its program on this machine. */
export interface NodeVersion {
  readonly name: string;
  readonly title: string;
  /** Undefined if it is not installed. */
  readonly program: string | undefined;
  readonly install: string;
}

const versions = ["20", "22", "24", "26"];

export const nodeNames: readonly string[] = versions.map((version) => `node${version}`);

/** The folder in which .ci/run installs further versions. */
const installed = (version: string): string =>
  fileURLToPath(new URL(`../../../.ci/node/node_modules/node${version}/bin/node`, import.meta.url));

const find = async (version: string): Promise<NodeVersion> => ({
  name: `node${version}`,
  title: `Node.js ${version}`,
  program: process.versions.node.startsWith(`${version}.`)
    ? process.execPath
    : await findProgram([process.env[`NODE${version}_PATH`], installed(version)]),
  install:
    `npm install --no-save --prefix .ci/node node${version}@npm:node-${process.platform}-${process.arch}@${version}, ` +
    `or set NODE${version}_PATH to a Node.js ${version}`,
});

export const findNodeVersions = (): Promise<readonly NodeVersion[]> => Promise.all(versions.map(find));
