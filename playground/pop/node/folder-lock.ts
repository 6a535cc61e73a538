import { link, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as v from "valibot";
import { unlessCode } from "../store/database-errors.ts";
import { UsageError } from "../usage-error.ts";
import { beats, defaultPace, type Pace, startHeartbeat } from "./heartbeat.ts";
import { isRunning, ownNamespace, type RunningProcess, thisProcess } from "./running-process.ts";

/**
 * The locks of a folder are files named `pop.lock.1`, `pop.lock.2`, …, which hold their owner. The highest one counts. If it
 * was released or its owner is dead, a process creates the next one. An owner in another container or machine is alive while
 * it touches its file. A file can be created only once and the highest is never removed, so only one process gets the folder.
 */
const lockName = /^pop\.lock\.(\d+)$/;

const contentSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.nullable(v.object({ pid: v.pipe(v.number(), v.integer()), started: v.string(), namespace: v.string() })),
);

export interface FolderLock {
  release(): Promise<void>;
}

/** Locks a folder for this process. Throws a `UsageError` if another process has locked it. */
export async function lockFolder(folder: string, pace: Pace = defaultPace): Promise<FolderLock> {
  const number = await withFile(folder, await thisProcess(), (file) => take(folder, file, pace));
  const path = pathOf(folder, number);
  const heartbeat = startHeartbeat(path, pace);
  return {
    release: () => {
      heartbeat.stop();
      return withFile(folder, null, (file) => rename(file, path));
    },
  };
}

/** Calls `work` with a temporary file that holds a lock's owner, or null for a released lock. */
async function withFile<Result>(
  folder: string,
  owner: RunningProcess | null,
  work: (file: string) => Promise<Result>,
): Promise<Result> {
  const file = join(folder, `pop.lock.new.${crypto.randomUUID()}`);
  try {
    await writeFile(file, JSON.stringify(owner));
    return await work(file);
  } finally {
    await rm(file, { force: true });
  }
}

async function take(folder: string, file: string, pace: Pace): Promise<number> {
  const namespace = await ownNamespace();
  for (;;) {
    const highest = Math.max(0, ...(await numbersIn(folder)));
    const path = pathOf(folder, highest);
    const owner = await ownerOf(path);
    if (owner?.namespace === namespace && (await isRunning(owner))) throw inUse(folder, `process ${owner.pid}`);
    if (owner !== undefined && owner.namespace !== namespace && (await beats(path, pace))) {
      // The change may have been the release of the lock.
      if ((await ownerOf(path)) === undefined) continue;
      throw inUse(folder, `process ${owner.pid} of another container or machine`);
    }
    const next = highest + 1;
    // Unlike a new file, a link appears together with its content.
    const linked = link(file, pathOf(folder, next)).then(() => true);
    if ((await unlessCode("EEXIST", linked)) === undefined) continue;
    const numbers = await numbersIn(folder);
    // Other processes may have locked and released the folder meanwhile, and removed the file of this number.
    const outdated = numbers.some((number) => number > next) ? [next] : numbers.filter((number) => number < next);
    for (const number of outdated) await rm(pathOf(folder, number), { force: true });
    if (!outdated.includes(next)) return next;
  }
}

function inUse(folder: string, owner: string): UsageError {
  return new UsageError(`The data folder ${folder} is in use by ${owner}. Stop it, or choose another folder.`);
}

function pathOf(folder: string, number: number): string {
  return join(folder, `pop.lock.${number}`);
}

async function numbersIn(folder: string): Promise<number[]> {
  return (await readdir(folder)).flatMap((name) => {
    const number = lockName.exec(name)?.[1];
    return number === undefined ? [] : [Number(number)];
  });
}

/** The owner of a lock; undefined if it was released or removed, or is not a lock. */
async function ownerOf(path: string): Promise<RunningProcess | undefined> {
  const parsed = v.safeParse(contentSchema, await unlessCode("ENOENT", readFile(path, "utf8")));
  return parsed.success ? (parsed.output ?? undefined) : undefined;
}
