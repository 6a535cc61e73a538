import { isStorageError, type Logger, type StorageOptions, StorageServerError } from "incountry-storage";
import { describe, expect, inject, it } from "vitest";
import {
  type Attaching,
  attaching,
  attachingTo,
  country,
  expectBytes,
  streamOf,
} from "../support/attachments/attaching.ts";
import { urlOf } from "../support/attachments/tampering.ts";
import { isPage } from "../support/faults/engine.ts";
import { atOnce, rejection } from "../support/faults/fault-storage.ts";
import {
  end,
  genuine,
  hang,
  head,
  reset,
  respond,
  respondJson,
  type Script,
  send,
  type Turn,
  wait,
} from "../support/faults/script.ts";
import { scripted } from "../support/faults/scripted.ts";

/** Text, since the fault server can split only text. */
const bytes = new TextEncoder().encode(
  Array.from({ length: 20_000 }, (_, index) => `line ${index} of a file\n`).join(""),
);

/** A file, and a Storage whose requests for attachments (and no others) reach a faulty server. */
async function interrupted(script: Script, options: Partial<StorageOptions> = {}) {
  const { recordKey, add } = await attaching();
  const { fileId } = await add({ file: bytes, fileName: "interrupted.txt" });
  const server = await scripted(...script);
  const { url } = inject("pop");
  const through: typeof fetch = (input, init) => {
    const request = new Request(input, init);
    const isFile = /\/attachments\/[^/]+$/.test(request.url);
    return fetch(isFile ? new Request(request.url.replace(url, server.url), request) : request);
  };
  return { server, fileId, from: attachingTo(recordKey, { fetch: through, httpOptions: atOnce, ...options }) };
}

