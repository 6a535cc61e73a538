import * as v from "valibot";
import { functionOf, type SchemaOf } from "../validation.ts";
import { builtInModule } from "./built-in.ts";

/** What is used of `node:fs/promises` and `node:path`, which Deno and Bun have as well. */
export interface NodeFileSystem {
  readonly fs: FileSystem;
  readonly paths: Paths;
}

export interface FileSystem {
  open(path: string, flags: string, mode?: number): Promise<FileHandle>;
  stat(path: string): Promise<FileStatus>;
  lstat(path: string): Promise<FileStatus>;
  chmod(path: string, mode: number): Promise<void>;
  realpath(path: string): Promise<string>;
  readlink(path: string): Promise<string>;
  rename(from: string, to: string): Promise<void>;
  rm(path: string, options: { force: boolean }): Promise<void>;
}

export interface FileHandle {
  read(buffer: Uint8Array, offset: number, length: number, position: number): Promise<{ bytesRead: number }>;
  writev(buffers: readonly Uint8Array[]): Promise<{ bytesWritten: number }>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

export interface FileStatus {
  readonly size: number;
  readonly mode: number;
  isFile(): boolean;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
}

export interface Paths {
  basename(path: string): string;
  dirname(path: string): string;
  join(...parts: string[]): string;
  resolve(...parts: string[]): string;
}

const fileSystemSchema: SchemaOf<FileSystem> = v.object({
  open: functionOf<FileSystem["open"]>(),
  stat: functionOf<FileSystem["stat"]>(),
  lstat: functionOf<FileSystem["lstat"]>(),
  chmod: functionOf<FileSystem["chmod"]>(),
  realpath: functionOf<FileSystem["realpath"]>(),
  readlink: functionOf<FileSystem["readlink"]>(),
  rename: functionOf<FileSystem["rename"]>(),
  rm: functionOf<FileSystem["rm"]>(),
});
const pathsSchema: SchemaOf<Paths> = v.object({
  basename: functionOf<Paths["basename"]>(),
  dirname: functionOf<Paths["dirname"]>(),
  join: functionOf<Paths["join"]>(),
  resolve: functionOf<Paths["resolve"]>(),
});

/** undefined where the runtime has no files. */
export function nodeFileSystem(): NodeFileSystem | undefined {
  const fs = v.safeParse(fileSystemSchema, builtInModule("node:fs/promises"));
  const paths = v.safeParse(pathsSchema, builtInModule("node:path"));
  return fs.success && paths.success ? { fs: fs.output, paths: paths.output } : undefined;
}
