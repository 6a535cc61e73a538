/**
 * Writes to records at random, with either the older or the newer secret, until its standard input ends. Prints the
 * number of each record, and the number of the write, once the PoP has acknowledged it.
 */

import { secrets } from "../../../support/rotation/secrets.ts";
import { storageOfProcess } from "./arguments.ts";
import { recordOf } from "./record.ts";

const older = storageOfProcess(() => secrets.before);
const newer = storageOfProcess(() => secrets.after);
const count = Number(process.argv[3]);
const stop = new AbortController();
process.stdin.once("end", () => stop.abort()).resume();

for (let writing = 1; !stop.signal.aborted; writing += 1) {
  const index = Math.floor(Math.random() * count);
  // One writer in ten still uses the older secret.
  await (writing % 10 === 0 ? older : newer).write("de", recordOf(index, writing));
  process.stdout.write(`${index} ${writing}\n`);
}
