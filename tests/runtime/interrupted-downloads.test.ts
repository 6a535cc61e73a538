import { isStorageError, type Logger, type StorageOptions } from "incountry-storage";
import { describe, expect, inject, it } from "vitest";
import { attaching, attachingTo, country, expectBytes } from "../support/attachments/attaching.ts";
import { urlOf } from "../support/attachments/tampering.ts";
import { isPage } from "../support/faults/engine.ts";
import { atOnce, rejection } from "../support/faults/fault-storage.ts";
import { makeGarbage } from "../support/faults/garbage.ts";
import {
  end,
  genuine,
  hang,
  head,
  reset,
  respond,
  type Script,
  send,
  type Turn,
  wait,
} from "../support/faults/script.ts";
import { scripted } from "../support/faults/scripted.ts";
import { text as bytes } from "../support/faults/text-file.ts";

/** A file, and a Storage whose requests for attachments (and no others) reach a faulty server. */
async function interrupted(script: Script, options: Partial<StorageOptions> = {}) {
  const { recordKey, add } = await attaching();
  const { fileId } = await add({ file: bytes, fileName: "interrupted.txt" });
  const server = await scripted(...script);
  const { url } = inject("pop");
  const through: typeof fetch = (input, init) => {
    const to = urlOf(input);
    // Not as a `Request`: WebKit does not abort one after it has collected the signal.
    return /\/attachments\/[^/]+$/.test(to) ? fetch(to.replace(url, server.url), init) : fetch(input, init);
  };
  return { server, fileId, from: attachingTo(recordKey, { fetch: through, httpOptions: atOnce, ...options }) };
}
const refuse = async (): Promise<void> => {
  throw new Error("of the adapter");
};
const leave = async (_path: string, stream: ReadableStream<Uint8Array>): Promise<void> => {
  await stream.getReader().read();
};
const read = () => expect.unreachable("Nothing is downloaded here.");

/** Reads to the end and returns the number of bytes. */
function readToEnd(reader: ReadableStreamDefaultReader<Uint8Array>): {
  received: () => number;
  reading: Promise<void>;
} {
  let received = 0;
  const read = async (): Promise<void> => {
    for (let part = await reader.read(); !part.done; part = await reader.read()) received += part.value.length;
  };
  return { received: () => received, reading: read() };
}

