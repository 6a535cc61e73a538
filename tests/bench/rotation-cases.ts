import type { Pop } from "incountry-playground";
import { Storage } from "incountry-storage";
import { Floor } from "./floor.ts";
import { milliseconds } from "./measure.ts";
import { Peak } from "./memory.ts";
import { type Pace, PlainClient } from "./plain-client.ts";
import { call } from "./pop-calls.ts";
import { benchRecords } from "./records.ts";
import { atMost, figure, type Line, timesFaster } from "./report.ts";

const pageSize = 100;
export const passwords = {
  1: "the first password for benchmarks",
  2: "the second password for benchmarks",
  3: "the third password for benchmarks",
  4: "the fourth password for benchmarks",
} as const;

export const secretsUpTo = (currentVersion: number) => ({
  currentVersion,
  secrets: Object.entries(passwords).map(([version, secret]) => ({ secret, version: Number(version) })),
});

/** The number of sampled pages of rotations that would take too long. */
const samplePages = 5;
/** Records of the deployed SDKs: each needs a derivation in any client. */
const saltedRecords = 1_000;

/** Whole rotations: of records that share a few salts, as this package writes them, and of records with a salt each. */
export async function rotationCases(pop: Pop, count: number, print: (what: string) => void): Promise<Line[]> {
  const countries = { shared: "de", salted: "es", floor: "pt" };
  const storageOf = (version: number): Storage =>
    new Storage({ ...pop.client, fetch: pop.fetch, getSecrets: () => secretsUpTo(version) });

  print(`writing ${count} records`);
  const writer = storageOf(1);
  const writing = await milliseconds(async () => {
    for (let next = 0; next < count; next += pageSize)
      await writer.batchWrite(countries.shared, benchRecords(pageSize, next));
  });
  const salting = new PlainClient(pop, passwords, 1, "page at once");
  for (let next = 0; next < saltedRecords; next += pageSize)
    await salting.batchWrite(countries.salted, benchRecords(pageSize, next));

  print(`rotating ${count} records`);
  const rotation = await rotate(storageOf(2), countries.shared, count);
  print("rotating samples of them by the plain client");
  const sample = (country: string, version: number, pace?: Pace): Promise<Sample> =>
    rotateSample(new PlainClient(pop, passwords, version, pace), country);
  const oneByOne = await sample(countries.shared, 3);
  const pageAtOnce = await sample(countries.shared, 4, "page at once");
  const floor = await rotateFloor(pop, countries.floor);

  print(`rotating ${saltedRecords} records with a salt each`);
  const salted = await rotate(storageOf(2), countries.salted, saltedRecords);
  const saltedOneByOne = await sample(countries.salted, 3);

  const rotated = `migrateAll of ${count.toLocaleString("en")}`;
  const rotatedSalted = `migrateAll of ${saltedRecords.toLocaleString("en")} with a salt each`;
  return [
    timesFaster(10, {
      what: rotated,
      ours: rotation.time,
      against: `plain client (from ${samplePages} pages)`,
      theirs: all(oneByOne.pageTime, count),
    }),
    timesFaster(undefined, {
      what: rotated,
      ours: rotation.time,
      against: `plain client, on all cores (from ${samplePages} pages)`,
      theirs: all(pageAtOnce.pageTime, count),
    }),
    atMost(undefined, {
      what: rotated,
      ours: rotation.time,
      against: `the PoP, WebCrypto and JSON (from ${samplePages} pages)`,
      theirs: all(floor, count),
    }),
    timesFaster(undefined, {
      what: rotatedSalted,
      ours: salted.time,
      against: `plain client (from ${samplePages} pages)`,
      theirs: all(saltedOneByOne.pageTime, saltedRecords),
    }),
    figure("records written in a second", perSecond(count, writing)),
    figure("records rotated in a second", perSecond(count, rotation.time)),
    {
      ...figure("memory of migrateAll and the PoP, beyond the start", rotation.memory),
      against: "plain client and the PoP",
      theirs: oneByOne.memory,
    },
  ];
}

/** The extrapolated time of a rotation, from that of a page. */
function all(pageTime: number, records: number): number {
  return pageTime * (records / pageSize);
}

async function rotate(storage: Storage, country: string, count: number): Promise<{ time: number; memory: string }> {
  const peak = new Peak();
  let migrated = 0;
  const time = await milliseconds(async () => {
    for await (const { totalMigrated, errors } of storage.migrateAll(country)) {
      if (errors !== undefined) throw new Error("A record did not decrypt.");
      migrated = totalMigrated;
      peak.look();
    }
  });
  if (migrated !== count) throw new Error(`${migrated} of ${count} records were rotated.`);
  return { time, memory: peak.beyondStart() };
}

interface Sample {
  /** Milliseconds. */
  readonly pageTime: number;
  readonly memory: string;
}

async function rotateSample(plain: PlainClient, country: string): Promise<Sample> {
  const peak = new Peak();
  const time = await milliseconds(async () => {
    for (let page = 0; page < samplePages; page += 1) {
      if ((await plain.rotatePage(country)) !== pageSize) throw new Error("A page was not full.");
      peak.look();
    }
  });
  return { pageTime: time / samplePages, memory: peak.beyondStart() };
}

/** The cost of a page with only the PoP, WebCrypto and JSON: fetched, decrypted, encrypted, written. */
async function rotateFloor(pop: Pop, country: string): Promise<number> {
  const floor = await Floor.of(pop.client.environmentId, passwords[1], 1);
  for (let page = 0; page < samplePages; page += 1)
    await call(pop, `${country}/batchWrite`, await floor.sealAll(benchRecords(pageSize, page * pageSize)));
  const time = await milliseconds(async () => {
    for (let page = 0; page < samplePages; page += 1) {
      const options = { limit: pageSize, offset: page * pageSize };
      const response = await call(pop, `${country}/find`, JSON.stringify({ filter: {}, options }));
      await call(pop, `${country}/batchWrite`, await floor.resealAll(response));
    }
  });
  return time / samplePages;
}

function perSecond(count: number, time: number): string {
  return Math.round(count / (time / 1000)).toLocaleString("en");
}
