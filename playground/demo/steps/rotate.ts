import type { Storage } from "incountry-storage";
import { limits } from "incountry-storage/protocol";
import type { Context, Step } from "../context.ts";
import { formatNumber } from "../format.ts";
import { personRecord } from "../person-record.ts";
import { secretVersions } from "../secrets.ts";
import { verifyAllDecrypted, verifyCount, verifyRecord } from "../verify.ts";

export const rotate: Step = {
  title: "Rotate the secret",
  about:
    "A second secret becomes the current one. migrate decrypts the records of the first one and encrypts them again, page by page.",
  async run(context) {
    const { people, storages, terminal } = context;
    const before = await countsByVersion(context);
    verifyCount(before.old, people.length, "records encrypted with the first secret");

    let migrated = 0;
    for (const country of context.countries) {
      migrated += await migrateCountry(storages.rotated, country, (page) => {
        terminal.progress(migrated + page, people.length, "records");
      });
    }
    verifyCount(migrated, people.length, "records migrated");

    const after = await countsByVersion(context);
    verifyCount(after.old, 0, "records encrypted with the first secret after the rotation");
    verifyCount(after.current, people.length, "records encrypted with the second secret");
    terminal.table(
      [{ title: "encrypted with" }, { title: "before", align: "right" }, { title: "after", align: "right" }],
      [
        [`secret ${secretVersions.old}`, formatNumber(before.old), formatNumber(after.old)],
        [`secret ${secretVersions.current}`, formatNumber(before.current), formatNumber(after.current)],
      ],
    );
    await verifyExactBalances(context);
    return { records: migrated };
  },
};

async function migrateCountry(storage: Storage, country: string, onPage: (migrated: number) => void): Promise<number> {
  let migrated = 0;
  let totalLeft: number;
  do {
    const page = await storage.migrate(country, { limit: limits.pageSize });
    verifyAllDecrypted(page);
    migrated += page.migrated;
    totalLeft = page.totalLeft;
    onPage(migrated);
  } while (totalLeft > 0);
  return migrated;
}

interface Counts {
  readonly old: number;
  readonly current: number;
}

async function countsByVersion({ countries, storages }: Context): Promise<Counts> {
  const count = async (version: number): Promise<number> => {
    let sum = 0;
    for (const country of countries) {
      const { meta } = await storages.rotated.find(country, { version }, { limit: 1 });
      sum += meta.total;
    }
    return sum;
  };
  return { old: await count(secretVersions.old), current: await count(secretVersions.current) };
}

/** Verifies the balances that a rotation would corrupt if it parsed integers as JavaScript numbers. */
async function verifyExactBalances({ people, startedAt, storages, terminal }: Context): Promise<void> {
  const rich = people.filter(({ balance }) => typeof balance === "bigint");
  for (const person of rich) {
    const { record } = await storages.rotated.read(person.country, person.id);
    verifyRecord(record, personRecord(person, startedAt));
  }
  terminal.line(`${rich.length} balances beyond 2^53 are unchanged.`);
}
