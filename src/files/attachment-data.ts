import * as v from "valibot";
import type { FileAdapter, SaveOptions } from "../adapters/files.ts";
import { nodeFiles } from "../adapters/node-files.ts";
import { type InputIssue, InputValidationError, StorageClientError } from "../errors.ts";
import { limits } from "../limits.ts";
import { exactObject, parse, type SchemaOf, summarize } from "../validation.ts";
import { fileFailure } from "./file-failure.ts";
import { safeFileName } from "./names.ts";
import { type Chunks, chunksOf, collect, collectBlob, streamOf } from "./streams.ts";

/** A file being downloaded. Its bytes can be read once: by `file`, `blob()`, `bytes()` or `save()`. */
export interface AttachmentData {
  /** Fails if the bytes differ from those that were sent, or the connection is lost. */
  file: ReadableStream<Uint8Array>;
  /** The name given to `addAttachment`, with any characters. To save the file under it, give `save` a folder. */
  fileName: string;
  mimeType: string;
  /** In bytes. */
  size?: number;
  /**
   * True if the file was sealed by `encrypt: true`. An application that encrypts all of its files should refuse one
   * that is not sealed: the PoP may have replaced it.
   */
  sealed: boolean;
  /** Reads the whole file to a Blob of its type. */
  blob(): Promise<Blob>;
  /** Reads the whole file into memory. */
  bytes(): Promise<Uint8Array>;
  /**
   * Writes the file to a path, and replaces an existing file. If the path is a folder, writes to a file in it, under a
   * safe form of `fileName`. The PoP can choose that name, so no link of that name is followed, and an existing file is
   * replaced only if `overwrite` is true. A failed download leaves nothing behind.
   */
  save(path: string, options?: SaveOptions): Promise<void>;
}

/** A download whose bytes have not been read. */
export interface IncomingFile {
  readonly chunks: Chunks;
  readonly fileName: string;
  readonly mimeType: string;
  readonly size: number;
  readonly sealed: boolean;
  /** Ends the download. */
  cancel(): void;
}

export function attachmentData(incoming: IncomingFile, files: FileAdapter | undefined): AttachmentData {
  const { fileName, mimeType, size, sealed } = incoming;
  const bytes = new SingleUseBytes(incoming);
  return {
    file: bytes.stream,
    fileName,
    mimeType,
    size,
    sealed,
    blob: async () => collectBlob(bytes.take(), mimeType),
    // The PoP states the size, which is verified only at the end: limit the memory that a wrong one can allocate.
    bytes: async () => collect(bytes.take(), Math.min(size, limits.attachmentSize)),
    save: async (path, options) => save({ path, options }, bytes, safeFileName(fileName), files),
  };
}

const saveOptionsSchema: SchemaOf<SaveOptions> = v.optional(exactObject({ overwrite: v.optional(v.boolean()) }), {});

async function save(
  { path, options }: { path: unknown; options: unknown },
  bytes: SingleUseBytes,
  name: string,
  files: FileAdapter | undefined = nodeFiles(),
): Promise<void> {
  const parsed = parse(saveOptionsSchema, options, "options");
  if (!parsed.ok) throw notSaved(parsed.issues);
  if (typeof path !== "string" || path === "") throw invalidPath("must be the path of a file or a folder");
  if (files === undefined) {
    throw invalidPath("is not supported: this runtime has no files. Use blob() or file, or set the option files");
  }
  const stream = bytes.takeStream();
  try {
    await files.write(path, stream, name, parsed.output);
  } catch (error) {
    throw bytes.failure === undefined ? fileFailure("written", error) : bytes.failure.error;
  } finally {
    // Ends the download even if the adapter keeps its lock on the stream.
    bytes.incoming.cancel();
  }
  if (bytes.failure !== undefined) throw bytes.failure.error;
  if (bytes.complete) return;
  throw new StorageClientError(
    "The write() of the option files must read the stream to its end: the file is verified only there.",
  );
}

function invalidPath(message: string): InputValidationError {
  return notSaved([{ path: "path", message }]);
}

function notSaved(issues: readonly InputIssue[]): InputValidationError {
  return new InputValidationError(`save() wrote nothing: ${summarize(issues)}.`, issues);
}

class SingleUseBytes {
  readonly incoming: IncomingFile;
  readonly stream: ReadableStream<Uint8Array>;
  /** The error of the download, if it failed. */
  failure: { readonly error: unknown } | undefined;
  /** True once the last byte was read, which is when the whole file has been verified. */
  complete = false;
  #used = false;

  constructor(incoming: IncomingFile) {
    this.incoming = incoming;
    this.stream = streamOf(incoming.chunks, {
      onRead: () => void (this.#used = true),
      onEnd: () => void (this.complete = true),
      onError: (error) => void (this.failure = { error }),
      onCancel: () => {
        this.#used = true;
        incoming.cancel();
      },
    });
  }

  take(): Chunks {
    return chunksOf(this.takeStream());
  }

  takeStream(): ReadableStream<Uint8Array> {
    if (this.#used || this.stream.locked) {
      throw new StorageClientError("The attachment was already read: call getAttachmentFile() again.");
    }
    this.#used = true;
    return this.stream;
  }
}
