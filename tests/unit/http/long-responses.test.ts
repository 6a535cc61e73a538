import { describe, expect, it } from "vitest";
import { attaching, attachingTo } from "../../support/attachments/attaching.ts";
import { atOnce, rejection } from "../../support/faults/fault-storage.ts";
import { genuine, respond, type Turn } from "../../support/faults/script.ts";
import { scripted } from "../../support/faults/scripted.ts";

const kibibyte = 1024;
const file = new TextEncoder().encode("the bytes of a file");

async function adding(turn: Turn): Promise<unknown> {
  const { recordKey } = await attaching();
  const { url } = await scripted(turn);
  const to = attachingTo(recordKey, { endpoint: url, httpOptions: atOnce });
  return rejection(to.add({ file, fileName: "file", upsert: true }));
}

describe("a response to an upload", () => {
  it("that is longer than any metadata is a StorageServerError, and not read to its end", async () => {
    const error = await adding(respond(" ".repeat(300 * kibibyte), { status: "201 Created" }));
    expect(error).toMatchObject({ name: "StorageServerError", status: 201 });
    expect(String(error)).toContain("the response is longer than the limit of 65536 bytes");
  });

  it("that is an error is reported by its status, whatever its length", async () => {
    const error = await adding(respond(" ".repeat(3000 * kibibyte), { status: "403 Forbidden" }));
    expect(error).toMatchObject({ name: "StorageServerError", status: 403, errors: undefined });
  });

  it("that is a short error has its texts", async () => {
    const errors = JSON.stringify({ errors: [{ title: "Refused", detail: "x".repeat(400) }] });
    const error = await adding(respond(errors + " ".repeat(500 * kibibyte), { status: "403 Forbidden" }));
    expect(error).toMatchObject({ status: 403, errors: [{ title: "Refused" }] });
  });
});

describe("a response to a download", () => {
  it("that is an error is reported by its status, whatever its length", async () => {
    const to = await attaching();
    const { fileId } = await to.add({ file, fileName: "file" });
    const { url } = await scripted(respond(" ".repeat(3000 * kibibyte), { status: "403 Forbidden" }), [genuine()]);
    const through = attachingTo(to.recordKey, { endpoint: url, httpOptions: atOnce });
    expect(await rejection(through.bytes(fileId))).toMatchObject({ name: "StorageServerError", status: 403 });
  });
});
