import * as v from "valibot";
import type { Bytes } from "../../encoding.ts";
import { fromUtf8, utf8 } from "../../encoding.ts";
import { parse, type SchemaOf } from "../../validation.ts";
import { fileNameSchema } from "../input.ts";
import { altered } from "./layout.ts";

/** What is sealed of a file beside its bytes. */
export interface SealedMetadata {
  readonly name: string;
  /** Absent where the caller named none. */
  readonly type?: string | undefined;
  /** Bytes; absent where they were not known before the file was sent. */
  readonly size?: number | undefined;
}

/** The length of the sealed metadata tells no more of the name than this. */
const blockLength = 256;
const maxLength = 60 * 1024;

const metadataSchema: SchemaOf<SealedMetadata> = v.object({
  name: fileNameSchema,
  type: v.optional(v.string()),
  size: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
});

/** JSON, with spaces at its end until it fills whole blocks; undefined where it would be too long. */
export function writeMetadata({ name, type, size }: SealedMetadata): Bytes | undefined {
  const text = utf8(JSON.stringify({ name, type, size }));
  const padded = new Uint8Array(Math.ceil(text.length / blockLength) * blockLength).fill(space);
  padded.set(text);
  return padded.length > maxLength ? undefined : padded;
}

const space = 0x20;

/** Fields that it does not know are left to later versions. */
export function readMetadata(bytes: Bytes): SealedMetadata {
  let json: unknown;
  try {
    json = JSON.parse(fromUtf8(bytes));
  } catch {
    throw altered();
  }
  const parsed = parse(metadataSchema, json, "metadata");
  if (!parsed.ok) throw altered();
  return parsed.output;
}
