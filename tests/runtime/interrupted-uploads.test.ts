import { type Logger, type StorageOptions, StorageServerError } from "incountry-storage";
import { describe, expect, inject, it } from "vitest";
import {
  type Attaching,
  attaching,
  attachingTo,
  country,
  expectBytes,
  streamOf,
} from "../support/attachments/attaching.ts";

import { isPage } from "../support/faults/engine.ts";
import { atOnce, rejection } from "../support/faults/fault-storage.ts";
import { makeGarbage } from "../support/faults/garbage.ts";
import { end, genuine, hang, reset, respond, respondJson, type Script, wait } from "../support/faults/script.ts";
import { scripted } from "../support/faults/scripted.ts";
import { text as bytes } from "../support/faults/text-file.ts";

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

/** Yields four pieces; the first two only after pauses. */
async function* slow() {
  for (let index = 0; index < 4; index += 1) {
    await new Promise((resolve) => setTimeout(resolve, index < 2 ? 3_500 : 0));
    yield bytes.subarray(index * 1000, (index + 1) * 1000);
  }
}

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
    await makeGarbage();
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
