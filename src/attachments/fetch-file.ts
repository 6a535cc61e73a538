import { openFile, readMeta } from "../api/attachments.ts";
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
import type { Download } from "../http/download.ts";
import type { AttachmentMeta } from "../records/record.ts";
import { identityOf, type RecordCall } from "./record-call.ts";

/**
 * Fetches a file, and decrypts it if it is sealed. Resolves when its first bytes have come; the rest is fetched as it is read.
 *
 * @param openKeyring Called if the file is sealed.
 * @param release Called when all bytes were read, or the download ends early.
 * @throws StorageCryptoError, StorageIntegrityError
 */
export async function fetchFile(
  call: RecordCall,
  fileId: string,
  openKeyring: () => Promise<FileKeyring>,
  release: () => void = () => undefined,
): Promise<IncomingFile> {
  const { meta, file } = await fetchConsistent(call, fileId);
  const bytes = new ByteReader(verified(file, call, meta));
  try {
    const sealed = isSealedName(meta.fileName);
    if (beginsSealed(await bytes.peek(magicLength)) && !sealed) {
      throw new StorageIntegrityError("The PoP sent a sealed file under another name than the one it was sealed with.");
    }
    const incoming = sealed ? await opened(bytes, call, meta, await openKeyring()) : unsealed(bytes, file, meta);
    const cancel = (): void => {
      file.cancel();
      release();
    };
    return { ...incoming, sealed, chunks: reported(incoming, call, cancel), cancel };
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
  call: RecordCall,
  meta: AttachmentMeta,
  keyring: FileKeyring,
): Promise<Incoming> {
  const file = await openMetadata(bytes, { name: meta.fileName, size: meta.size }, keyring, identityOf(call));
  const { name: fileName, type: mimeType = defaultType } = file.metadata;
  return { chunks: openPieces(bytes.rest(), file), fileName, mimeType, size: file.size };
}

interface FileWithMeta {
  readonly meta: AttachmentMeta;
  readonly file: Download;
}

/** Attempts to fetch a file and its metadata while others replace it. If they differ in the last one, the hash reveals that. */
const maxAttempts = 3;

async function fetchConsistent(call: RecordCall, fileId: string): Promise<FileWithMeta> {
  for (let attempt = 1; ; attempt += 1) {
    const fetched = await fetchBoth(call, fileId);
    if (attempt === maxAttempts || (await isConsistent(fetched, call))) return fetched;
    fetched.file.cancel();
  }
}

async function fetchBoth(call: RecordCall, fileId: string): Promise<FileWithMeta> {
  const [file, meta] = await Promise.allSettled([openFile(call, fileId), readMeta(call, fileId)]);
  if (file.status === "rejected") throw file.reason;
  if (meta.status === "fulfilled") return { meta: meta.value, file: file.value };
  file.value.cancel();
  throw meta.reason;
}

/** An entity tag that is the hash of the file, as the embedded PoP sends it. */
const hashEtag = /^"([\da-f]{64})"$/i;

/** Compares the metadata with the headers of the file, which others may have replaced between the two requests. */
async function isConsistent({ meta, file }: FileWithMeta, call: RecordCall): Promise<boolean> {
  const hash = hashEtag.exec(file.headers.get("etag") ?? "")?.[1];
  if (hash !== undefined) return hash.toLowerCase() === meta.hash.toLowerCase();
  if (file.headers.get("content-length") === String(meta.size)) return true;
  if (file.announced !== undefined) return false;
  // The length of a compressed response proves nothing: compares the metadata instead.
  try {
    return isSame(await readMeta(call, meta.fileId), meta);
  } catch (error) {
    file.cancel();
    throw error;
  }
}

/** Verifies size and hash at the end of the bytes. */
function verified(file: Download, call: RecordCall, meta: AttachmentMeta): Chunks {
  const request = { ...call.request, signal: file.signal };
  return fingerprinted(file.chunks(meta.size), async (fingerprint) => {
    if (isSame(fingerprint, meta)) return;
    // The file may have been replaced after its metadata was read.
    const now = await readMeta({ ...call, request }, meta.fileId);
    if (now.fileName === meta.fileName && isSame(fingerprint, now)) return;
    throw new StorageIntegrityError(
      "The bytes of the attachment do not match its hash and size: they were altered or cut off, or the file was replaced meanwhile.",
    );
  });
}

/** Reports progress, and makes every failure a `StorageError` or the reason of the caller's signal. */
async function* reported(
  { chunks, size }: Incoming,
  { request: { signal, onProgress }, storage }: RecordCall,
  cancel: () => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  const progress = new ProgressReport(onProgress, storage.configuration.log);
  let transferred = 0;
  try {
    for await (const chunk of chunks) {
      transferred += chunk.length;
      progress.at(transferred, size);
      yield chunk;
    }
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw asStorageError(error);
  } finally {
    cancel();
  }
  progress.end(transferred);
}
