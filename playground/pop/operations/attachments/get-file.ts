import { encodeExtended } from "content-disposition";
import type { Operation } from "../../context.ts";
import { HttpError } from "../../errors.ts";
import { rangeOf } from "../../range.ts";
import type { BlobReader } from "../../store/attachments.ts";
import type { ByteRange } from "../../store/blobs/blob-store.ts";
import { streamOf } from "../../stream.ts";
import { fileAddressOf, noSuchFile } from "./address.ts";

export const getAttachmentFile: Operation = {
  method: "GET",
  path: "/v2/storage/records/:country/:key/attachments/:fileId",
  handle: async (context, services) => {
    const file = await services.store.attachments.find(await fileAddressOf(context, services));
    if (file === undefined) throw noSuchFile();
    const { metadata, read } = file;
    const size = Number(metadata.size);
    const etag = `"${metadata.hash}"`;
    const condition = context.req.header("if-range");
    const requested = condition === undefined || condition === etag ? context.req.header("range") : undefined;
    const range = rangeOf(requested, size);
    if (range === "unsatisfiable") {
      const detail = `The file has ${size} bytes; request a range within them.`;
      throw new HttpError(416, { detail, source: "range" }, { headers: { "content-range": `bytes */${size}` } });
    }
    const { start, end } = range ?? { start: 0, end: size };
    const headers = new Headers({
      "accept-ranges": "bytes",
      "cache-control": "private, no-cache",
      "content-disposition": `attachment; filename*=${encodeExtended(metadata.filename)}`,
      "content-length": String(end - start),
      "content-type": metadata.mime_type,
      etag,
      "x-content-type-options": "nosniff",
    });
    if (range !== undefined) headers.set("content-range", `bytes ${start}-${end - 1}/${size}`);
    const status = range === undefined ? 200 : 206;
    // Hono serves HEAD with this handler.
    if (context.req.raw.method === "HEAD") return new Response(null, { status, headers });
    return new Response(streamOf(await begin(read, { start, end })), { status, headers });
  },
};

/**
 * Reads the first piece before the response starts, so that an unreadable file is an error response and not a cut-off body.
 * Opens the file again for the rest, so that an unread response keeps no file open.
 */
async function begin(read: BlobReader, { start, end }: ByteRange): Promise<ReturnType<BlobReader>> {
  const reading = read({ start, end });
  const { value: first } = await reading.next();
  await reading.return();
  return first === undefined ? reading : continueAfter(first);

  async function* continueAfter(piece: Uint8Array): ReturnType<BlobReader> {
    yield piece;
    if (start + piece.length < end) yield* read({ start: start + piece.length, end });
  }
}
