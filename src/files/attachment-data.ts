import * as v from "valibot";
import type { FileAdapter, SaveOptions } from "../adapters/files.ts";
import { nodeFiles } from "../adapters/node-files.ts";
import { type InputIssue, InputValidationError, StorageClientError } from "../errors.ts";
import { limits } from "../records/fields.ts";
import { exactObject, parse, type SchemaOf, summarize } from "../validation.ts";
import { fileFailure } from "./file-failure.ts";
import { safeFileName } from "./names.ts";
import { type Chunks, chunksOf, collect, collectBlob, streamOf } from "./streams.ts";

/** A file that was attached, on its way. Its bytes can be taken once: by `file`, `blob()`, `bytes()` or `save()`. */
export interface AttachmentData {
  /** The bytes. They end with an error where they are not those that were sent, or the link breaks for good. */
  file: ReadableStream<Uint8Array>;
  /** As it was given to `addAttachment`: anything may stand in it. To save a file under it, give `save` a folder. */
  fileName: string;
  mimeType: string;
  /** Bytes. */
  size?: number;
  /**
   * Whether the file was sealed, and opened here. A file that was sealed and comes back unsealed is not the one that was sent:
   * who seals all files should refuse it.
   */
  sealed: boolean;
  /** All of the file, with its type. */
  blob(): Promise<Blob>;
  /** All of the file in memory. */
  bytes(): Promise<Uint8Array>;
  /**
   * Writes the file to a path, and replaces the file that is there. If the path is a folder, the file is written into it
   * under its own name, made safe: since the PoP chose that name, no link of that name is followed, and a file is replaced
   * only if `overwrite` is true. A file that fails on the way leaves nothing behind.
   */
  save(path: string, options?: SaveOptions): Promise<void>;
}

/** A file whose bytes have not been taken. */
export interface IncomingFile {
  readonly chunks: Chunks;
  readonly fileName: string;
  readonly mimeType: string;
  readonly size: number;
  readonly sealed: boolean;
  /** Lets go of what the bytes come from. */
  cancel(): void;
}

export function attachmentData(incoming: IncomingFile, files: FileAdapter | undefined): AttachmentData {
  const { fileName, mimeType, size, sealed } = incoming;
  const bytes = new TakenOnce(incoming);
  return {
    file: bytes.stream,
    fileName,
    mimeType,
    size,
    sealed,
    blob: async () => collectBlob(bytes.take(), mimeType),
    // The size is the PoP's word: a wrong one shows at the end, and must not cost the memory that it names before.
    bytes: async () => collect(bytes.take(), Math.min(size, limits.attachmentSize)),
    save: async (path, options) => save({ path, options }, bytes, safeFileName(fileName), files),
  };
}

const saveOptionsSchema: SchemaOf<SaveOptions> = v.optional(exactObject({ overwrite: v.optional(v.boolean()) }), {});

async function save(
  { path, options }: { path: unknown; options: unknown },
  bytes: TakenOnce,
  name: string,
  files: FileAdapter | undefined = nodeFiles(),
): Promise<void> {
  const parsed = parse(saveOptionsSchema, options, "options");
  if (!parsed.ok) throw notSaved(parsed.issues);
  if (typeof path !== "string" || path === "") {
    throw invalidPath("must be the path of a file or a folder");
  }
  if (files === undefined) {
    throw invalidPath(
      "is of no use: there are no files in this runtime. Take blob() or file, or give the Storage the option files",
    );
  }
  const stream = bytes.takeStream();
  try {
    await files.write(path, stream, name, parsed.output);
  } catch (error) {
    throw bytes.failure === undefined ? fileFailure("written", error) : bytes.failure.error;
  } finally {
    bytes.letGo();
  }
  if (bytes.failure !== undefined) throw bytes.failure.error;
  if (bytes.wholeTaken) return;
  throw new StorageClientError(
    "The option files is not usable: its write() must read the stream to its end, where it is told whether the file is whole.",
  );
}

function invalidPath(message: string): InputValidationError {
  return notSaved([{ path: "path", message }]);
}

function notSaved(issues: readonly InputIssue[]): InputValidationError {
  return new InputValidationError(`save() has written nothing: ${summarize(issues)}.`, issues);
}

/** Bytes that can be taken once. */
class TakenOnce {
  readonly stream: ReadableStream<Uint8Array>;
  /** What the bytes ended with instead of their end. */
  failure: { readonly error: unknown } | undefined;
  /** Whether they have been read to their end, and so found to be right. */
  wholeTaken = false;
  readonly #incoming: IncomingFile;
  #taken = false;

  constructor(incoming: IncomingFile) {
    this.#incoming = incoming;
    this.stream = streamOf(incoming.chunks, {
      onStart: () => void (this.#taken = true),
      onEnd: () => void (this.wholeTaken = true),
      onError: (error) => void (this.failure = { error }),
      onCancel: () => {
        this.#taken = true;
        incoming.cancel();
      },
    });
  }

  /** Lets go of what the bytes come from, also where somebody has taken a reader and left it. */
  letGo(): void {
    this.#incoming.cancel();
  }

  take(): Chunks {
    return chunksOf(this.takeStream());
  }

  takeStream(): ReadableStream<Uint8Array> {
    if (this.#taken || this.stream.locked) {
      throw new StorageClientError(
        "The bytes of the attachment have been taken already: call getAttachmentFile() again.",
      );
    }
    this.#taken = true;
    return this.stream;
  }
}
