import { parse as parseDisposition } from "content-disposition";
import { limits } from "incountry-storage/protocol";
import { HttpError } from "./errors.ts";
import { piecesOf } from "./stream.ts";

/** The only part of an upload (PROTOCOL.md, section 6), before its bytes are read. */
export interface FilePart {
  readonly filename: string | undefined;
  readonly contentType: string | undefined;
  /** Can be read once; throws an `HttpError` if the form is malformed. */
  readonly bytes: AsyncGenerator<Uint8Array, void, undefined>;
}

/** Receives the parts of a form: the headers of a part, by lower-case name, then its bytes. */
export interface FormTarget {
  part(headers: ReadonlyMap<string, string>): void;
  bytes(bytes: Uint8Array): void;
}

export interface FormSplitter {
  /** Throws an `HttpError` if the form is malformed or exceeds `formLimits`. */
  write(bytes: Uint8Array): void;
  /** True once the form is complete. */
  end(): boolean;
}

/** Splits a form at a boundary while it arrives. */
export type SplitForm = (boundary: string, target: FormTarget) => FormSplitter;

/** Limits of a form besides its file. A name of 1,024 characters, as UTF-8 and percent-encoded, takes up to 16 KiB. */
export const formLimits = {
  /** Ignored bytes before the first boundary and after the last one. */
  outsideBytes: 4 * 1024,
  /** Bytes of a part's headers, and their number. */
  headerBytes: 28 * 1024,
  headers: 32,
} as const;
const headBytes = formLimits.outsideBytes + formLimits.headerBytes;
const partName = "file";
/** RFC 2046, section 5.1.1. */
const multipartType = /^multipart\/form-data\s*;.*?\bboundary=(?:"(?<quoted>[^"]{1,70})"|(?<plain>[^\s;"]{1,70}))/i;

/** Reads an upload up to the headers of its file. The file is read on demand, so that the connection has backpressure. */
export async function readFilePart(request: Request, splitForm: SplitForm): Promise<FilePart> {
  const type = request.headers.get("content-type") ?? "";
  const { quoted, plain } = multipartType.exec(type)?.groups ?? {};
  const boundary = quoted ?? plain;
  if (boundary === undefined) {
    const detail = "The content-type must be multipart/form-data, with a boundary.";
    throw new HttpError(415, { detail, source: "content-type" });
  }
  // Rejects a file that is too large before it is sent. Counts an epilogue, which clients do not send, as part of the file.
  const tailBytes = `\r\n--${boundary}--\r\n`.length;
  const declared = Number(request.headers.get("content-length") ?? 0) - tailBytes;
  if (declared - headBytes > limits.attachmentSize) throw tooLarge();
  const form = new FormReader(request, (target) => splitForm(boundary, target));
  const head = await form.head();
  if (declared - form.headBytes > limits.attachmentSize) throw tooLarge();
  return { ...head, bytes: form.bytes() };
}

function tooLarge(): HttpError {
  const detail = `An attachment may have at most ${limits.attachmentSize} bytes.`;
  return new HttpError(413, { detail, source: partName });
}

/** The error for a form that cannot be parsed. */
export function malformed(detail: string, options: { cause?: unknown } = {}): HttpError {
  return new HttpError(400, { detail, source: "body" }, options);
}

type Head = Omit<FilePart, "bytes">;

/** Turns the splitter's callbacks into promises. */
class FormReader {
  readonly #input: AsyncIterator<Uint8Array>;
  readonly #splitter: FormSplitter;
  #head: Head | undefined;
  #pieces: Uint8Array[] = [];
  #taken = 0;

  constructor(request: Request, split: (target: FormTarget) => FormSplitter) {
    this.#input = piecesOf(request);
    this.#splitter = split({
      part: (headers) => this.#begin(headers),
      bytes: (bytes) => void this.#pieces.push(bytes),
    });
  }

  /** Reads up to the headers of the file. */
  async head(): Promise<Head> {
    while (this.#head === undefined) {
      if (!(await this.#advance())) throw malformed("The form must have a part named file.");
    }
    return this.#head;
  }

  /** The number of bytes before the file, and of the few that the splitter still holds. */
  get headBytes(): number {
    return this.#taken - this.#pieces.reduce((sum, piece) => sum + piece.length, 0);
  }

  async *bytes(): AsyncGenerator<Uint8Array, void, undefined> {
    let size = 0;
    for (let more = true; more || this.#pieces.length > 0; ) {
      const pieces = this.#pieces;
      this.#pieces = [];
      for (const piece of pieces) {
        size += piece.length;
        if (size > limits.attachmentSize) throw tooLarge();
        yield piece;
      }
      if (more) more = await this.#advance();
    }
  }

  /** Reads one piece of the request; false at its end. */
  async #advance(): Promise<boolean> {
    const next = await this.#input.next();
    if (next.done === true) {
      if (!this.#splitter.end()) throw malformed("The form is incomplete.");
      return false;
    }
    this.#taken += next.value.length;
    this.#splitter.write(next.value);
    return true;
  }

  #begin(headers: ReadonlyMap<string, string>): void {
    const { parameters } = parseDisposition(headers.get("content-disposition") ?? "", { multipart: true });
    if (parameters["name"] !== partName || this.#head !== undefined) {
      throw malformed("The form must have one part, named file, and no other.");
    }
    this.#head = { filename: parameters["filename"], contentType: headers.get("content-type") };
  }
}
