import type { UploadBody } from "../http/upload.ts";
import { type Fingerprint, fingerprinted, fingerprintOf } from "./integrity.ts";
import { type Multipart, multipart } from "./multipart.ts";
import type { ProgressReport } from "./progress-report.ts";
import { type Chunks, collectBlob, merged } from "./streams.ts";

/** A file as the PoP is to keep it: the caller's, or what it was sealed to. */
export interface OutgoingFile {
  readonly name: string;
  /** Whether it can be opened under this name alone. */
  readonly boundToName: boolean;
  readonly type: string | undefined;
  /** Bytes; undefined where they are known only once they have been read. */
  readonly size: number | undefined;
  readonly replayable: boolean;
  /** The same as a Blob, where it is one. */
  readonly blob: Blob | undefined;
  open(signal: AbortSignal): Chunks;
  /** How many bytes of the caller's file are in the first so many bytes of this one. */
  callerBytes(bytes: number): number;
}

/** A form that is shorter goes out in one piece: several small ones wait for one another on their way. */
const mergedLength = 64 * 1024;

/** The form that carries a file, made anew for each attempt; it finds out on the way what the file's hash is. */
export class OutgoingForm implements UploadBody {
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

  /** What the last attempt sent of the file. undefined before it has been sent to its end. */
  async fingerprint(): Promise<Fingerprint | undefined> {
    return this.#fingerprint;
  }

  stream(signal: AbortSignal): Chunks {
    return merged(this.#framed(signal), mergedLength);
  }

  async blob(signal: AbortSignal): Promise<Blob> {
    const { head, tail } = this.#multipart;
    const { blob } = this.#file;
    if (blob === undefined) return new Blob([head, await collectBlob(this.#read(signal), ""), tail]);
    // A Blob is sent without being read here. It is read beside that, to know its hash.
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

  async *#framed(signal: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
    const { head, tail } = this.#multipart;
    yield head;
    yield* this.#read(signal);
    yield tail;
  }

  #read(signal: AbortSignal): Chunks {
    return fingerprinted(this.#file.open(signal), (fingerprint) => {
      this.#size = fingerprint.size;
      this.#fingerprint = Promise.resolve(fingerprint);
    });
  }
}
