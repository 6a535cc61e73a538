import { type FormSplitter, type FormTarget, formLimits, malformed, type SplitForm } from "../multipart.ts";

/** Splits a form into its parts while it arrives (RFC 7578). */
export const splitForm: SplitForm = (boundary, target) => new Splitter(boundary, target);

const [carriageReturn, dash] = [0x0d, 0x2d];
const blankLine = Buffer.from("\r\n\r\n");
const nothing = Buffer.alloc(0);

/** Reads each byte a bounded number of times, so that bytes that resemble a boundary cost no more than others. */
class Splitter implements FormSplitter {
  readonly #target: FormTarget;
  readonly #delimiter: Buffer;
  readonly #head = Buffer.allocUnsafe(formLimits.headerBytes);
  #headLength = 0;
  #section: "preamble" | "head" | "content" | "epilogue" = "preamble";
  /** The last bytes, if they may start a delimiter. The form may start with a delimiter without its line break. */
  #held: Buffer = Buffer.from("\r\n");
  /** The number of bytes outside of parts, without that line break. */
  #outside = -this.#held.length;

  constructor(boundary: string, target: FormTarget) {
    this.#target = target;
    this.#delimiter = Buffer.from(`\r\n--${boundary}`);
  }

  write(bytes: Uint8Array): void {
    let rest: Buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    while (rest.length > 0) rest = this.#section === "head" ? this.#readHead(rest) : this.#readUntilDelimiter(rest);
  }

  end(): boolean {
    return this.#section === "epilogue";
  }

  /** Returns the bytes after the delimiter. */
  #readUntilDelimiter(bytes: Buffer): Buffer {
    if (this.#section === "epilogue") {
      this.#take(bytes);
      return nothing;
    }
    const all = this.#held.length === 0 ? bytes : Buffer.concat([this.#held, bytes]);
    const found = all.indexOf(this.#delimiter);
    if (found === -1) {
      const end = all.length - this.#lengthToHold(all);
      // A view would keep the whole piece in memory.
      this.#held = end === all.length ? nothing : Buffer.from(all.subarray(end));
      this.#take(all.subarray(0, end));
      return nothing;
    }
    this.#held = nothing;
    this.#take(all.subarray(0, found));
    this.#section = "head";
    this.#headLength = 0;
    return all.subarray(found + this.#delimiter.length);
  }

  /** The number of last bytes that start a delimiter. Its only carriage return is its first byte. */
  #lengthToHold(bytes: Buffer): number {
    const tail = bytes.subarray(Math.max(0, bytes.length - this.#delimiter.length + 1));
    const start = tail.lastIndexOf(carriageReturn);
    if (start === -1) return 0;
    const candidate = tail.subarray(start);
    return this.#delimiter.subarray(0, candidate.length).equals(candidate) ? candidate.length : 0;
  }

  #take(bytes: Buffer): void {
    if (bytes.length === 0) return;
    if (this.#section === "content") {
      this.#target.bytes(bytes);
      return;
    }
    this.#outside += bytes.length;
    if (this.#outside > formLimits.outsideBytes) {
      throw malformed(`The form has more than ${formLimits.outsideBytes} bytes before or after its parts.`);
    }
  }

  /** Reads the headers after a delimiter, up to a blank line; returns the bytes after it. */
  #readHead(bytes: Buffer): Buffer {
    const before = this.#headLength;
    // The blank line may start in earlier bytes.
    const from = Math.max(0, before - blankLine.length + 1);
    this.#headLength += bytes.copy(this.#head, before);
    const head = this.#head.subarray(0, this.#headLength);
    if (head[0] === dash && head[1] === dash) {
      this.#section = "epilogue";
      return bytes.subarray(2 - before);
    }
    const end = head.indexOf(blankLine, from);
    if (end !== -1) {
      this.#section = "content";
      this.#target.part(headersOf(head.subarray(0, end)));
      return bytes.subarray(end + blankLine.length - before);
    }
    if (this.#headLength === this.#head.length) {
      throw malformed(`The headers of a part have more than ${formLimits.headerBytes} bytes.`);
    }
    return nothing;
  }
}

/** Parses the rest of a delimiter's line, which must be blank, and the headers. The first of repeated headers counts. */
function headersOf(head: Buffer): ReadonlyMap<string, string> {
  const [padding = "", ...lines] = unfolded(textOf(head)).split("\r\n", formLimits.headers + 2);
  if (lines.length > formLimits.headers) throw malformed(`A part has more than ${formLimits.headers} headers.`);
  if (/[^ \t]/.test(padding)) throw malformed("A boundary is not alone on its line.");
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(":");
    if (colon < 1 || /[\r\n]/.test(line)) throw malformed("A part has a line that is not a header.");
    const name = line.slice(0, colon).toLowerCase();
    if (!headers.has(name)) headers.set(name, trimmed(line.slice(colon + 1)));
  }
  return headers;
}

function textOf(bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw malformed("The headers of a part are not UTF-8.", { cause });
  }
}

/** Unfolds header lines (RFC 5322, section 2.2.3). */
function unfolded(text: string): string {
  return text.replaceAll(/(?<=[^\r\n])\r\n(?=[ \t])/g, "");
}

/** Removes spaces and tabs at both ends. `String.trim` would remove more, such as U+FEFF. */
function trimmed(value: string): string {
  const isBlank = (index: number) => value[index] === " " || value[index] === "\t";
  let [start, end] = [0, value.length];
  while (start < end && isBlank(start)) start += 1;
  while (end > start && isBlank(end - 1)) end -= 1;
  return value.slice(start, end);
}
