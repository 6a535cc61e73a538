import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createStorage, type SecretsInput, type Storage } from "incountry-storage";
import { limits, parseJson } from "incountry-storage/protocol";
import { array, number, object, parse, record, string, unknown } from "valibot";
import { inject } from "vitest";
import { batchesOf } from "../../../playground/demo/batches.ts";
import { type Person, parsePeople } from "../../../playground/demo/person.ts";
import { personRecord } from "../../../playground/demo/person-record.ts";
// Not from its index, which would load the PoP in every file.
import { defaultEnvironment } from "../../../playground/pop/environments.ts";
import { noAttacks } from "../../../playground/start/attacks.ts";
import { controlPaths } from "../../../playground/start/paths.ts";
import { stopProgram, waitForOutput } from "../../support/runtimes/processes.ts";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The root of the repository. */
export const root = here("../../..");

/** Runs TypeScript, with `incountry-storage` resolved as for the playground. */
export const tsx = ["--import", here("../../../playground/typescript.js")];

/** The program that `npm start` runs. */
export const startProgram = here("../../../playground/start.ts");

/** The playground, started like `npm start`. */
export interface Playground {
  readonly url: string;
  close(): Promise<void>;
}

/** Starts the playground on a free port, with an empty folder. */
export async function startPlayground(): Promise<Playground> {
  const folder = await mkdtemp(join(tmpdir(), "playground-"));
  const args = [...tsx, startProgram, "--port", "0", "--data", folder];
  const program = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  const close = async (): Promise<void> => {
    await stopProgram(program);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const [, url = ""] = await waitForOutput(program, /open on (http:\S+)/);
    return { url, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Resets the shared playground to its state after the first start: empty and honest. */
export async function emptyPlayground(): Promise<string> {
  const url = inject("playgroundUrl");
  await expectOk(fetch(`${url}${controlPaths.attacks}`, { method: "PUT", body: JSON.stringify(noAttacks) }));
  const counts = await expectOk(fetch(`${url}${controlPaths.counts}`));
  for (const country of Object.keys(parse(record(string(), number()), await counts.json()))) {
    while (await deleteSome(url, country));
  }
  return url;
}

/** Deletes a page of records, without the SDK. @returns False once the country is empty. */
async function deleteSome(url: string, country: string): Promise<boolean> {
  const post = (operation: string, body: object): Promise<Response> =>
    expectOk(
      fetch(`${url}/v2/storage/records/${country}/${operation}`, {
        method: "POST",
        headers: { authorization: `Bearer ${apiKey}`, "x-env-id": environmentId, "content-type": "application/json" },
        body: JSON.stringify(body),
      }),
    );
  const found = await post("find", { filter: {}, options: { limit: 100, offset: 0 } });
  const { data } = parse(object({ data: array(object({ record_key: string() })) }), parseJson(await found.text()));
  if (data.length === 0) return false;
  await post("batchDelete", { filter: { record_key: data.map((each) => each.record_key) } });
  return true;
}

async function expectOk(answer: Promise<Response>): Promise<Response> {
  const response = await answer;
  if (!response.ok) throw new Error(`${response.url} responded ${response.status}.`);
  return response;
}

export const firstPassword = "the playground's first password, known to everyone";
/** The secret with which the page starts, for another program. */
export const firstSecret: SecretsInput = { currentVersion: 1, secrets: [{ version: 1, secret: firstPassword }] };

const { id: environmentId, apiKey } = defaultEnvironment;

/** A Storage of another program for the same PoP. */
export function storageOf(url: string, secrets: SecretsInput = firstSecret): Promise<Storage> {
  return createStorage({ environmentId, apiKey, endpoint: url, getSecrets: () => secrets });
}

/** The sample people of the playground. */
export async function samplePeople(): Promise<Person[]> {
  return parsePeople(await readFile(join(root, "playground/data/people.json"), "utf8"));
}

/** Writes the sample people, like the button of the page. */
export async function writePeople(url: string): Promise<void> {
  const [storage, people] = await Promise.all([storageOf(url), samplePeople()]);
  const now = new Date();
  for (const country of new Set(people.map((person) => person.country))) {
    const residents = people.filter((person) => person.country === country);
    for (const batch of batchesOf(residents, limits.batchSize)) {
      await storage.batchWrite(
        country,
        batch.map((person) => personRecord(person, now)),
      );
    }
  }
}

/** PROTOCOL.md, section 2. */
export function hashOf(key: string): string {
  return createHash("sha256").update(`${key}:${environmentId}`).digest("hex");
}

/** The row of a record, fetched without the SDK. */
export async function rowOf(
  url: string,
  country: string,
  recordKey: string,
  extra: Readonly<Record<string, string>> = {},
): Promise<Record<string, unknown>> {
  const response = await fetch(`${url}/v2/storage/records/${country}/${hashOf(recordKey)}`, {
    headers: { authorization: `Bearer ${apiKey}`, "x-env-id": environmentId, ...extra },
  });
  return parse(record(string(), unknown()), parseJson(await response.text()));
}
