import { type ChildProcess, spawn } from "node:child_process";
import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { createServer } from "node:net";
import { delimiter, join } from "node:path";
import { eventTimeout } from "../patience.ts";

const isExecutable = (path: string): Promise<boolean> =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  );

/** The first of these programs that exists; a bare name is looked up in PATH. */
export async function findProgram(candidates: readonly (string | undefined)[]): Promise<string | undefined> {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  for (const candidate of candidates) {
    if (candidate === undefined) continue;
    const paths = candidate.includes("/") ? [candidate] : folders.map((folder) => join(folder, candidate));
    for (const path of paths) if (await isExecutable(path)) return path;
  }
  return undefined;
}

/** Waits until a program prints a match; rejects when it exits or prints no match in time. */
export function waitForOutput(program: ChildProcess, pattern: RegExp): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    let output = "";
    const silence = setTimeout(() => reject(new Error(`No ${pattern} in time in: ${output}`)), eventTimeout);
    const settle = (act: () => void): void => {
      clearTimeout(silence);
      act();
    };
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      const match = pattern.exec(output);
      if (match !== null) settle(() => resolve(match));
    };
    program.stdout?.on("data", read);
    program.stderr?.on("data", read);
    program.once("error", (error) => settle(() => reject(error)));
    program.once("exit", (code) => settle(() => reject(new Error(`Ended with ${code}: ${output}`))));
  });
}

/** Terminates a program, by force after ten seconds. */
export function stopProgram(program: ChildProcess | undefined): Promise<void> {
  if (program === undefined || program.exitCode !== null || program.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const startTimeout = setTimeout(() => program.kill("SIGKILL"), 10_000);
    program.once("exit", () => {
      clearTimeout(startTimeout);
      resolve();
    });
    program.kill();
  });
}

/** A port of the loopback interface without a listener. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      if (address === null || typeof address === "string") throw new Error("A TCP server has an address with a port.");
      server.close(() => resolve(address.port));
    });
  });
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a program with its output on the terminal, and returns its exit code; 1 if it cannot be started. */
export function runProgram(program: string, args: readonly string[], options: RunOptions = {}): Promise<number> {
  return new Promise((resolve) => {
    const fail = (reason: string): void => {
      process.stderr.write(`${program}: ${reason}\n`);
      resolve(1);
    };
    const child = spawn(program, args, { cwd: options.cwd, env: { ...process.env, ...options.env }, stdio: "inherit" });
    child.once("error", (error) => fail(error.message));
    child.once("exit", (code, signal) => (code === null ? fail(`ended by ${signal}`) : resolve(code)));
  });
}

/** Runs a program and returns its standard output; rejects with all its output if it fails. */
export function output(program: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let standard = "";
    let all = "";
    child.stdout.on("data", (chunk: Buffer) => {
      standard += chunk.toString();
      all += chunk.toString();
    });
    child.stderr.on("data", (chunk: Buffer) => {
      all += chunk.toString();
    });
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) resolve(standard);
      else reject(new Error(`${[program, ...args].join(" ")} ended with ${code}:\n${all}`));
    });
  });
}
