import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HttpError } from "../../playground/pop/errors.ts";
import { readFilePart } from "../../playground/pop/multipart.ts";
import { splitForm } from "../../playground/pop/node/form-splitter.ts";

/** A request with these chunks as its body, each created on demand. */
function requestOf(pieces: Iterator<Uint8Array>, boundary: string): Request {
  const body = new ReadableStream<Uint8Array>(
    {
      pull: (controller) => {
        const next = pieces.next();
        if (next.done === true) controller.close();
        else controller.enqueue(next.value);
      },
    },
    { highWaterMark: 0 },
  );
  const headers = { "content-type": `multipart/form-data; boundary="${boundary}"` };
  const init: RequestInit & { duplex: "half" } = { method: "POST", headers, body, duplex: "half" };
  return new Request("http://pop.localhost", init);
}

async function readAll(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of bytes) pieces.push(piece.slice());
  return Buffer.concat(pieces).toString();
}

function cut(bytes: Buffer, sizes: readonly number[]): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let offset = 0, turn = 0; offset < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1;
    pieces.push(new Uint8Array(bytes.subarray(offset, offset + size)));
    offset += size;
  }
  return pieces;
}

function formOf(boundary: string, name: string, content: string): string {
  return [
    `--${boundary}`,
    `Content-Disposition: form-data; name="file"; filename="${name}"`,
    "Content-Type: a/b",
    "",
    content,
    `--${boundary}--`,
  ].join("\r\n");
}

const boundary = fc.constantFrom("b", "aaab", "----WebKitFormBoundaryAbC", "--");
const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 90 })), {
  minLength: 1,
  maxLength: 6,
});
const name = fc.constantFrom("f", "паспорт 🛂.pdf", "a b; c");

