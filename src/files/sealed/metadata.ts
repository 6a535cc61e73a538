import * as v from "valibot";
import { type Bytes, fromUtf8, orUndefined, utf8 } from "../../encoding.ts";
import { parse, type SchemaOf } from "../../validation.ts";
import { fileNameSchema } from "../input.ts";
import { altered } from "./layout.ts";

/** The properties of a file that are sealed with it. */
export interface SealedMetadata {
  readonly name: string;
  /** Absent if the caller set none. */
  readonly type?: string | undefined;
  /** In bytes; absent if it was unknown before the file was read. */
  readonly size?: number | undefined;
}

/** Padding to whole blocks hides the length of the name. */
const blockLength = 256;
const maxLength = 60 * 1024;

const metadataSchema: SchemaOf<SealedMetadata> = v.object({
  name: fileNameSchema,
  type: v.optional(v.string()),
  size: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
});

/** Returns JSON, padded with spaces; undefined if it is too long. */
export function writeMetadata({ name, type, size }: SealedMetadata): Bytes | undefined {
  const text = utf8(JSON.stringify({ name, type, size }));
  const padded = new Uint8Array(Math.ceil(text.length / blockLength) * blockLength).fill(space);
  padded.set(text);
  return padded.length > maxLength ? undefined : padded;
}

const space = 0x20;

/** Ignores unknown fields, which later versions may add. */
export function readMetadata(bytes: Bytes): SealedMetadata {
  const json = orUndefined<unknown>(() => JSON.parse(fromUtf8(bytes)));
  const parsed = parse(metadataSchema, json, "metadata");
  if (!parsed.ok) throw altered();
  return parsed.output;
}
