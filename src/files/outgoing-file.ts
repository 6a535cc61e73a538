import { type Fingerprint, fingerprinted, fingerprintOf } from "./integrity.ts";
import { type Multipart, multipart } from "./multipart.ts";
import type { ProgressReport } from "./progress-report.ts";
import { type Chunks, collectBlob } from "./streams.ts";

/** A file as it is sent: the caller's bytes, or their sealed form. */
export interface OutgoingFile {
  readonly name: string;
  /** True if the file cannot be opened under any other name. */
  readonly boundToName: boolean;
  readonly type: string | undefined;
  /** In bytes; undefined if it is only known after reading. */
  readonly size: number | undefined;
  /** True if the file can be opened more than once. */
  readonly replayable: boolean;
  /** Has the same bytes; undefined if the input was not a Blob, or is sealed. */
  readonly blob: Blob | undefined;
  open(signal: AbortSignal): Chunks;
  /** Converts a number of bytes of this file to bytes of the caller's file, for progress reports. */
  callerBytes(bytes: number): number;
}

/** The form that carries a file, an `UploadBody` of http/. It hashes the file while it is sent, anew in each attempt. */
export class OutgoingForm {
  readonly #file: OutgoingFile;
  readonly #multipart: Multipart;
  readonly #progress: ProgressReport;
  #size: number | undefined;
  #fingerprint: Promise<Fingerprint> | undefined;

  constructor(file: OutgoingFile, progress: ProgressReport) {
    this.#file = file;
    this.#multipart = multipart(file);
    this.#progress = progress;
    this.#size = file.size;
  }

  get contentType(): string {
    return this.#multipart.contentType;
  }

  get length(): number | undefined {
    const { head, tail } = this.#multipart;
    return this.#file.size === undefined ? undefined : head.length + this.#file.size + tail.length;
  }

  /** What the last attempt sent; undefined if none has sent the whole file. */
  async fingerprint(): Promise<Fingerprint | undefined> {
    return this.#fingerprint;
  }

  /** Yields the head at once: servers close idle connections, and the file may be slow to start. */
  async *stream(signal: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
    yield this.#multipart.head;
    yield* this.#read(signal);
    yield this.#multipart.tail;
  }

  async blob(signal: AbortSignal): Promise<Blob> {
    const { head, tail } = this.#multipart;
    const { blob } = this.#file;
    if (blob === undefined) return new Blob([head, await collectBlob(this.#read(signal), ""), tail]);
    // The platform reads the Blob itself, so it is read here separately, to hash it.
    this.#fingerprint = fingerprintOf(this.#file.open(signal));
    this.#fingerprint.catch(() => undefined);
    return new Blob([head, blob, tail]);
  }

  onSent(bytes: number): void {
    const size = this.#size;
    const sent = Math.max(0, bytes - this.#multipart.head.length);
    const total = size === undefined ? undefined : this.#file.callerBytes(size);
    this.#progress.at(this.#file.callerBytes(Math.min(sent, size ?? sent)), total);
  }

  #read(signal: AbortSignal): Chunks {
    return fingerprinted(this.#file.open(signal), (fingerprint) => {
      this.#size = fingerprint.size;
      this.#fingerprint = Promise.resolve(fingerprint);
    });
  }
}
