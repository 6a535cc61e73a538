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
  /** Resolves when there is room for more. */
  write(bytes: Uint8Array): Promise<void>;
  /** Resolves when the target has it all, with whether the form is complete. */
  end(): Promise<boolean>;
}

/** Cuts a form at a boundary, as it comes in. */
export type SplitForm = (boundary: string, target: FormTarget) => FormSplitter;

/** What a form can need before its file, of which nothing is known until it is read: a boundary, and the part's headers. */
const headBytes = 32 * 1024;
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

function malformed(detail: string): Refusal {
  return new Refusal(400, { detail, source: "body" });
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
  #fault: Refusal | undefined;
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

  /** What came before the file, once its head is read. Where the splitter holds a few bytes back they count as well. */
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
      const complete = await this.#splitter.end();
      if (!complete) this.#fault ??= malformed("The form breaks off before its end.");
    } else {
      this.#taken += next.value.length;
      await this.#splitter.write(next.value);
    }
    if (this.#fault !== undefined) throw this.#fault;
    return next.done !== true;
  }

  #begin(headers: ReadonlyMap<string, string>): void {
    const { parameters } = parseDisposition(headers.get("content-disposition") ?? "", { multipart: true });
    if (parameters["name"] !== partName || this.#head !== undefined) {
      this.#fault ??= malformed("The form must have one part, named file, and no other.");
    }
    this.#head = { name: parameters["filename"], type: headers.get("content-type") };
  }
}