/** Adds attachments through a faulty server. */
async function addingThrough(script: Script, options: Partial<StorageOptions> = {}) {
  const { recordKey } = await attaching();
  const server = await scripted(...script);
  let lines = 0;
  const logger: Logger = { write: (_level, message) => void (lines += message.startsWith("addAttachment") ? 1 : 0) };
  const to: Attaching = attachingTo(recordKey, { endpoint: server.url, httpOptions: atOnce, logger, ...options });
  // Requests of the client: some browsers resend a request on a reset connection.
  return { server, to, attempts: () => lines };
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

const kinds = [
  ["with onProgress", { onProgress: () => undefined }],
  ["without onProgress", {}],
] as const;

describe.each(kinds)("an upload %s", (_, request) => {
  const file = bytes.slice();
  /** Few enough to need no waiting for buffers. */
  const few = bytes.slice(0, 1000);
  const stalled = /no progress for [45]\d\d ms/;

  it("without a response is not retried if the retry could conflict with the first attempt", async () => {
    const { attempts, to } = await addingThrough([[reset]]);
    const error = await rejection(to.add({ file, fileName: "lost" }, request));
    expect(error).toMatchObject({ name: "StorageNetworkError", method: "POST" });
    expect(attempts()).toBe(1);
  });

  it("that replaces is retried if its input can be read again", async () => {
    const { server, to } = await addingThrough([[reset], [genuine()]]);
    const meta = await to.add({ file, fileName: "repeated", upsert: true }, request);
    await expectBytes(attachingTo(to.recordKey).bytes(meta.fileId), bytes);
    expect((await server.seen()).length).toBeGreaterThanOrEqual(2);
  });

  it("that replaces is not retried if its input has been consumed", async () => {
    const { attempts, to } = await addingThrough([[reset]]);
    const error = await rejection(to.add({ file: streamOf(bytes), fileName: "gone", upsert: true }, request));
    expect(error).toMatchObject({ name: "StorageNetworkError", method: "PUT" });
    expect(attempts()).toBe(1);
  });

  it("is retried if the server is busy", async () => {
    const busy = respond("", { status: "429 Too Many Requests", headers: { "retry-after": "0" } });
    const { to } = await addingThrough([busy, busy, [genuine()]]);
    await expect(to.add({ file, fileName: "put off" }, request)).resolves.toMatchObject({ fileName: "put off" });
  });

  it("is retried after a 503 only if it cannot conflict with itself", async () => {
    const busy = respond("", { status: "503 Service Unavailable", headers: { "retry-after": "0" } });
    const once = await addingThrough([busy, [genuine()]]);
    const error = await rejection(once.to.add({ file, fileName: "perhaps stored" }, request));
    expect(error).toMatchObject({ name: "StorageServerError", status: 503, method: "POST" });
    expect(once.attempts()).toBe(1);
    const again = await addingThrough([busy, [genuine()]]);
    const upserted = again.to.add({ file, fileName: "perhaps stored", upsert: true }, request);
    await expect(upserted).resolves.toMatchObject({ fileName: "perhaps stored" });
  });

  it("of a stream is not retried, and the error says why", async () => {
    const busy = respondJson({ errors: [{ detail: "too busy" }] }, { status: "429 Too Many Requests" });
    const { to } = await addingThrough([busy, [genuine()]]);
    const error = await rejection(to.add({ file: streamOf(bytes), fileName: "put off" }, request));
    expect(error).toMatchObject({
      name: "StorageServerError",
      status: 429,
      message: expect.stringContaining("responded 429 (Too Many Requests)"),
    });
  });

  const refused = respondJson({ errors: [{ detail: "no" }] }, { status: "401 Unauthorized" });

  it("gets a new token after a 401 and is sent again", async () => {
    const { server, to } = await addingThrough([refused, [genuine()]], tokens(["old", inject("pop").apiKey]));
    await expect(to.add({ file, fileName: "renewed" }, request)).resolves.toMatchObject({ fileName: "renewed" });
    const sent = (await server.seen()).map(({ headers }) => headers.authorization);
    expect(sent).toStrictEqual(["Bearer old", `Bearer ${inject("pop").apiKey}`]);
  });

  it("rejects with a StorageAuthenticationError after a second 401", async () => {
    const { to } = await addingThrough([refused], tokens(["old", "new"]));
    const error = await rejection(to.add({ file, fileName: "refused" }, request));
    expect(error).toMatchObject({ name: "StorageAuthenticationError" });
  });

  it.concurrent("that the server neither reads nor responds to times out", async () => {
    const { to } = await addingThrough([[hang]]);
    const error = await rejection(to.add({ file: few, fileName: "stalled" }, { ...request, timeout: 400 }));
    expect(error).toMatchObject({ name: "StorageNetworkError", message: expect.stringMatching(stalled) });
  });

  it.concurrent("that the server neither reads nor responds to times out with a custom fetch too", async () => {
    const { to } = await addingThrough([[hang]], { fetch: (input, init) => fetch(input, init) });
    const error = await rejection(to.add({ file: few, fileName: "stalled" }, { ...request, timeout: 400 }));
    expect(error).toMatchObject({ name: "StorageNetworkError", message: expect.stringMatching(stalled) });
  });

  it.each(["the Storage's own", "the caller's"])("does not follow a redirect (%s fetch)", async (whose) => {
    const target = await scripted([genuine()]);
    const redirect = respond("", { status: "307 Temporary Redirect", headers: { location: target.url } });
    const isOwn = whose === "the caller's";
    const { to } = await addingThrough([redirect], isOwn ? { fetch: (input, init) => fetch(input, init) } : {});
    const error = await rejection(to.add({ file, fileName: "redirected", upsert: true }, request));
    expect(error).toBeInstanceOf(StorageServerError);
    // XMLHttpRequest always follows it; the client can only report it.
    const isFollowed = isPage && !isOwn;
    const expected = isFollowed ? "which may have received the file" : "redirect, which is not followed";
    expect(error).toMatchObject({ message: expect.stringContaining(expected) });
    expect((await target.seen()).map(({ method }) => method)).toStrictEqual(isFollowed ? ["PUT"] : []);
  });

  it("rejects at once when its signal aborts, with the caller's reason", async () => {
    const { server, to } = await addingThrough([[hang]]);
    const controller = new AbortController();
    const reason = new Error("enough");
    const adding = to.add({ file, fileName: "aborted" }, { ...request, signal: controller.signal });
    const rejected = rejection(adding);
    await expect.poll(async () => (await server.seen()).length).toBe(1);
    controller.abort(reason);
    expect(await rejected).toBe(reason);
    await expect.poll(async () => (await server.seen())[0]?.left).toBe(true);
  });

  it("with a truncated response rejects with a StorageNetworkError", async () => {
    const { to } = await addingThrough([[genuine({ share: 0.5 }), end]]);
    const error = await rejection(to.add({ file, fileName: "cut off" }, request));
    expect(error).toMatchObject({ name: "StorageNetworkError" });
  });

  it("with an unexpected response rejects with a StorageServerError that describes it", async () => {
    const { to } = await addingThrough([respond("<html>", { type: "text/html" })]);
    const error = await rejection(to.add({ file, fileName: "html" }, request));
    expect(error).toMatchObject({ name: "StorageServerError", message: expect.stringContaining("got HTML") });
  });
});

describe.concurrent("an upload", () => {
  it.each(kinds)("%s that has been consumed, but is still being transmitted, does not time out", async (_, request) => {
    const { to } = await addingThrough([[wait(3_500), genuine()]]);
    const meta = await to.add({ file: bytes, fileName: "on its way" }, { ...request, timeout: 3_000 });
    expect(meta).toMatchObject({ fileName: "on its way", size: bytes.length });
  });

  it("from a stream that produces bytes slowly does not time out", async () => {
    const to = await attaching({ httpOptions: { timeout: 3_000 } });
    async function* slow() {
      for (let index = 0; index < 4; index += 1) {
        await new Promise((resolve) => setTimeout(resolve, index < 2 ? 3_500 : 0));
        yield bytes.subarray(index * 1000, (index + 1) * 1000);
      }
    }
    const { fileId } = await to.add({ file: slow(), fileName: "slow" });
    await expectBytes(to.bytes(fileId), bytes.slice(0, 4000));
  });
});

describe("an upload from a stream", () => {
  it.concurrent("that is aborted halfway leaves nothing behind, however much was read", async () => {
    const to = await attaching();
    for (const encrypt of [false, true]) {
      const controller = new AbortController();
      async function* aborting() {
        for (let piece = 0; piece < 40; piece += 1) {
          yield bytes;
          if (piece === 20) controller.abort(new Error("enough"));
        }
      }
      const adding = to.add({ file: aborting(), fileName: "aborted", encrypt }, { signal: controller.signal });
      expect(await rejection(adding)).toMatchObject({ message: "enough" });
    }
    await new Promise((resolve) => setTimeout(resolve, 300));
    const { record } = await to.storage.read(country, to.recordKey);
    expect(record.attachments).toStrictEqual([]);
  });

  it("releases the stream when it is aborted", async () => {
    const to = await attaching();
    const controller = new AbortController();
    let cancelled: unknown;
    const file = new ReadableStream<Uint8Array>({
      start: (stream) => stream.enqueue(bytes.slice(0, 1000)),
      cancel: (reason) => void (cancelled = reason ?? "cancelled"),
    });
    const adding = to.add({ file, fileName: "endless" }, { signal: controller.signal });
    setTimeout(() => controller.abort(new Error("enough")), 100);
    expect(await rejection(adding)).toMatchObject({ message: "enough" });
    await expect.poll(() => cancelled).toBeDefined();
  });
});

it("uploads are streamed if the runtime can, and use XMLHttpRequest in pages", () => {
  expect("XMLHttpRequest" in globalThis).toBe(isPage);
});

/** Returns one token after the other. */
function tokens(list: readonly string[]): Partial<StorageOptions> {
  const left = [...list];
  return { oauth: { token: () => (left.length > 1 ? left.shift() : left[0]) ?? "" } };
}
