import { assert, asyncProperty, string } from "fast-check";
import {
  type FileAdapter,
  type InputIssue,
  InputValidationError,
  isStorageError,
  StorageClientError,
  StorageServerError,
} from "incountry-storage";
import { beforeAll, describe, expect, it } from "vitest";
import { joined } from "../../../src/encoding.ts";
import {
  type Attaching,
  attaching,
  attachingTo,
  callUnchecked,
  country,
  expectBytes,
  iterableOf,
  sameBytes,
  streamOf,
} from "../../support/attachments/attaching.ts";
import { patternBytes } from "../../support/attachments/pattern-bytes.ts";
import { rejection } from "../../support/faults/fault-storage.ts";

const limit = 100 * 1024 * 1024;
const bytes = patternBytes(100);
const png = () => new File([bytes], "type.txt", { type: "image/png" });

let to: Attaching;

beforeAll(async () => {
  to = await attaching();
});

async function addUnchecked(attachment: unknown): Promise<unknown> {
  return callUnchecked(to.storage, "addAttachment", country, to.recordKey, attachment);
}

async function issuesOf(promise: Promise<unknown>): Promise<readonly InputIssue[]> {
  const error = await rejection(promise);
  if (!(error instanceof InputValidationError))
    return expect.unreachable(`Not an InputValidationError: ${String(error)}`);
  return error.issues;
}

describe("addAttachment() rejects", () => {
  const wrong: [about: string, attachment: unknown, path: string, message: RegExp][] = [
    ["nothing", undefined, "attachment", /expected an object/],
    ["no file", {}, "attachment.file", /is missing/],
    ["null for a file", { file: null }, "attachment.file", /got null/],
    ["a number for a file", { file: 5 }, "attachment.file", /expected a Blob, .* got a number/],
    ["an array for a file", { file: [1, 2] }, "attachment.file", /got a list/],
    ["a negative size", { file: { size: -1, stream: () => streamOf(bytes) } }, "attachment.file", /got an object/],
    ["an empty path", { file: "" }, "attachment.file", /got an empty string/],
    ["an empty name", { file: bytes, fileName: "" }, "attachment.fileName", /must not be empty/],
    ["a name with U+0000", { file: bytes, fileName: "a\0b" }, "attachment.fileName", /U\+0000/],
    ["half a surrogate pair in a name", { file: bytes, fileName: "a\ud800" }, "attachment.fileName", /surrogate/],
    ["an invalid type", { file: bytes, mimeType: "png" }, "attachment.mimeType", /MIME type/],
    ["a header in a type", { file: bytes, mimeType: "a/b\r\nX: y" }, "attachment.mimeType", /MIME type/],
    ["an unknown field", { file: bytes, filename: "x" }, "attachment.filename", /did you mean fileName/],
    ["upsert that is not a boolean", { file: bytes, upsert: "yes" }, "attachment.upsert", /expected true or false/],
  ];

  it.each(wrong)("%s", async (_, attachment, path, message) => {
    const issues = await issuesOf(addUnchecked(attachment));
    expect(issues).toContainEqual({ path, message: expect.stringMatching(message) });
  });

  it("a name reserved for sealed files", async () => {
    const fileName = `${"0".repeat(64)}.sealed`;
    expect(await issuesOf(to.add({ file: bytes, fileName }))).toStrictEqual([
      { path: "attachment.fileName", message: expect.stringContaining("sealed files") },
    ]);
  });

  const likeSealed = new Uint8Array([...new TextEncoder().encode("INCSEAL\n"), ...bytes]);
  const issue = { path: "attachment.file", message: expect.stringContaining("begins like a sealed file") };

  it.each([
    ["bytes", likeSealed],
    ["a Blob", new Blob([likeSealed])],
  ])("%s that begin like a sealed file, before anything is sent", async (_, file) => {
    let requests = 0;
    const counting: typeof fetch = async (input, init) => {
      requests += 1;
      return fetch(input, init);
    };
    const { add } = attachingTo(to.recordKey, { fetch: counting });
    expect(await issuesOf(add({ file }))).toStrictEqual([issue]);
    expect(requests).toBe(0);
  });

  it("a stream that begins like a sealed file, and leaves nothing behind", async () => {
    expect(await issuesOf(to.add({ file: streamOf(likeSealed, 3), fileName: "like sealed" }))).toStrictEqual([issue]);
    const { record } = await to.storage.read(country, to.recordKey);
    expect(record.attachments?.map(({ fileName }) => fileName)).not.toContain("like sealed");
    const { fileId } = await to.add({ file: likeSealed, fileName: "like sealed", encrypt: true });
    expect(await to.bytes(fileId)).toStrictEqual(likeSealed);
  });

  it("a stream with another reader", async () => {
    const file = streamOf(bytes);
    const reader = file.getReader();
    expect(await issuesOf(to.add({ file }))).toStrictEqual([
      { path: "attachment.file", message: expect.stringContaining("already being read") },
    ]);
    await reader.cancel();
  });

  it("an input of known size above 100 MiB, before anything is sent", async () => {
    let requests = 0;
    const counting: typeof fetch = async (input, init) => {
      requests += 1;
      return fetch(input, init);
    };
    const { storage } = attachingTo(to.recordKey, { fetch: counting });
    const file = { size: limit + 1, stream: () => expect.unreachable("It was read.") };
    const issues = await issuesOf(callUnchecked(storage, "addAttachment", country, to.recordKey, { file }));
    expect(issues).toStrictEqual([{ path: "attachment.file", message: expect.stringContaining("104857600 bytes") }]);
    expect(requests).toBe(0);
  });

  it("an input above 100 MiB once it is encrypted", async () => {
    const file = { size: limit, stream: () => expect.unreachable("It was read.") };
    const issues = await issuesOf(addUnchecked({ file, encrypt: true }));
    expect(issues).toStrictEqual([{ path: "attachment.file", message: expect.stringContaining("once it is sealed") }]);
  });

  it("an input that turns out to be above 100 MiB, and leaves nothing behind", async () => {
    const mebibyte = patternBytes(1024 * 1024);
    async function* endless() {
      for (;;) yield mebibyte;
    }
    const issues = await issuesOf(to.add({ file: endless(), fileName: "endless" }));
    expect(issues).toStrictEqual([{ path: "attachment.file", message: expect.stringContaining("104857600 bytes") }]);
    const { record } = await to.storage.read(country, to.recordKey);
    expect(record.attachments?.map(({ fileName }) => fileName)).not.toContain("endless");
  });

  it("chunks that are not bytes", async () => {
    const file = new ReadableStream({ start: (controller) => controller.enqueue("text") });
    const issues = await issuesOf(addUnchecked({ file }));
    expect(issues).toStrictEqual([{ path: "attachment.file", message: expect.stringContaining("must give bytes") }]);
  });

  it("encryption without a secret", async () => {
    const { add } = attachingTo(to.recordKey, { encrypt: false, getSecrets: undefined });
    expect(await issuesOf(add({ file: bytes, encrypt: true }))).toStrictEqual([
      { path: "attachment.encrypt", message: expect.stringContaining("getSecrets") },
    ]);
  });

  it("encryption with a secret for custom encryption", async () => {
    const custom = {
      version: "own",
      isCurrent: true,
      encrypt: (text: string) => text,
      decrypt: (text: string) => text,
    };
    const { add } = attachingTo(to.recordKey, {
      customEncryptionConfigs: [custom],
      getSecrets: () => ({ currentVersion: 1, secrets: [{ version: 1, secret: "AAAA", isForCustomEncryption: true }] }),
    });
    const error = await rejection(add({ file: bytes, encrypt: true }));
    expect(isStorageError(error) && error.name).toBe("StorageConfigError");
    expect(String(error)).toContain("custom encryption");
  });
});