describe("the form of an upload", () => {
  it("is parsed in chunks of any size, whatever the file contains", async () => {
    await fc.assert(
      fc.asyncProperty(
        boundary,
        name,
        sizes,
        fc.array(fc.constantFrom("\r", "\n", "-", "a", "b", "\r\n", "\r\n--", "\r\n--aaa", "\r\n------WebKitForm"), {
          maxLength: 60,
        }),
        fc.constantFrom("", "\r\n", "\r\nepilogue"),
        async (boundary, name, sizes, parts, epilogue) => {
          const content = parts.join("");
          fc.pre(!`\r\n${content}\r\n`.includes(`\r\n--${boundary}`));
          const form = Buffer.from(formOf(boundary, name, content) + epilogue);
          const part = await readFilePart(requestOf(cut(form, sizes).values(), boundary), splitForm);
          expect([part.filename, part.contentType, await readAll(part.bytes)]).toEqual([name, "a/b", content]);
        },
      ),
      { numRuns: 500 },
    );
  });

  it.each([65_535, 65_536, 200_000, 3_000_000])("is parsed in one chunk with %i bytes", async (size) => {
    const content = "z".repeat(size);
    for (const sizes of [[Infinity], [100_000], [100, Infinity], [Infinity, 1]]) {
      const form = Buffer.from(formOf("b", "f", content));
      const part = await readFilePart(requestOf(cut(form, sizes).values(), "b"), splitForm);
      expect((await readAll(part.bytes)) === content).toBe(true);
    }
  });

  it("is rejected wherever it is truncated", async () => {
    const form = Buffer.from(formOf("b", "f", "content\r\n--\r\n"));
    for (let length = 0; length < form.length; length++) {
      const reading = (async () => {
        const part = await readFilePart(requestOf(cut(form.subarray(0, length), [7]).values(), "b"), splitForm);
        await readAll(part.bytes);
      })();
      await expect(reading).rejects.toThrow(HttpError);
    }
  });

  it("is read no faster than its bytes are consumed", async () => {
    const boundary = "b";
    const [head = ""] = formOf(boundary, "f", "").split("\r\n\r\n");
    let reads = 0;
    function* pieces(): Generator<Uint8Array, void, undefined> {
      yield Buffer.from(`${head}\r\n\r\n`);
      for (reads = 1; reads <= 200; reads++) yield new Uint8Array(64 * 1024);
      yield Buffer.from(`\r\n--${boundary}--`);
    }
    const { bytes } = await readFilePart(requestOf(pieces(), boundary), splitForm);
    let taken = 0;
    for await (const piece of bytes) {
      taken += piece.length;
      expect(reads * 64 * 1024 - taken).toBeLessThan(4 * 64 * 1024);
    }
    expect(taken).toBe(200 * 64 * 1024);
  });

  const [head = ""] = formOf("b", "f", "").split("\r\n\r\n");
  const [firstLine = "", ...headers] = head.split("\r\n");

  it.each([
    ["bytes before the first part", "", "x".repeat(1024)],
    ["bytes before the first part that look like a boundary", "", "\r\n--".repeat(256)],
    ["bytes in a header of the part", `${head}\r\nX: `, "x".repeat(1024)],
    ["headers of the part", `${head}\r\n`, "X: y\r\n".repeat(170)],
    ["spaces behind the boundary", firstLine, " ".repeat(1024)],
    ["bytes behind the last part", `${formOf("b", "f", "content")}\r\n`, "x".repeat(1024)],
  ])("is rejected with 400 as soon as there are too many %s", async (_title, start, piece) => {
    let reads = 0;
    function* pieces(): Generator<Uint8Array, void, undefined> {
      yield Buffer.from(start);
      for (reads = 1; reads <= 64 * 1024; reads++) yield Buffer.from(piece);
    }
    const reading = (async () => {
      const part = await readFilePart(requestOf(pieces(), "b"), splitForm);
      await readAll(part.bytes);
    })();
    await expect(reading).rejects.toMatchObject({ status: 400, problems: [{ source: "body" }] });
    expect(reads).toBeLessThan(40);
  });

  it("is parsed with a preamble, an epilogue and other headers", async () => {
    const lines = [
      firstLine,
      ...headers,
      "X-Folded: a",
      "\tb",
      "Content-Type: c/d",
      "",
      "content",
      "--b--",
      "epilogue",
    ];
    const form = Buffer.from(["preamble", ...lines].join("\r\n"));
    for (const sizes of [[1], [7], [Infinity]]) {
      const part = await readFilePart(requestOf(cut(form, sizes).values(), "b"), splitForm);
      expect([part.filename, part.contentType, await readAll(part.bytes)]).toEqual(["f", "a/b", "content"]);
    }
  });

  it.each([
    ["a header without a colon", ["X"]],
    ["a header without a name", [": x"]],
    ["an invalid line break", ["X: a\nY: b"]],
    ["33 headers", Array.from({ length: 31 }, (_, index) => `X-${index}: y`)],
  ])("is rejected with %s", async (_title, more) => {
    const form = Buffer.from([...head.split("\r\n"), ...more, "", "content", "--b--"].join("\r\n"));
    const reading = readFilePart(requestOf(cut(form, [Infinity]).values(), "b"), splitForm);
    await expect(reading).rejects.toMatchObject({ status: 400, problems: [{ source: "body" }] });
  });

  it("is rejected with headers that are not UTF-8, rather than read under another name", async () => {
    const form = Buffer.from(formOf("b", "Zo\u00eb", "content"), "latin1");
    const reading = readFilePart(requestOf(cut(form, [Infinity]).values(), "b"), splitForm);
    await expect(reading).rejects.toMatchObject({ status: 400, problems: [{ source: "body" }] });
  });

  it.each([
    ["the beginning of a boundary", "a".repeat(70), `\r\n--${"a".repeat(69)}`],
    ["line breaks", "-".repeat(70), "\r\n"],
    ["dashes", "-".repeat(70), "-"],
    ["line breaks and dashes", "b", "\r\n--"],
  ])("with 8 MiB of %s is parsed, whatever the chunks", async (_title, boundary, pattern) => {
    const content = pattern.repeat(Math.ceil((8 * 1024 * 1024) / pattern.length));
    const form = Buffer.from(formOf(boundary, "f", content));
    const part = await readFilePart(requestOf(cut(form, [65_536, 1, 73]).values(), boundary), splitForm);
    expect((await readAll(part.bytes)) === content).toBe(true);
  });
});
