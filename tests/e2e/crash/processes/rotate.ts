/** Rotates all records, and prints a line for each page. */
import { secrets } from "../../../support/rotation/secrets.ts";
import { storageOfProcess } from "./arguments.ts";

for await (const { totalMigrated, totalLeft } of storageOfProcess(() => secrets.after).migrateAll("de")) {
  process.stdout.write(`${totalMigrated} ${totalLeft}\n`);
}