it("shared memory is a valid input, if the runtime has it", async () => {
  const shared =
    typeof SharedArrayBuffer === "function" ? new SharedArrayBuffer(bytes.length) : new ArrayBuffer(bytes.length);
  const file = new Uint8Array(shared);
  file.set(bytes);
  for (const encrypt of [false, true]) {
    const { fileId } = await to.add({ file, fileName: `shared ${encrypt}`, encrypt });
    await expectBytes(to.bytes(fileId), bytes);
  }
});

describe("an input that reuses its buffer", () => {
  /** Of lengths that no piece has, several of them below one piece. */
  const lengths = [1000, 70_000, 300_001, 17];
  const whole = joined(lengths.map((length, index) => new Uint8Array(length).fill(index + 1)));
  const buffer = new Uint8Array(Math.max(...lengths));
  const filled = (index: number): Uint8Array<ArrayBuffer> => buffer.fill(index + 1).subarray(0, lengths[index]);

  async function* iterable() {
    for (const index of lengths.keys()) yield filled(index);
    buffer.fill(0);
  }

  function stream(): ReadableStream<Uint8Array> {
    let index = 0;
    const pull = (controller: ReadableStreamDefaultController<Uint8Array>): void => {
      if (index < lengths.length) return controller.enqueue(filled(index++));
      buffer.fill(0);
      controller.close();
    };
    return new ReadableStream({ pull }, { highWaterMark: 0 });
  }

  const files: FileAdapter = {
    read: async () => ({ size: whole.length, stream }),
    write: () => expect.unreachable("Nothing is saved here."),
  };
  const inputs = { "async iterable": iterable, stream, "path to files of the application's own": () => "/filled" };
  const cases = Object.entries(inputs).flatMap(([kind, make]) =>
    [false, true].map((encrypt) => ({ kind, make, encrypt })),
  );

  it.each(cases)(
    "is sent as it was when it yielded its bytes: $kind (encrypt: $encrypt)",
    async ({ kind, make, encrypt }) => {
      const { add, bytes } = attachingTo(to.recordKey, { files });
      const { fileId } = await add({ file: make(), fileName: `filled again: ${kind}, ${encrypt}`, encrypt });
      expect(sameBytes(await bytes(fileId), whole)).toBe(true);
    },
  );
});

