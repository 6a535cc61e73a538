/**
 * Writes to records at random, now with the older secret and now with the newer, until its standard input ends. Prints the
 * number of each record that was written, and the number of the writing that its body tells, once the PoP has acknowledged it.
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
  // Each tenth writer has not heard of the new secret yet.
  await (writing % 10 === 0 ? older : newer).write("de", recordOf(index, writing));
  process.stdout.write(`${index} ${writing}\n`);
}
