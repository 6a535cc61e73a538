import { Storage } from "incountry-storage";
import { cannedFetch } from "./canned-fetch.ts";
import { Floor } from "./floor.ts";
import { medians } from "./measure.ts";
import { PlainClient } from "./plain-client.ts";
import { benchRecords } from "./records.ts";
import { atMost, type Line, timesFaster } from "./report.ts";

const environmentId = "bench";
const password = "a password for benchmarks";
const access = { environmentId, apiKey: "key", endpoint: "https://pop.example", getSecrets: () => password };
const client = { environmentId, apiKey: "key", endpoint: "https://pop.example" };
const records = benchRecords(100);
const many = { rounds: 61, warmUp: 30 };
const few = { rounds: 5, warmUp: 1 };

const pageOf = (request: string): string => {
  const { records: data }: { records: unknown[] } = JSON.parse(request);
  return JSON.stringify({ meta: { count: data.length, limit: 100, offset: 0, total: data.length }, data });
};

/** A whole call of a Storage without the network: its `fetch` responds at once. */
const storageWith = (response: string): Storage => new Storage({ ...access, fetch: cannedFetch(response) });

async function check(find: () => ReturnType<Storage["find"]>): Promise<void> {
  const { records: found } = await find();
  if (found.length !== records.length) throw new Error("The records did not decrypt.");
}

/** Encryption and decryption, measured as whole calls of a Storage without network delay. */
export async function cryptoCases(): Promise<Line[]> {
  const floor = await Floor.of(environmentId, password);
  const pop = { fetch: cannedFetch("OK"), client };
  const plain = new PlainClient(pop, { 0: password }, 0);
  const parallel = new PlainClient(pop, { 0: password }, 0, "page at once");
  const storage = storageWith("OK");
  const seal = () => storage.batchWrite("de", records);
  const sealing = await medians({ ours: seal, floor: () => floor.sealAll(records) }, many);
  const others = { plain: () => plain.sealAll(records), parallel: () => parallel.sealAll(records) };
  const plainSealing = await medians({ ours: seal, ...others }, few);

  const ownPage = pageOf(await floor.sealAll(records));
  const reader = storageWith(ownPage);
  await check(() => reader.find("de"));
  const opening = await medians({ ours: () => reader.find("de"), floor: () => floor.openAll(ownPage) }, many);

  const plainReader = new PlainClient({ fetch: cannedFetch(ownPage), client }, { 0: password }, 0);
  const plainOpening = await medians({ ours: () => reader.find("de"), plain: () => plainReader.find("de", {}) }, few);

  const salted = pageOf(await parallel.sealAll(records));
  await check(() => storageWith(salted).find("de"));
  // A new Storage each time, since the previous one has the keys cached.
  const deriving = await medians(
    {
      ours: () => storageWith(salted).find("de"),
      floor: () => floor.deriveAll(salted),
      plain: () => new PlainClient({ fetch: cannedFetch(salted), client }, { 0: password }, 0).find("de", {}),
    },
    few,
  );

  return [
    atMost(1.5, { what: "seal 100 records", ours: sealing.ours, against: "WebCrypto and JSON", theirs: sealing.floor }),
    atMost(2, {
      what: "decrypt 100 of our own",
      ours: opening.ours,
      against: "WebCrypto and JSON",
      theirs: opening.floor,
    }),
    atMost(1.1, {
      what: "decrypt 100 with a salt each",
      ours: deriving.ours,
      against: "100 derivations alone",
      theirs: deriving.floor,
    }),
    timesFaster(25, {
      what: "seal 100 records",
      ours: plainSealing.ours,
      against: "plain client",
      theirs: plainSealing.plain,
    }),
    timesFaster(undefined, {
      what: "seal 100 records",
      ours: plainSealing.ours,
      against: "plain client, on all cores",
      theirs: plainSealing.parallel,
    }),
    timesFaster(undefined, {
      what: "decrypt 100 of our own",
      ours: plainOpening.ours,
      against: "plain client",
      theirs: plainOpening.plain,
    }),
    timesFaster(undefined, {
      what: "decrypt 100 with a salt each",
      ours: deriving.ours,
      against: "plain client",
      theirs: deriving.plain,
    }),
  ];
}