describe("an input that fails", () => {
  const own = new Error("of the caller");

  it.each([false, true])("halfway is reported, with its error as the cause (encrypt: %s)", async (encrypt) => {
    async function* failing() {
      yield bytes;
      throw own;
    }
    const error = await rejection(to.add({ file: failing(), fileName: "failing", encrypt }));
    expect(error).toBeInstanceOf(StorageClientError);
    expect(error).toMatchObject({ message: expect.stringContaining("cannot be read"), cause: own });
    const { record } = await to.storage.read(country, to.recordKey);
    expect(record.attachments?.map(({ fileName }) => fileName)).not.toContain("failing");
  });

  it("by a size other than announced is reported", async () => {
    for (const size of [bytes.length - 1, bytes.length + 1]) {
      const file = { size, stream: () => streamOf(bytes) };
      const error = await rejection(addUnchecked({ file, fileName: "changing" }));
      expect(error).toBeInstanceOf(StorageClientError);
      expect(String(error)).toContain("changed while it was being read");
    }
  });
});

describe("the name of a file", () => {
  const names = [
    "scan.png",
    "旅券の写し.png",
    "صورة الجواز.jpg",
    "👩‍🚀 family.png",
    'with "quotes".txt',
    "it's.txt",
    "a/b\\c/../d.txt",
    "100% %22 %0D%0A.txt",
    "line\r\nbreak\n.txt",
    "; filename*=UTF-8''evil.txt",
    " spaces around ",
    ".",
    "..",
    "a".repeat(200),
    "=?utf-8?B?YQ==?=",
    "tab\there.txt",
  ];

  it.each(names)("%j round-trips", async (fileName) => {
    const meta = await to.add({ file: bytes, fileName, mimeType: "text/plain", upsert: true });
    expect(meta.fileName).toBe(fileName);
    const { attachmentData } = await to.storage.getAttachmentFile(country, to.recordKey, meta.fileId);
    expect(attachmentData.fileName).toBe(fileName);
    await attachmentData.file.cancel();
    const { record } = await to.storage.read(country, to.recordKey);
    expect(record.attachments).toContainEqual(meta);
  });

  it("round-trips, whatever it is", async () => {
    const anyName = string({ unit: "binary", minLength: 1, maxLength: 60 }).filter((name) => !name.includes("\0"));
    const roundTrips = asyncProperty(anyName, async (fileName) => {
      const { fileId, ...meta } = await to.add({ file: bytes, fileName, upsert: true });
      expect(meta.fileName).toBe(fileName);
      await to.storage.deleteAttachment(country, to.recordKey, fileId);
    });
    await assert(roundTrips, { numRuns: 30 });
  });

  it("is that of the File by default", async () => {
    const file = new File([bytes], "from the file.txt");
    await expect(to.add({ file })).resolves.toMatchObject({ fileName: "from the file.txt" });
  });

  it.each(["a\0b.txt", "\0", "a\ud800", ""])("is `file` if that of the File cannot be sent: %j", async (name) => {
    const files: FileAdapter = {
      read: async () => ({ name, stream: () => streamOf(bytes) }),
      write: () => expect.unreachable("Nothing is saved here."),
    };
    const { add } = attachingTo(to.recordKey, { files });
    // Browsers replace lone surrogates.
    const own = new File([bytes], name);
    const inputs = own.name === name ? [own, "/path"] : ["/path"];
    for (const file of inputs) {
      for (const encrypt of [false, true]) {
        const { fileName, fileId } = await add({ file, encrypt, upsert: true });
        expect(fileName).toBe(name === "" && file === "/path" ? "path" : "file");
        await expectBytes(to.bytes(fileId), bytes);
      }
    }
  });

  it("is `file` if nothing has one", async () => {
    await expect(to.add({ file: bytes, upsert: true })).resolves.toMatchObject({ fileName: "file" });
  });
});

describe("the type of a file", () => {
  it("is the caller's, rather than that of the File", async () => {
    const meta = await to.add({ file: png(), mimeType: "image/webp", upsert: true });
    expect(meta.mimeType).toBe("image/webp");
  });

  it("is that of the File, rather than a guess", async () => {
    expect((await to.add({ file: png(), upsert: true })).mimeType).toBe("image/png");
  });

  it("is guessed by the PoP from the name if none is given", async () => {
    expect((await to.add({ file: bytes, fileName: "a picture.jpeg" })).mimeType).toBe("image/jpeg");
  });

  it("is not guessed for a sealed file", async () => {
    const meta = await to.add({ file: bytes, fileName: "another picture.jpeg", encrypt: true });
    expect(meta.mimeType).toBe("application/octet-stream");
  });
});

describe("a record that does not exist", () => {
  it("is a StorageServerError with the status 404", async () => {
    const adding = to.storage.addAttachment(country, "no such record", { file: iterableOf(bytes) });
    const error = await rejection(adding);
    expect(error).toBeInstanceOf(StorageServerError);
    expect(error).toMatchObject({ name: "StorageServerError", status: 404, method: "POST" });
  });
});
