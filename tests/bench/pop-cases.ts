import { createPop } from "incountry-playground";
import { Storage } from "incountry-storage";
import { medians, milliseconds } from "./measure.ts";
import { Peak } from "./memory.ts";
import { type Pace, PlainClient } from "./plain-client.ts";
import { benchRecords } from "./records.ts";
import { figure, type Line, timesFaster } from "./report.ts";

const country = "de";
const pageSize = 100;
const passwords = {
  1: "the first password for benchmarks",
  2: "the second password for benchmarks",
  3: "the third password for benchmarks",
  4: "the fourth password for benchmarks",
};
const secretsUpTo = (currentVersion: number) => ({
  currentVersion,
  secrets: Object.entries(passwords).map(([version, secret]) => ({ secret, version: Number(version) })),
});

/** Pages that the plain client rotates; the rest is extrapolated. */
const samplePages = 10;

/** Whole calls and a whole rotation, on the embedded PoP in this process. */
export async function popCases(count: number, say: (what: string) => void): Promise<Line[]> {
  const pop = await createPop({ memory: true });
  try {
    const access = { ...pop.client, fetch: pop.fetch };
    const storage = new Storage({ ...access, getSecrets: () => secretsUpTo(1) });
    const plain = new PlainClient(pop, passwords, 1);

    say(`writing ${count} records`);
    const writing = await milliseconds(async () => {
      for (let next = 0; next < count; next += pageSize) {
        await storage.batchWrite(country, benchRecords(pageSize, next));
      }
    });

    say("batchWrite and find");
    const rounds = { rounds: 15, warmUp: 2 };
    const again = benchRecords(pageSize);
    const writes = await medians(
      { ours: () => storage.batchWrite(country, again), plain: () => plain.batchWrite(country, again) },
      rounds,
    );
    const finds = await medians({ ours: () => storage.find(country), plain: () => plain.find(country, {}) }, rounds);
    await storage.batchWrite(country, again);

    say(`rotating ${count} records`);
    const rotation = await rotate(new Storage({ ...access, getSecrets: () => secretsUpTo(2) }), count);
    say(`rotating ${samplePages * pageSize} of them by the plain client, twice`);
    const extrapolate = async (pace: Pace, version: number): Promise<number> =>
      (await rotateSample(new PlainClient(pop, passwords, version, pace))) * (count / pageSize);
    const oneByOne = await extrapolate("one by one", 3);
    const pageAtOnce = await extrapolate("page at once", 4);

    const rotated = `migrateAll of ${count.toLocaleString("en")}`;
    return [
      timesFaster(undefined, {
        what: "find 100 on the PoP",
        ours: finds.ours,
        against: "plain client",
        theirs: finds.plain,
      }),
      timesFaster(undefined, {
        what: "batchWrite 100 to the PoP",
        ours: writes.ours,
        against: "plain client",
        theirs: writes.plain,
      }),
      timesFaster(10, {
        what: rotated,
        ours: rotation.time,
        against: `plain client (from ${samplePages} pages)`,
        theirs: oneByOne,
      }),
      timesFaster(undefined, {
        what: rotated,
        ours: rotation.time,
        against: `plain client, on all cores (from ${samplePages} pages)`,
        theirs: pageAtOnce,
      }),
      figure("records written in a second", perSecond(count, writing)),
      figure("records rotated in a second", perSecond(count, rotation.time)),
      figure("heap of migrateAll and the PoP, beyond that of the start", rotation.heap),
    ];
  } finally {
    await pop.close();
  }
}

async function rotate(storage: Storage, count: number): Promise<{ time: number; heap: string }> {
  const peak = new Peak();
  let migrated = 0;
  const time = await milliseconds(async () => {
    for await (const { totalMigrated, errors } of storage.migrateAll(country)) {
      if (errors !== undefined) throw new Error("A record did not open.");
      migrated = totalMigrated;
      peak.look();
    }
  });
  if (migrated !== count) throw new Error(`${migrated} of ${count} records were rotated.`);
  return { time, heap: peak.beyondStart() };
}

async function rotateSample(plain: PlainClient): Promise<number> {
  const time = await milliseconds(async () => {
    for (let page = 0; page < samplePages; page += 1) {
      if ((await plain.rotatePage(country)) !== pageSize) throw new Error("A page was not full.");
    }
  });
  return time / samplePages;
}

function perSecond(count: number, time: number): string {
  return Math.round(count / (time / 1000)).toLocaleString("en");
}
