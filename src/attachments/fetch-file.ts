import { asStorageError, StorageIntegrityError } from "../errors.ts";
import type { IncomingFile } from "../files/attachment-data.ts";
import { defaultType, isMimeType } from "../files/input.ts";
import { fingerprinted, isSame } from "../files/integrity.ts";
import { fileNameOf } from "../files/names.ts";
import { ProgressReport } from "../files/progress-report.ts";
import { type FileKeyring, isSealedName } from "../files/sealed/file-keyring.ts";
import { beginsSealed, magicLength } from "../files/sealed/layout.ts";
import { openMetadata, openPieces } from "../files/sealed/open-file.ts";
import { ByteReader, type Chunks } from "../files/streams.ts";
import { type Download, download } from "../http/download.ts";
import type { AttachmentMeta } from "../records/record.ts";
import { fetchMeta } from "./fetch-meta.ts";
import { filePath, type Target, transferSettings } from "./target.ts";

/** Gives what opens sealed files, where there is one to be opened. */
export type OpenKeyring = () => Promise<FileKeyring>;

/**
 * Fetches a file, and opens it where it is sealed. Its first bytes have come when this resolves; the rest comes as it is read.
 *
 * @throws StorageCryptoError, StorageIntegrityError where it cannot be opened, or is not what it should be.
 */
export async function fetchFile(target: Target, fileId: string, openKeyring: OpenKeyring): Promise<IncomingFile> {
  const { meta, file } = await fetchStored(target, fileId);
  const bytes = new ByteReader(verified(file, target, meta));
  try {
    const sealed = isSealedName(meta.fileName);
    if (beginsSealed(await bytes.peek(magicLength)) && !sealed) {
      throw new StorageIntegrityError("The PoP sent a sealed file under another name than the one it was sealed with.");
    }
    const incoming = sealed ? await opened(bytes, target, meta, await openKeyring()) : unsealed(bytes, file, meta);
    const cancel = (): void => file.cancel();
    return { ...incoming, sealed, chunks: reported(incoming, target, cancel), cancel };
  } catch (error) {
    file.cancel();
    throw error;
  }
}

type Incoming = Omit<IncomingFile, "cancel" | "sealed">;

function unsealed(bytes: ByteReader, { headers }: Download, meta: AttachmentMeta): Incoming {
  const type = headers.get("content-type");
  return {
    chunks: bytes.rest(),
    fileName: fileNameOf(headers.get("content-disposition")) ?? meta.fileName,
    mimeType: type !== null && isMimeType(type) ? type : meta.mimeType,
    size: meta.size,
  };
}

async function opened(
  bytes: ByteReader,
  { record }: Target,
  meta: AttachmentMeta,
  keyring: FileKeyring,
): Promise<Incoming> {
  const file = await openMetadata(bytes, { name: meta.fileName, size: meta.size }, keyring, record);
  const { name: fileName, type: mimeType = defaultType } = file.metadata;
  return { chunks: openPieces(bytes.rest(), file), fileName, mimeType, size: file.size };
}

interface Stored {
  readonly meta: AttachmentMeta;
  readonly file: Download;
}

/** How often a file that others keep replacing is asked for anew: what then comes is found out at its end. */
const maxRounds = 3;

/** What the PoP says of a file and the file itself, both once more where it was replaced between the two questions. */
async function fetchStored(target: Target, fileId: string): Promise<Stored> {
  for (let round = 1; ; round += 1) {
    const stored = await fetchAtOnce(target, fileId);
    if (round === maxRounds || (await belongTogether(stored, target))) return stored;
    stored.file.cancel();
  }
}

async function fetchAtOnce(target: Target, fileId: string): Promise<Stored> {
  const { context, operation, country, request } = target;
  const call = { operation, country, path: filePath(target, fileId), request };
  const [file, meta] = await Promise.allSettled([download(transferSettings(context), call), fetchMeta(target, fileId)]);
  if (file.status === "rejected") throw file.reason;
  if (meta.status === "fulfilled") return { meta: meta.value, file: file.value };
  file.value.cancel();
  throw meta.reason;
}

/** Many a PoP names a file by its hash. */
const hashEtag = /^"([\da-f]{64})"$/i;

/** Whether the metadata are those of the file that comes, as far as its length and its etag tell. */
async function belongTogether({ meta, file }: Stored, target: Target): Promise<boolean> {
  const hash = hashEtag.exec(file.headers.get("etag") ?? "")?.[1];
  if (hash !== undefined) return hash.toLowerCase() === meta.hash.toLowerCase();
  if (file.headers.get("content-length") === String(meta.size)) return true;
  if (file.announced !== undefined) return false;
  // It may come packed: then only the PoP can tell whether it was replaced.
  try {
    return isSame(await fetchMeta(target, meta.fileId), meta);
  } catch (error) {
    file.cancel();
    throw error;
  }
}

/** The bytes, found at their end to be those that the PoP's metadata tell of. */
function verified(file: Download, target: Target, meta: AttachmentMeta): Chunks {
  const request = { ...target.request, signal: file.signal };
  return fingerprinted(file.chunks(meta.size), async (fingerprint) => {
    if (isSame(fingerprint, meta)) return;
    // The file may have been replaced between the two questions: then what was said of it before says nothing.
    const now = await fetchMeta({ ...target, request }, meta.fileId);
    if (now.fileName === meta.fileName && isSame(fingerprint, now)) return;
    throw new StorageIntegrityError(
      "The bytes of the attachment are not those that its hash and size tell of: they were altered or cut off, or the file was just being replaced.",
    );
  });
}

/**
 * Tells the caller how much of the file has come. What goes wrong is told in the same errors as those of a call: a
 * `StorageError`, or the reason of the caller's signal.
 */
async function* reported(
  { chunks, size }: Incoming,
  target: Target,
  letGo: () => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { signal, onProgress } = target.request;
  const progress = new ProgressReport(onProgress, target.context.configuration.log);
  let transferred = 0;
  try {
    for await (const chunk of chunks) {
      transferred += chunk.length;
      progress.at(transferred, size);
      yield chunk;
    }
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    throw asStorageError(error);
  } finally {
    letGo();
  }
  progress.end(transferred);
}
