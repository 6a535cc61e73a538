import { type FileAdapter, InputValidationError, isStorageError, StorageClientError } from "incountry-storage";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
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
import { hasFiles, hasFilesInMemory } from "../support/faults/engine.ts";
import { rejection } from "../support/faults/fault-storage.ts";

const bytes = patternBytes(300_000);

async function save(from: Attaching, fileId: string, path: string): Promise<void> {
  const { attachmentData } = await from.storage.getAttachmentFile(country, from.recordKey, fileId);
  await attachmentData.save(path);
}

/** Changes a byte near the end of the file. */
function flipLate(file: Uint8Array): Uint8Array<ArrayBuffer> {
  const changed = new Uint8Array(file);
  changed[250_000] = (changed[250_000] ?? 0) ^ 1;
  return changed;
}

describe("a custom file adapter", () => {
  /** Files in a Map. */
  class MemoryFiles implements FileAdapter {
    readonly kept = new Map<string, Blob>();

    async read(path: string): Promise<Blob> {
      const file = this.kept.get(path);
      if (file === undefined) throw Object.assign(new Error("Not here."), { code: "ENOENT" });
      return file;
    }

    async write(path: string, stream: ReadableStream<Uint8Array>, nameInFolder: string): Promise<void> {
      const blob = await new Response(stream).blob();
      this.kept.set(path.endsWith("/") ? path + nameInFolder : path, blob);
    }
  }

  it("reads paths and writes for save(), in every runtime", async () => {
    const files = new MemoryFiles();
    files.kept.set("/in/passport.png", new Blob([bytes], { type: "image/png" }));
    const to = await attaching({ files });
    const meta = await to.add({ file: "/in/passport.png" });
    expect(meta).toMatchObject({ fileName: "passport.png", mimeType: "image/png", size: bytes.length });
    await save(to, meta.fileId, "/out/copy.png");
    await save(to, meta.fileId, "/out/");
    expect([...files.kept.keys()]).toStrictEqual(["/in/passport.png", "/out/copy.png", "/out/passport.png"]);
    for (const file of files.kept.values()) expect(sameBytes(await file.bytes(), bytes)).toBe(true);
  });

  it("is not called for an invalid path, and its errors are the causes", async () => {
    const to = await attaching({ files: new MemoryFiles() });
    const error = await rejection(to.add({ file: "/in/missing.png" }));
    expect(error).toBeInstanceOf(InputValidationError);
    expect(error).toMatchObject({
      issues: [{ path: "attachment.file", message: expect.stringContaining("no such file") }],
    });
  });

  it("gets an error in the stream if an attachment fails verification, which save() then throws", async () => {
    const files = new MemoryFiles();
    const to = await attaching({ files });
    const { fileId } = await to.add({ file: bytes, fileName: "altered" });
    const altered = attachingTo(to.recordKey, { files, fetch: changingFiles((file) => file.slice(1)) });
    expect(await rejection(save(altered, fileId, "/out/altered"))).toMatchObject({ name: "StorageIntegrityError" });
    expect(files.kept.size).toBe(0);
  });
});

it("a path that does not exist is rejected, as is any path in a runtime without files, with the alternative", async () => {
  const { add } = await attaching();
  const message =
    hasFiles || hasFilesInMemory ? /there is no such file or folder/ : /pass a Blob, a File, bytes or a stream/;
  expect(await rejection(add({ file: "/no/such/file.png" }))).toMatchObject({
    name: "InputValidationError",
    issues: [{ path: "attachment.file", message: expect.stringMatching(message) }],
  });
});

