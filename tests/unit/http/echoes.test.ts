import { StorageServerError } from "incountry-storage";
import { describe, expect, it } from "vitest";
import { rejection } from "../../support/faults/fault-storage.ts";
import { type Call, hostilePop, hostileStorage, json, sentRecords } from "../../support/hostile/hostile-pop.ts";
import { printedForms } from "../../support/leaks/printed-forms.ts";

/** Bodies of 2 KiB, all different, so that no piece of one occurs in another. */
const records = Array.from({ length: 100 }, (_, index) => ({
  recordKey: `record ${index}`,
  key1: `key of ${index}`,
  body: Array.from({ length: 256 }, (__, at) => (index * 1_000_003 + at * 7_919).toString(36).padStart(8, "z")).join(
    "",
  ),
}));

const textsOf = (call: Call): string[] =>
  sentRecords(call).map(({ body }) => Buffer.from(String(body).slice(3), "base64").toString());

/** Ways in which a server may echo a batch that it rejects. */
const echoes: Readonly<Record<string, (call: Call) => unknown>> = {
  "of each body, as a helpful server formats it": (call) =>
    textsOf(call).map((text, index) => ({
      status: 400,
      detail: `Not valid: ${text}`,
      source: `records.${index}.body`,
    })),
  "of each body in every word, 14 MiB in all": (call) =>
    textsOf(call).map((text) => ({
      status: text,
      title: text,
      detail: text,
      source: Array.from({ length: 65 }, () => text),
    })),
  "in a million pieces": (call) =>
    textsOf(call).flatMap((text) =>
      Array.from({ length: 100 }, (_, at) => ({
        detail: text.slice(at, at + 60),
        title: text.slice(at * 2, at * 2 + 40),
      })),
    ),
  "under the names of objects": (call) =>
    textsOf(call).map((text) => ({
      source: Object.fromEntries(Array.from({ length: 50 }, (_, at) => [text.slice(at), text])),
    })),
};

describe("a rejected batch of 100 readable bodies of 2 KiB, with an echo", () => {
  it.each(Object.entries(echoes))("%s, becomes an error at once that prints none of them", async (_, echo) => {
    const pop = hostilePop((call) => json(JSON.stringify({ errors: echo(call) }), 400));
    const storage = hostileStorage(pop, { encrypt: false, hashSearchKeys: false });
    const error = await rejection(storage.batchWrite("de", records));
    if (!(error instanceof StorageServerError)) return expect.unreachable(String(error));
    expect(error).toMatchObject({ name: "StorageServerError", status: 400, method: "POST" });
    expect(pop.calls).toHaveLength(1);
    for (const form of printedForms(error)) {
      for (const { body } of records.slice(0, 3)) expect(form).not.toContain(body.slice(0, 16));
    }
    for (const { detail = "", title = "" } of error.errors ?? []) {
      expect(Math.max(detail.length, title.length)).toBeLessThanOrEqual(500);
    }
  });
});
