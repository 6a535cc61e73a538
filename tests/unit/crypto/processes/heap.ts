/**
 * Uses a Storage with planted secrets, searches the heap, releases the Storage, and searches again. Prints one line of
 * findings for each search. Run with --expose-gc.
 */
import { getHeapSnapshot } from "node:v8";
import { Storage } from "incountry-storage";
import { cannedPop } from "../../../support/canned-pop.ts";
import { pageOf, sentRecords } from "../../../support/crypto/sealed-parts.ts";

/** A word that appears nowhere, not even here: it is built anew each time, from parts that are not kept. */
const planted = (reversed: string): string =>
  new TextDecoder().decode(new TextEncoder().encode(`${Number.MAX_SAFE_INTEGER / 7} ${reversed}`).toReversed());

const key = (): string => btoa(planted("yek").repeat(2).slice(0, 32));

const secrets = () => ({
  currentVersion: 1,
  secrets: [
    { secret: planted("drowssap"), version: 1 },
    { secret: key(), version: 2, isKey: true },
    { secret: planted("resu"), version: 3 },
  ],
});

async function work(): Promise<Storage> {
  const base = { environmentId: "heap", endpoint: "https://pop.example", apiKey: "key" };
  const writer = cannedPop("OK");
  const records = Array.from({ length: 50 }, (_, index) => ({ recordKey: `record ${index}`, body: "a body" }));
  await new Storage({ ...base, fetch: writer.fetch, getSecrets: secrets }).batchWrite("us", records);
  const reader = cannedPop(pageOf(writer.sent.flatMap(({ body }) => sentRecords(body))));
  const storage = new Storage({ ...base, fetch: reader.fetch, getSecrets: secrets });
  await storage.validate();
  const { records: opened } = await storage.find("us");
  if (opened.length !== records.length) throw new Error("The records did not decrypt.");
  return storage;
}

/** The part of a heap snapshot that is used; the format is V8's own. */
interface HeapSnapshot {
  readonly snapshot: { readonly meta: { readonly node_fields: string[]; readonly node_types: [string[]] } };
  readonly nodes: number[];
  readonly strings: string[];
}

async function takeSnapshot(): Promise<HeapSnapshot> {
  globalThis.gc?.();
  let text = "";
  for await (const chunk of getHeapSnapshot()) text += chunk;
  return JSON.parse(text);
}

function objectsNamed({ nodes, strings, snapshot }: HeapSnapshot, name: string): number {
  const {
    node_fields: fields,
    node_types: [types],
  } = snapshot.meta;
  const [type, nameAt] = [fields.indexOf("type"), fields.indexOf("name")];
  return Array.from({ length: nodes.length / fields.length }, (_, index) => index * fields.length).filter(
    (at) => types[nodes[at + type] ?? -1] === "object" && strings[nodes[at + nameAt] ?? -1] === name,
  ).length;
}

async function look(): Promise<void> {
  const snapshot = await takeSnapshot();
  const found = (word: string): boolean => snapshot.strings.some((text) => text.includes(word));
  const [storages, secretKeys, cryptoKeys] = ["Storage", "SecretKeys", "CryptoKey"].map((name) =>
    objectsNamed(snapshot, name),
  );
  const words = { password: planted("drowssap"), unused: planted("resu"), key: key(), control: planted("lortnoc") };
  const inHeap = Object.entries(words).flatMap(([name, word]) => (found(word) ? [name] : []));
  console.log(JSON.stringify({ inHeap, storages, secretKeys, cryptoKeys }));
}

/** Values still in use must be found; otherwise finding nothing else would prove nothing. */
const held: unknown[] = [planted("lortnoc"), await work()];
await look();
held.pop();
await look();
console.log(held.length);
