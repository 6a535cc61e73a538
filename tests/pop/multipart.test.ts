import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Refusal } from "../../playground/pop/errors.ts";
import { readFilePart } from "../../playground/pop/multipart.ts";
import { splitForm } from "../../playground/pop/node/form-splitter.ts";

/** A request whose body comes in these pieces, each made when it is asked for. */
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

describe("an upload's form", () => {
  it("is understood in pieces of any size, whatever is in the file", async () => {
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

  it.each([65_535, 65_536, 200_000, 3_000_000])("is understood in one piece with %i bytes", async (size) => {
    const content = "z".repeat(size);
    for (const sizes of [[Infinity], [100_000], [100, Infinity], [Infinity, 1]]) {
      const form = Buffer.from(formOf("b", "f", content));
      const part = await readFilePart(requestOf(cut(form, sizes).values(), "b"), splitForm);
      expect((await readAll(part.bytes)) === content).toBe(true);
    }
  });

  it("is refused wherever it breaks off", async () => {
    const form = Buffer.from(formOf("b", "f", "content\r\n--\r\n"));
    for (let length = 0; length < form.length; length++) {
      const reading = (async () => {
        const part = await readFilePart(requestOf(cut(form.subarray(0, length), [7]).values(), "b"), splitForm);
        await readAll(part.bytes);
      })();
      await expect(reading).rejects.toThrow(Refusal);
    }
  });

  it("is read no faster than its bytes are taken", async () => {
    const boundary = "b";
    const [head = ""] = formOf(boundary, "f", "").split("\r\n\r\n");
    let asked = 0;
    function* pieces(): Generator<Uint8Array, void, undefined> {
      yield Buffer.from(`${head}\r\n\r\n`);
      for (asked = 1; asked <= 200; asked++) yield new Uint8Array(64 * 1024);
      yield Buffer.from(`\r\n--${boundary}--`);
    }
    const { bytes } = await readFilePart(requestOf(pieces(), boundary), splitForm);
    let taken = 0;
    for await (const piece of bytes) {
      taken += piece.length;
      expect(asked * 64 * 1024 - taken).toBeLessThan(4 * 64 * 1024);
    }
    expect(taken).toBe(200 * 64 * 1024);
  });
});