if (hasFilesInMemory) {
  it("a file in memory is saved, and sent by its path", async () => {
    const to = await attaching();
    for (const file of [bytes, new Uint8Array()]) {
      const { fileId } = await to.add({ file, upsert: true });
      await save(to, fileId, "/tmp/file");
      const again = await to.add({ file: "/tmp/file", fileName: "again", upsert: true });
      expect(again.size).toBe(file.length);
    }
  });
} else if (!hasFiles) {
  it("save() in a runtime without files names the alternative", async () => {
    const to = await attaching();
    const { fileId } = await to.add({ file: bytes });
    const error = await rejection(save(to, fileId, "/tmp/file"));
    expect(error).toBeInstanceOf(InputValidationError);
    expect(error).toMatchObject({
      issues: [{ path: "path", message: expect.stringContaining("Use blob() or file") }],
    });
  });
} else {
  const fs = process.getBuiltinModule("node:fs/promises");
  const { tmpdir } = process.getBuiltinModule("node:os");
  const paths = process.getBuiltinModule("node:path");
  const inFolder = (...names: string[]): string => paths.join(folder, ...names);
  const mebibyte = 1024 * 1024;
  let folder = "";
  let to: Attaching;

  beforeAll(async () => {
    folder = await fs.mkdtemp(paths.join(tmpdir(), "incountry-files-"));
    to = await attaching();
  });
  afterAll(() => fs.rm(folder, { recursive: true }));

  describe.each([{ encrypt: false }, { encrypt: true }])("a file by its path (encrypt: $encrypt)", ({ encrypt }) => {
    // tests/unit/adapters/large-file.test.ts seals a large one, once.
    const large = encrypt ? [] : [20 * mebibyte];
    it.each([0, 1, 65_535, 65_536, 65_537, mebibyte, ...large])("round-trips %d bytes", async (size) => {
      const content = patternBytes(size);
      const path = inFolder(`passport ${size} ${encrypt}.png`);
      await fs.writeFile(path, content);
      const meta = await to.add({ file: path, encrypt });
      expect(meta).toMatchObject({ fileName: `passport ${size} ${encrypt}.png`, size });
      await save(to, meta.fileId, `${path}.saved`);
      expect(sameBytes(await fs.readFile(`${path}.saved`), content)).toBe(true);
      await to.storage.deleteAttachment(country, to.recordKey, meta.fileId);
      await fs.rm(path);
      await fs.rm(`${path}.saved`);
      expect(await fs.readdir(folder)).toStrictEqual([]);
    });
  });

  describe("an unreadable path", () => {
    it("is rejected if it is a folder", async () => {
      const error = await rejection(to.add({ file: folder }));
      expect(error).toBeInstanceOf(InputValidationError);
      expect(error).toMatchObject({ issues: [{ path: "attachment.file" }] });
    });

    it("is not in the message, since it may contain personal data", async () => {
      const error = await rejection(to.add({ file: inFolder("Anna Example.png") }));
      expect(isStorageError(error) && JSON.stringify(error)).not.toContain("Anna");
    });
  });

  describe("save()", () => {
    it("to a folder uses a safe form of the file's own name", async () => {
      const { fileId } = await to.add({ file: bytes, fileName: "../../evil\r\n.sh" });
      await save(to, fileId, folder);
      expect(await fs.readdir(folder)).toStrictEqual(["_.._evil__.sh"]);
      await fs.rm(inFolder("_.._evil__.sh"));
    });

    it("replaces an existing file", async () => {
      const path = inFolder("there");
      await fs.writeFile(path, "there before");
      const { fileId } = await to.add({ file: bytes, fileName: "replaces" });
      await save(to, fileId, path);
      expect(sameBytes(await fs.readFile(path), bytes)).toBe(true);
      await fs.rm(path);
    });

    it.each([{ encrypt: false }, { encrypt: true }])(
      "removes a tampered download and leaves the existing file unchanged (encrypt: $encrypt)",
      async ({ encrypt }) => {
        const path = inFolder("kept");
        await fs.writeFile(path, "there before");
        const { fileId } = await to.add({ file: bytes, fileName: `altered ${encrypt}`, encrypt });
        const altered = attachingTo(to.recordKey, { fetch: changingFiles(flipLate) });
        expect(await rejection(save(altered, fileId, path))).toMatchObject({ name: "StorageIntegrityError" });
        expect(await fs.readdir(folder)).toStrictEqual(["kept"]);
        expect(await fs.readFile(path, "utf8")).toBe("there before");
        await fs.rm(path);
      },
    );

    it.each(["600", "666"])("keeps the mode %s of an existing file", async (octal) => {
      const mode = Number.parseInt(octal, 8);
      const path = inFolder("private");
      await fs.writeFile(path, "there before");
      await fs.chmod(path, mode);
      const { fileId } = await to.add({ file: bytes, fileName: `private ${mode}` });
      await save(to, fileId, path);
      expect(sameBytes(await fs.readFile(path), bytes)).toBe(true);
      expect((await fs.stat(path)).mode & 0o777).toBe(mode);
      await fs.rm(path);
    });

    it.each(["there before", undefined])("follows a link and keeps it (to a file that is %j)", async (content) => {
      const links = inFolder("links");
      await fs.mkdir(links);
      if (content !== undefined) await fs.writeFile(inFolder("linked"), content);
      await fs.symlink(paths.join("..", "between"), paths.join(links, "link"));
      await fs.symlink("linked", inFolder("between"));
      const { fileId } = await to.add({ file: bytes, fileName: `linked ${content}` });
      await save(to, fileId, paths.join(links, "link"));
      expect((await fs.lstat(paths.join(links, "link"))).isSymbolicLink()).toBe(true);
      expect((await fs.lstat(inFolder("between"))).isSymbolicLink()).toBe(true);
      expect(sameBytes(await fs.readFile(inFolder("linked")), bytes)).toBe(true);
      expect((await fs.readdir(folder)).toSorted()).toStrictEqual(["between", "linked", "links"]);
      for (const name of ["between", "linked", "links"]) await fs.rm(inFolder(name), { recursive: true });
    });

    it("rejects a target that is neither a file nor a folder, and leaves it unchanged", async () => {
      const { createServer } = process.getBuiltinModule("node:net");
      const path = inFolder("socket");
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(path, resolve));
      const { fileId } = await to.add({ file: bytes, fileName: "to a socket" });
      const error = await rejection(save(to, fileId, path));
      const expected = "neither a file nor a folder";
      expect(error).toMatchObject({ name: "StorageClientError", message: expect.stringContaining(expected) });
      expect((await fs.stat(path)).isSocket()).toBe(true);
      expect(await rejection(to.add({ file: path }))).toMatchObject({
        issues: [{ path: "attachment.file", message: expect.stringContaining(expected) }],
      });
      await new Promise((resolve) => server.close(resolve));
      expect(await fs.readdir(folder)).toStrictEqual([]);
    });

    it("rejects a target in a folder that does not exist, and leaves nothing behind", async () => {
      const { fileId } = await to.add({ file: bytes, fileName: "nowhere" });
      const error = await rejection(save(to, fileId, inFolder("no", "such", "folder")));
      expect(error).toBeInstanceOf(StorageClientError);
      expect(error).toMatchObject({ message: expect.stringContaining("there is no such file or folder") });
      expect(await fs.readdir(folder)).toStrictEqual([]);
    });

    it("leaves nothing behind if it is aborted", async () => {
      const { fileId } = await to.add({ file: patternBytes(20 * mebibyte), fileName: "aborted" });
      const controller = new AbortController();
      const request = {
        signal: controller.signal,
        onProgress: ({ transferred }: { transferred: number }) => {
          if (transferred > 0) controller.abort(new Error("enough"));
        },
      };
      const { attachmentData } = await to.storage.getAttachmentFile(country, to.recordKey, fileId, request);
      expect(await rejection(attachmentData.save(inFolder("aborted")))).toMatchObject({ message: "enough" });
      expect(await fs.readdir(folder)).toStrictEqual([]);
    });
  });

  if (process.platform === "linux") {
    it.each([false, true])("a file with a reported size of zero is read to its end (encrypt: %s)", async (encrypt) => {
      const path = "/proc/version";
      expect((await fs.stat(path)).size).toBe(0);
      const { fileId, fileName } = await to.add({ file: path, encrypt });
      expect(fileName).toBe("version");
      expect(sameBytes(await to.bytes(fileId), await fs.readFile(path))).toBe(true);
    });
  }

  it("a stream of Node.js is an input", async () => {
    const { createReadStream } = process.getBuiltinModule("node:fs");
    const path = inFolder("stream");
    await fs.writeFile(path, bytes);
    const { fileId } = await to.add({ file: createReadStream(path), fileName: "stream" });
    expect(sameBytes(await to.bytes(fileId), bytes)).toBe(true);
    await fs.rm(path);
  });

  it("a Node.js stream that fails during a write to a path leaves nothing behind", async () => {
    const { nodeFiles } = await import("../../src/adapters/node-files.ts");
    const failing = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(bytes),
      pull: () => {
        throw new Error("of the stream");
      },
    });
    await expect(nodeFiles()?.write(inFolder("failing"), failing, "")).rejects.toThrow("of the stream");
    await nodeFiles()?.write(inFolder("whole"), streamOf(bytes), "");
    expect(await fs.readdir(folder)).toStrictEqual(["whole"]);
    await fs.rm(inFolder("whole"));
  });
}
