/** The parts of the built-in modules of Node.js, Deno and Bun that this package uses. */
interface BuiltInModules {
  "node:crypto": { createHash(algorithm: "sha256"): RunningHash };
  "node:fs/promises": FileSystem;
  "node:path": Paths;
}

/** SHA-256 over bytes that arrive in parts, which WebCrypto does not offer. */
export interface RunningHash {
  update(bytes: Uint8Array): unknown;
  /** Returns the 32 bytes of the hash. Call it once, at the end. */
  digest(): Uint8Array;
}

export interface FileSystem {
  open(path: string, flags: "r" | "wx", mode?: number): Promise<FileHandle>;
  stat(path: string): Promise<FileStatus>;
  lstat(path: string): Promise<FileStatus>;
  chmod(path: string, mode: number): Promise<void>;
  realpath(path: string): Promise<string>;
  readlink(path: string): Promise<string>;
  rename(from: string, to: string): Promise<void>;
  rm(path: string, options: { force: boolean }): Promise<void>;
}

export interface FileHandle {
  read(buffer: Uint8Array, offset: number, length: number): Promise<{ bytesRead: number }>;
  write(bytes: Uint8Array): Promise<{ bytesWritten: number }>;
  writev(chunks: readonly Uint8Array[]): Promise<{ bytesWritten: number }>;
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

interface ModuleLoader {
  getBuiltinModule<Name extends keyof BuiltInModules>(name: Name): BuiltInModules[Name] | undefined;
}

/** Loads a module at run time, so that no bundler looks for it. Returns undefined if the runtime does not have it. */
export function builtInModule<Name extends keyof BuiltInModules>(name: Name): BuiltInModules[Name] | undefined {
  const process: unknown = Reflect.get(globalThis, "process");
  return isModuleLoader(process) ? process.getBuiltinModule(name) : undefined;
}

function isModuleLoader(value: unknown): value is ModuleLoader {
  return typeof value === "object" && value !== null && typeof Reflect.get(value, "getBuiltinModule") === "function";
}