/** Waits until bytes arrive, and then until they stop. */
async function untilStill(received: () => number): Promise<void> {
  for (let before = 0; before === 0 || before !== received(); ) {
    before = received();
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

describe("a download", () => {
  const breaks: [about: string, turn: Turn][] = [
    ["reset in the middle", [genuine({ share: 0.5 }), reset]],
    ["closed in the middle", [genuine({ share: 0.5 }), end]],
    ["closed after the last byte but one", [genuine({ share: 0.99999 }), end]],
    ["closed before the first byte", [genuine({ share: 0 }), end]],
    ["stalled in the middle", [genuine({ share: 0.5 }), hang]],
  ];

  it.concurrent.each(breaks)("that is %s resumes there", async (_, turn) => {
    const { server, fileId, from } = await interrupted([turn, [genuine()]], {
      httpOptions: { ...atOnce, timeout: 3_000 },
    });
    await expectBytes(from.bytes(fileId), bytes);
    const requests = await server.seen();
    expect(requests.length).toBeGreaterThanOrEqual(2);
  });

  it.concurrent("that breaks repeatedly requests fewer bytes each time", async () => {
    // With a delay and without a reset: otherwise the bytes that the reader has not read would be lost.
    const half: Turn = [genuine({ share: 0.5 }), wait(100), end];
    const { server, fileId, from } = await interrupted([half, half, half, half, half, half, [genuine()]]);
    await expectBytes(from.bytes(fileId), bytes);
    const starts = (await server.seen()).map(({ headers }) =>
      Number(/^bytes=(\d+)-/.exec(headers.range ?? "")?.[1] ?? 0),
    );
    expect(starts).toStrictEqual(starts.toSorted((one, other) => one - other));
    expect(starts.at(-1)).toBeGreaterThan(bytes.length / 2);
  });

  it.concurrent("that is slow does not time out", async () => {
    const { fileId, from } = await interrupted([[genuine({ drip: 450 })]], {
      httpOptions: { ...atOnce, timeout: 3_000 },
    });
    await expectBytes(from.bytes(fileId), bytes);
  });

  it.concurrent("with a slow reader does not time out", async () => {
    const { fileId, from } = await interrupted([[genuine()]], { httpOptions: { ...atOnce, timeout: 3_000 } });
    const { attachmentData } = await from.storage.getAttachmentFile(country, from.recordKey, fileId);
    await new Promise((resolve) => setTimeout(resolve, 3_500));
    await expectBytes(attachmentData.bytes(), bytes);
  });

  it("tells a browser not to cache it on disk", async () => {
    let cache: string | undefined;
    const { recordKey, add } = await attaching();
    const { fileId } = await add({ file: bytes, fileName: "not cached.txt" });
    const watching: typeof fetch = (input, init) => {
      if (/\/attachments\/[^/]+$/.test(urlOf(input))) cache = init?.cache;
      return fetch(input, init);
    };
    await attachingTo(recordKey, { fetch: watching }).bytes(fileId);
    expect(cache).toBe(isPage ? "no-store" : undefined);
  });

  it("starts again if the server ignores ranges, and skips the bytes it has", async () => {
    const whole = [...respond(new TextDecoder().decode(bytes), { type: "text/plain" })];
    const { fileId, from } = await interrupted([[genuine({ share: 0.7 }), reset], whole]);
    await expectBytes(from.bytes(fileId), bytes);
  });

  it("is rejected if the remaining bytes belong to another file", async () => {
    const other = respond("x".repeat(bytes.length), { type: "text/plain" });
    const { fileId, from } = await interrupted([[genuine({ share: 0.7 }), reset], other]);
    expect(await rejection(from.bytes(fileId))).toMatchObject({ name: "StorageIntegrityError" });
  });

  it("that makes no progress rejects with a StorageNetworkError", async () => {
    const { server, fileId, from } = await interrupted([[genuine({ share: 0.5 }), reset], [end]]);
    const error = await rejection(from.bytes(fileId, { maxRetries: 2 }));
    expect(error).toMatchObject({ name: "StorageNetworkError", method: "GET" });
    expect((await server.seen()).length).toBeGreaterThanOrEqual(3);
  });

  it("that makes no progress since the server starts again each time also rejects", async () => {
    const text = new TextDecoder().decode(bytes);
    const half = [head({ announced: bytes.length, type: "text/plain" }), send(text.slice(0, text.length / 2)), end];
    const { server, fileId, from } = await interrupted([half]);
    const error = await rejection(from.bytes(fileId, { maxRetries: 2 }));
    expect(error).toMatchObject({ name: "StorageNetworkError", method: "GET" });
    expect((await server.seen()).length).toBeGreaterThanOrEqual(3);
  });

  it("that breaks after the last byte is complete", async () => {
    const chunk = `${bytes.length.toString(16)}\r\n${new TextDecoder().decode(bytes)}\r\n`;
    const unended = [head({ type: "text/plain", headers: { "transfer-encoding": "chunked" } }), send(chunk), end];
    const { fileId, from } = await interrupted([unended, [genuine()]]);
    await expectBytes(from.bytes(fileId), bytes);
  });

  /** In pieces, since a single piece is only delivered once it is complete. */
  const halfway = genuine({ share: 0.5, drip: 20 });

  it("rejects at once when its signal aborts, with the caller's reason", async () => {
    const { fileId, from } = await interrupted([[halfway, hang]]);
    const controller = new AbortController();
    const request = { signal: controller.signal };
    const { attachmentData } = await from.storage.getAttachmentFile(country, from.recordKey, fileId, request);
    const reading = attachmentData.bytes();
    const reason = new Error("enough");
    setTimeout(() => controller.abort(reason), 50);
    expect(await rejection(reading)).toBe(reason);
  });

  it("cancelled by its caller closes the connection", async () => {
    const { server, fileId, from } = await interrupted([[halfway, hang]]);
    const { attachmentData } = await from.storage.getAttachmentFile(country, from.recordKey, fileId);
    await attachmentData.file.cancel();
    await expect.poll(async () => (await server.seen())[0]?.left).toBe(true);
  });

  const cancelled: [where: string, script: Script, retryDelay: number, requests: number][] = [
    ["while its bytes are waited for", [[halfway, hang]], 1, 1],
    ["in the delay before it resumes", [[halfway, end], [genuine()]], 3_600_000, 1],
    ["while it is requested again", [[halfway, end], [hang]], 1, 2],
  ];

  it.concurrent.for(cancelled)("that is cancelled %s sends no further request", async (given, { expect }) => {
    const [, script, retryDelay, requests] = given;
    let attempts = 0;
    const logger: Logger = { write: () => void (attempts += 1) };
    const httpOptions = { ...atOnce, timeout: 60_000, retryBaseDelay: retryDelay, retryMaxDelay: retryDelay };
    const { server, fileId, from } = await interrupted(script, { httpOptions, logger });
    const { attachmentData } = await from.storage.getAttachmentFile(country, from.recordKey, fileId);
    const reader = attachmentData.file.getReader();
    const { received, reading } = readToEnd(reader);
    await expect.poll(async () => (await server.seen()).length).toBe(requests);
    await untilStill(received);
    await makeGarbage();
    const before = attempts;
    await reader.cancel();
    await reading;
    await expect.poll(async () => (await server.seen()).at(-1)?.left).toBe(script.at(requests - 1)?.at(-1) === hang);
    await new Promise((resolve) => setTimeout(resolve, 100));
    // The attempt that was cancelled is reported too.
    expect(attempts - before).toBe(requests - 1);
    expect(await server.seen()).toHaveLength(requests);
  });

  it("that is cancelled during the final check sends no further request", async () => {
    const { recordKey, add } = await attaching();
    const { fileId } = await add({ file: bytes, fileName: "checked.txt" });
    const half = send("x".repeat(bytes.length / 2));
    const server = await scripted([head({ announced: bytes.length, type: "text/plain" }), half, wait(100), half]);
    const { url } = inject("pop");
    let requests = 0;
    let left: unknown;
    const through: typeof fetch = async (input, init) => {
      const to = urlOf(input);
      if (!to.endsWith("/meta")) return fetch(to.replace(url, server.url), init);
      requests += 1;
      if (requests === 1) return fetch(input, init);
      const { signal } = new Request(input, init);
      return new Promise((_, reject) => {
        signal.addEventListener("abort", () => reject((left = signal.reason)));
      });
    };
    const { storage } = attachingTo(recordKey, { fetch: through, httpOptions: { ...atOnce, timeout: 60_000 } });
    const { attachmentData } = await storage.getAttachmentFile(country, recordKey, fileId);
    const reader = attachmentData.file.getReader();
    const { reading } = readToEnd(reader);
    await expect.poll(() => requests).toBe(2);
    await reader.cancel();
    await reading;
    expect(left).toBeDefined();
    expect(requests).toBe(2);
  });

  const adapters = [
    ["fails", refuse, "cannot be written"],
    ["stops halfway and reports success", leave, "must read the stream to its end"],
  ] as const;

  it.each(adapters)("whose file adapter %s is not saved, and closes the connection", async (_, write, expected) => {
    const { server, fileId, from } = await interrupted([[halfway, hang]], { files: { read, write } });
    const { attachmentData } = await from.storage.getAttachmentFile(country, from.recordKey, fileId);
    const error = await rejection(attachmentData.save("anywhere"));
    expect(error).toMatchObject({ name: "StorageClientError", message: expect.stringContaining(expected) });
    await expect.poll(async () => (await server.seen())[0]?.left).toBe(true);
  });

  it("cancelled by its caller counts as consumed", async () => {
    const { fileId, from } = await interrupted([[genuine()]]);
    for (const way of ["bytes", "blob"] as const) {
      const { attachmentData } = await from.storage.getAttachmentFile(country, from.recordKey, fileId);
      await attachmentData.file.cancel();
      const error = await rejection(attachmentData[way]());
      expect(error).toMatchObject({ name: "StorageClientError", message: expect.stringContaining("already read") });
    }
  });

  it("can be consumed once", async () => {
    const { fileId, from } = await interrupted([[genuine()]]);
    const { attachmentData } = await from.storage.getAttachmentFile(country, from.recordKey, fileId);
    await attachmentData.blob();
    const error = await rejection(attachmentData.bytes());
    expect(isStorageError(error) && error.name).toBe("StorageClientError");
    expect(String(error)).toContain("call getAttachmentFile() again");
  });
});
