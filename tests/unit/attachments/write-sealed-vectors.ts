/** Writes tests/support/fixtures/sealed-files.json anew: for a new vector at its end, or a new format. Those that are there stay. */
import { writeFile } from "node:fs/promises";
import { makeVectors } from "./sealed-vectors.ts";

const fixture = new URL("../../support/fixtures/sealed-files.json", import.meta.url);
await writeFile(fixture, `${JSON.stringify(makeVectors(), null, 2)}\n`);
