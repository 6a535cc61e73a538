import { array, type InferOutput, looseObject, object, parse, string } from "valibot";

const batch = object({ records: array(looseObject({ body: string() })) });

export type SentRecord = InferOutput<typeof batch>["records"][number];

/** The records of a batch request. */
export function sentRecords(body: unknown): SentRecord[] {
  return parse(batch, body).records;
}

/** A page of `find` with these records. */
export function pageOf(records: readonly SentRecord[]): unknown {
  return { meta: { count: records.length, limit: 100, offset: 0, total: records.length }, data: records };
}

/** The parts of a ciphertext of format 2, in hex (PROTOCOL.md, section 4). */
export function partsOf(ciphertext: string): { readonly salt: string; readonly iv: string } {
  const [format, packed = ""] = ciphertext.split(":");
  if (format !== "2") throw new Error(`The format is ${format}.`);
  const hex = Array.from(atob(packed), (letter) => letter.charCodeAt(0).toString(16).padStart(2, "0")).join("");
  return { salt: hex.slice(0, 128), iv: hex.slice(128, 152) };
}
