/** `save()` to a folder, with a file name from the PoP. */
import { type FileAdapter, InputValidationError, type SaveOptions, StorageClientError } from "incountry-storage";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  type Attaching,
  attaching,
  attachingTo,
  country,
  sameBytes,
  streamOf,
} from "../support/attachments/attaching.ts";
import { patternBytes } from "../support/attachments/pattern-bytes.ts";
import { changingFiles } from "../support/attachments/tampering.ts";
import { hasFiles } from "../support/faults/engine.ts";
import { rejection } from "../support/faults/fault-storage.ts";

const bytes = patternBytes(300_000);
const name = "passport.png";

let to: Attaching;
let fileId: string;

beforeAll(async () => {
  to = await attaching();
  ({ fileId } = await to.add({ file: bytes, fileName: name }));
});

async function save(path: string, options?: SaveOptions, from: Attaching = to): Promise<void> {
  const { attachmentData } = await from.storage.getAttachmentFile(country, from.recordKey, fileId);
  await attachmentData.save(path, options);
}

describe("the options of save()", () => {
  /** Records the options it gets. */
  class NotingFiles implements FileAdapter {
    readonly received: unknown[] = [];

    async read(): Promise<Blob> {
      return new Blob();
    }

    async write(path: string, stream: ReadableStream<Uint8Array>, ...rest: [string, SaveOptions?]): Promise<void> {
      await new Response(stream).arrayBuffer();
      this.received.push([path, ...rest]);
    }
  }

  it("are passed to a custom file adapter", async () => {
    const files = new NotingFiles();
    const from = attachingTo(to.recordKey, { files });
    await save("/out/", undefined, from);
    await save("/out/", { overwrite: true }, from);
    expect(files.received).toStrictEqual([
      ["/out/", name, {}],
      ["/out/", name, { overwrite: true }],
    ]);
  });

  it.each<[options: unknown, path: string]>([
    [true, "options"],
    [null, "options"],
    [[], "options"],
    [{ overwrite: "yes" }, "options.overwrite"],
    [{ overwrite: null }, "options.overwrite"],
    [{ overwrite: 1 }, "options.overwrite"],
    [{ Overwrite: true }, "options.Overwrite"],
    [JSON.parse('{"__proto__": {"overwrite": true}}'), "options.__proto__"],
  ])("are rejected before anything is written: %o", async (options, path) => {
    const files = new NotingFiles();
    const from = attachingTo(to.recordKey, { files });
    const { attachmentData } = await from.storage.getAttachmentFile(country, to.recordKey, fileId);
    const method: unknown = Reflect.get(attachmentData, "save");
    if (typeof method !== "function") return expect.unreachable("there is no save()");
    const error = await rejection(Reflect.apply(method, attachmentData, ["/out/", options]));
    expect(error).toBeInstanceOf(InputValidationError);
    expect(error).toMatchObject({
      issues: [{ path }],
      message: expect.stringContaining("save() wrote nothing: "),
    });
    expect(files.received).toStrictEqual([]);
    expect(sameBytes(await attachmentData.bytes(), bytes)).toBe(true);
  });
});

