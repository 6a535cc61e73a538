import { describe, expect, inject, it } from "vitest";
import { rejection } from "../../support/faults/fault-storage.ts";
import { callWith, storageWith } from "../../support/storage/call.ts";

/** Calls `find` with a `fetch` that resolves with a given value. */
async function findWith(response: unknown): Promise<unknown> {
  const { url, environmentId, apiKey } = inject("pop");
  const options = { endpoint: url, environmentId, apiKey, getSecrets: () => "secret", fetch: async () => response };
  return callWith(storageWith(options), "find", "de");
}

describe("a custom fetch", () => {
  it("may return a Response of another class, as a library or an old workerd does", async () => {
    const response = Response.json({ meta: { count: 0, limit: 100, offset: 0, total: 0 }, data: [] });
    const { status, ok, type, headers, body } = response;
    const text = (): Promise<string> => response.text();
    expect(await findWith({ status, ok, type, headers, body, text })).toMatchObject({ records: [] });
  });

  it.each(["OK", {}, { status: 200 }, { status: 200, headers: {}, text: () => "" }])(
    "must return a Response: %j",
    async (given) => {
      const error = await rejection(findWith(given));
      expect(error).toMatchObject({ name: "StorageConfigError", message: expect.stringContaining("a Response") });
    },
  );
});
