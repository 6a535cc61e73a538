import { createPop, type Pop } from "incountry-playground";
import { Storage } from "incountry-storage";
import { Floor } from "./floor.ts";
import { medians } from "./measure.ts";
import { PlainClient } from "./plain-client.ts";
import { call } from "./pop-calls.ts";
import { benchRecords } from "./records.ts";
import { atMost, type Line, timesFaster } from "./report.ts";
import { passwords, rotationCases, secretsUpTo } from "./rotation-cases.ts";

const rounds = { rounds: 7, warmUp: 1 };

/** Whole calls and whole rotations, on the embedded PoP in this process. */
export async function popCases(count: number, print: (what: string) => void): Promise<Line[]> {
  const pop = await createPop({ memory: true });
  try {
    print("batchWrite and find");
    return [...(await callCases(pop)), ...(await rotationCases(pop, count, print))];
  } finally {
    await pop.close();
  }
}

/** The same calls, for the same records, with one salt. */
async function callCases(pop: Pop): Promise<Line[]> {
  const [read, written] = ["fr", "it"];
  const records = benchRecords(100);
  const storage = new Storage({ ...pop.client, fetch: pop.fetch, getSecrets: () => secretsUpTo(1) });
  const plain = new PlainClient(pop, passwords, 1);
  const floor = await Floor.of(pop.client.environmentId, passwords[1], 1);
  const post = (country: string, operation: string, body: string): Promise<string> =>
    call(pop, `${country}/${operation}`, body);
  const search = JSON.stringify({ filter: {}, options: { limit: 100 } });

  await post(read, "batchWrite", await floor.sealAll(records));
  const writes = await medians(
    {
      ours: () => storage.batchWrite(written, records),
      floor: async () => post(written, "batchWrite", await floor.sealAll(records)),
      plain: () => plain.batchWrite(written, records),
    },
    rounds,
  );
  const finds = await medians(
    {
      ours: () => storage.find(read),
      floor: async () => floor.openAll(await post(read, "find", search)),
      plain: () => plain.find(read, {}),
    },
    rounds,
  );
  const theFloor = "the PoP, WebCrypto and JSON";
  const [find, batchWrite] = ["find 100 on the PoP", "batchWrite 100 to the PoP"];
  return [
    atMost(undefined, { what: find, ours: finds.ours, against: theFloor, theirs: finds.floor }),
    timesFaster(undefined, { what: find, ours: finds.ours, against: "plain client", theirs: finds.plain }),
    atMost(undefined, { what: batchWrite, ours: writes.ours, against: theFloor, theirs: writes.floor }),
    timesFaster(undefined, { what: batchWrite, ours: writes.ours, against: "plain client", theirs: writes.plain }),
  ];
}
