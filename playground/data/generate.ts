/**
 * Writes people.json. Run it after a change of the countries or of the way people are invented, from the root:
 *
 *     npx tsx --tsconfig playground/tsconfig.json playground/data/generate.ts
 */
import { writeFile } from "node:fs/promises";
import { formatPeople, inventPeople } from "./invent-people.ts";

const file = new URL("people.json", import.meta.url);
const people = inventPeople();
await writeFile(file, formatPeople(people));
console.log(`${people.length} people written to playground/data/people.json.`);
