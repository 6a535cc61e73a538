/** Writes tests/fixtures/sealed-files.json anew: only for a new format, since files sealed in the old one stay. */
import { writeFile } from "node:fs/promises";
import { makeVectors } from "./sealed-vectors.ts";

const fixture = new URL("../fixtures/sealed-files.json", import.meta.url);
await writeFile(fixture, `${JSON.stringify(makeVectors(), null, 2)}\n`);
