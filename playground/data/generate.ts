/**
 * Writes people.json. Run it from the root of the repository after a change of the generator or its countries:
 *
 *     npx tsx --tsconfig playground/tsconfig.json playground/data/generate.ts
 */
import { writeFile } from "node:fs/promises";
import { formatPeople, inventPeople } from "./invent-people.ts";

const file = new URL("people.json", import.meta.url);
const people = inventPeople();
await writeFile(file, formatPeople(people));
console.log(`${people.length} people written to playground/data/people.json.`);
