import { parse as parseDisposition } from "content-disposition";
import { limits } from "incountry-storage/protocol";
import { Refusal } from "./errors.ts";
import { piecesOf } from "./stream.ts";

/** The one part of an upload (protocol.md, section 6), before its bytes are read. */
export interface FilePart {
  readonly filename: string | undefined;
  /** The type that the sender names; undefined where it names none. */
  readonly contentType: string | undefined;
  /** The bytes as they come in; ends with a `Refusal` where the form is not what it must be. To be read once. */
  readonly bytes: AsyncGenerator<Uint8Array, void, undefined>;
}

/** Takes the parts of a form: the headers of one, by lower-case name, then its bytes, then the next. */
export interface FormTarget {
  part(headers: ReadonlyMap<string, string>): void;
  bytes(bytes: Uint8Array): void;
}

export interface FormSplitter {
  /** Passes on what these bytes complete. Throws a `Refusal` if the form is malformed or beyond `formLimits`. */
  write(bytes: Uint8Array): void;
  /** True once the form has come to its end. */
  end(): boolean;
}

/** Cuts a form at a boundary, as it comes in. */
export type SplitForm = (boundary: string, target: FormTarget) => FormSplitter;

/**
 * What a form may hold besides its file. A name of 1,024 characters, sent both as UTF-8 and percent-encoded, has up to 16 KiB.
 */
export const formLimits = {
  /** Bytes before the first boundary and after the last one, which mean nothing. */
  outsideBytes: 4 * 1024,
  /** Bytes of the headers of a part, and their number. */
  headerBytes: 28 * 1024,
  headers: 32,
} as const;
const headBytes = formLimits.outsideBytes + formLimits.headerBytes;
const partName = "file";
/** RFC 2046, section 5.1.1. */
const multipartType = /^multipart\/form-data\s*;.*?\bboundary=(?:"(?<quoted>[^"]{1,70})"|(?<plain>[^\s;"]{1,70}))/i;

/**
 * Reads an upload up to the head of its file. The rest is read as the bytes are taken, so that what the sender is ahead of the
 * reader is what the connection holds.
 */
export async function readFilePart(request: Request, splitForm: SplitForm): Promise<FilePart> {
  const type = request.headers.get("content-type") ?? "";
  const { quoted, plain } = multipartType.exec(type)?.groups ?? {};
  const boundary = quoted ?? plain;
  if (boundary === undefined) {
    const detail = "Send a form with the header content-type: multipart/form-data, and a boundary.";
    throw new Refusal(415, { detail, source: "content-type" });
  }
  // What is announced and cannot be kept is refused before it comes. An epilogue, which nobody sends, is taken for file.
  const tailBytes = `\r\n--${boundary}--\r\n`.length;
  const declared = Number(request.headers.get("content-length") ?? 0) - tailBytes;
  if (declared - headBytes > limits.attachmentSize) throw tooLarge();
  const form = new FormReader(request, (target) => splitForm(boundary, target));
  const { name: filename, type: contentType } = await form.head();
  if (declared - form.headBytes > limits.attachmentSize) throw tooLarge();
  return { filename, contentType, bytes: form.bytes() };
}

function tooLarge(): Refusal {
  return new Refusal(413, { detail: `An attachment has at most ${limits.attachmentSize} bytes.`, source: partName });
}

/** Refuses a form that cannot be read. */
export function malformed(detail: string, options: { cause?: unknown } = {}): Refusal {
  return new Refusal(400, { detail, source: "body" }, options);
}

interface Head {
  readonly name: string | undefined;
  readonly type: string | undefined;
}

/** Turns the splitter's calls into what can be awaited. */
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

  /** Reads as far as the head of the file. */
  async head(): Promise<Head> {
    while (this.#head === undefined) {
      if (!(await this.#advance())) throw malformed("The form must have a part named file.");
    }
    return this.#head;
  }

  /** The bytes before the file, once its head is read, and the few that the splitter holds back. */
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

  /** Reads one piece of the request; says whether there was one. */
  async #advance(): Promise<boolean> {
    const next = await this.#input.next();
    if (next.done === true) {
      if (!this.#splitter.end()) throw malformed("The form breaks off before its end.");
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
    this.#head = { name: parameters["filename"], type: headers.get("content-type") };
  }
}