if (hasFiles) {
  const fs = process.getBuiltinModule("node:fs");
  const { execFileSync } = process.getBuiltinModule("node:child_process");
  const { tmpdir } = process.getBuiltinModule("node:os");
  const paths = process.getBuiltinModule("node:path");
  const inFolder = (): string => paths.join(folder, name);
  const inOuter = (...names: string[]): string => paths.join(outer, ...names);
  let outer = "";
  let folder = "";

  beforeEach(() => {
    outer = fs.mkdtempSync(paths.join(tmpdir(), "incountry-save-"));
    folder = inOuter("folder");
    fs.mkdirSync(folder);
    fs.mkdirSync(inOuter("elsewhere"));
    fs.writeFileSync(inOuter("outside"), "outside");
  });
  afterEach(() => fs.rmSync(outer, { recursive: true }));

  /** Things that may already have the file's name, and their names in the error. */
  const kinds: [kind: string, called: string, make: (path: string) => void][] = [
    ["a link to a file", "a link", (path) => fs.symlinkSync(inOuter("outside"), path)],
    ["a link to a folder", "a link", (path) => fs.symlinkSync(inOuter("elsewhere"), path)],
    ["a dangling link", "a link", (path) => fs.symlinkSync(inOuter("new"), path)],
    ["a link to itself", "a link", (path) => fs.symlinkSync(path, path)],
    ["a link to a device", "a link", (path) => fs.symlinkSync("/dev/null", path)],
    ["a link within the folder", "a link", (path) => fs.symlinkSync("other", path)],
    ["a folder", "a folder", (path) => fs.mkdirSync(path)],
    ["a file", "a file", (path) => fs.writeFileSync(path, "before")],
    ["an empty file", "a file", (path) => fs.writeFileSync(path, "")],
    ["a read-only file", "a file", (path) => fs.writeFileSync(path, "before", { mode: 0o444 })],
  ];
  if (process.platform !== "win32") {
    kinds.push(["a pipe", "neither a file nor a folder", (path) => void execFileSync("mkfifo", [path])]);
  }

  /** Everything in and around the folder: its kind, and its content or target. */
  function everything(at = outer): string[] {
    return fs.readdirSync(at, { withFileTypes: true }).flatMap((entry) => {
      const path = paths.join(at, entry.name);
      if (entry.isDirectory()) return [path, ...everything(path)];
      if (entry.isSymbolicLink()) return `${path} leads to ${fs.readlinkSync(path)}`;
      return `${path} holds ${entry.isFile() ? fs.readFileSync(path, "utf8") : "something"}`;
    });
  }

  async function write(stream: ReadableStream<Uint8Array>, options: SaveOptions | undefined): Promise<void> {
    const { nodeFiles } = await import("../../src/adapters/node-files.ts");
    const files = nodeFiles() ?? expect.unreachable("there are no files");
    await files.write(folder, stream, name, options);
  }

  const received = { overwrite: true };
  const cases = kinds.flatMap(([kind, called, make]) =>
    (called === "a file" ? [undefined] : [undefined, received]).map((options) => ({ kind, called, make, options })),
  );

  describe.each(cases)("$kind of the file's name (options: $options)", ({ make, called, options }) => {
    it("is rejected and left unchanged, as is its target", async () => {
      make(inFolder());
      const before = everything();
      const error = await rejection(save(folder, options));
      expect(error).toBeInstanceOf(StorageClientError);
      expect(error).toMatchObject({ message: expect.stringContaining(called) });
      expect(error).toMatchObject({ message: expect.stringContaining("Give the path of a file") });
      expect(everything()).toStrictEqual(before);
    });

    it("is rejected before anything is downloaded", async () => {
      make(inFolder());
      const stream = new ReadableStream<Uint8Array>(
        { pull: () => expect.unreachable("the stream was read") },
        { highWaterMark: 0 },
      );
      await rejection(write(stream, options));
      expect(stream.locked).toBe(false);
    });

    it("is rejected if it appears during the download", async () => {
      const { storage } = to;
      let before: string[] | undefined;
      const onProgress = ({ transferred }: { transferred: number }): void => {
        if (transferred === 0 || before !== undefined) return;
        make(inFolder());
        before = everything().filter((entry) => !entry.includes(".part holds "));
      };
      const { attachmentData } = await storage.getAttachmentFile(country, to.recordKey, fileId, { onProgress });
      const error = await rejection(attachmentData.save(folder, options));
      expect(error).toMatchObject({ name: "StorageClientError", message: expect.stringContaining(called) });
      expect(everything()).toStrictEqual(before);
    });
  });

  describe("save() to a folder", () => {
    it("with an existing file says how to replace it", async () => {
      fs.writeFileSync(inFolder(), "before");
      expect(await rejection(save(folder, { overwrite: false }))).toMatchObject({
        message:
          "The file cannot be written: the folder already has a file of this name. Give the path of a file, or overwrite: true.",
      });
    });

    it.each([0o600, 0o644, 0o444])("replaces a file of mode %o if requested, and keeps its mode", async (mode) => {
      fs.writeFileSync(inFolder(), "before", { mode });
      await save(folder, { overwrite: true });
      expect(sameBytes(fs.readFileSync(inFolder()), bytes)).toBe(true);
      expect(fs.statSync(inFolder()).mode & 0o777).toBe(mode);
      expect(fs.readdirSync(folder)).toStrictEqual([name]);
    });

    it("replaces only the name of a file with a hard link outside", async () => {
      fs.linkSync(inOuter("outside"), inFolder());
      await save(folder, { overwrite: true });
      expect(fs.readFileSync(inOuter("outside"), "utf8")).toBe("outside");
      expect(sameBytes(fs.readFileSync(inFolder()), bytes)).toBe(true);
    });

    it.each([undefined, received])("reached through a link writes into it (options: %o)", async (options) => {
      fs.symlinkSync("folder", inOuter("link"));
      await save(inOuter("link"), options);
      expect(sameBytes(fs.readFileSync(inFolder()), bytes)).toBe(true);
      expect(fs.readlinkSync(inOuter("link"))).toBe("folder");
    });

    it("accepts names that differ in case if the file system does", async () => {
      const upper = paths.join(folder, name.toUpperCase());
      fs.writeFileSync(upper, "before");
      const isSame = fs.existsSync(inFolder());
      const failed = await save(folder).then(
        () => false,
        () => true,
      );
      expect(failed).toBe(isSame);
      expect(fs.readFileSync(upper, "utf8")).toBe("before");
    });

    it("writes one of two files with the same name", async () => {
      const results = await Promise.allSettled([save(folder), save(folder)]);
      expect(results.map(({ status }) => status).toSorted()).toStrictEqual(["fulfilled", "rejected"]);
      expect(fs.readdirSync(folder)).toStrictEqual([name]);
      expect(sameBytes(fs.readFileSync(inFolder()), bytes)).toBe(true);
    });

    it.each([undefined, received])("leaves nothing of a failed download (options: %o)", async (options) => {
      if (options !== undefined) fs.writeFileSync(inFolder(), "before");
      const before = everything();
      const altered = attachingTo(to.recordKey, {
        fetch: changingFiles((file) => new Uint8Array(file).fill(1, 200_000)),
      });
      expect(await rejection(save(folder, options, altered))).toMatchObject({ name: "StorageIntegrityError" });
      expect(everything()).toStrictEqual(before);
    });

    it.each([undefined, received])("leaves nothing if the written file disappears (options: %o)", async (options) => {
      const removing = streamOf(bytes).pipeThrough(
        new TransformStream<Uint8Array, Uint8Array>({
          flush: () => {
            for (const part of fs.readdirSync(folder)) fs.rmSync(paths.join(folder, part));
          },
        }),
      );
      await expect(write(removing, options)).rejects.toMatchObject({ code: "ENOENT" });
      expect(fs.readdirSync(folder)).toStrictEqual([]);
    });
  });

  describe("a file name from the PoP", () => {
    it.each([
      ["..", "attachment"],
      [".", "attachment"],
      ["../../x", "_.._x"],
      ["/etc/passwd", "_etc_passwd"],
      ["..\\..\\x", "_.._x"],
      ["con", "_con"],
      [".bashrc", "bashrc"],
      ["a\0b", "a_b"],
      ["", "attachment"],
      [`${"x".repeat(296)}.png`, `${"x".repeat(251)}.png`],
      ["旅".repeat(100), "旅".repeat(85)],
    ])("stays in the folder, and replaces and follows nothing: %j", async (given, safe) => {
      const fetch = changingFiles(undefined, undefined, { metaToo: true, meta: { filename: given } });
      const from = attachingTo(to.recordKey, { fetch: withoutName(fetch) });
      await save(folder, undefined, from);
      expect(fs.readdirSync(outer)).toStrictEqual(["elsewhere", "folder", "outside"]);
      expect(fs.readdirSync(folder)).toStrictEqual([safe]);
      fs.rmSync(paths.join(folder, safe));
      fs.symlinkSync(inOuter("outside"), paths.join(folder, safe));
      for (const options of [undefined, received]) {
        expect(await rejection(save(folder, options, from))).toMatchObject({ name: "StorageClientError" });
      }
      expect(fs.readFileSync(inOuter("outside"), "utf8")).toBe("outside");
    });
  });
}

/** Takes the file's name from its metadata. */
function withoutName(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return async (input, init) => {
    const response = await fetch(input, init);
    const headers = new Headers(response.headers);
    headers.delete("content-disposition");
    return new Response(response.body, { status: response.status, headers });
  };
}
