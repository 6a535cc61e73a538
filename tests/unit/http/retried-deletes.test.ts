import type { Storage } from "incountry-storage";
import { describe, expect, it } from "vitest";
import { rejection } from "../../support/faults/fault-storage.ts";
import { hostilePop, hostileStorage, json } from "../../support/hostile/hostile-pop.ts";
import { popStorage, unique } from "../../support/pop-storage.ts";
import { country } from "../../support/rotation/rotating.ts";

const deletions: Readonly<Record<string, (storage: Storage) => Promise<unknown>>> = {
  delete: (storage) => storage.delete(country, "a key of a record"),
  deleteAttachment: (storage) => storage.deleteAttachment(country, "a key of a record", "file"),
};

/** A PoP that responds with the given statuses in turn. */
const responding = (...statuses: readonly number[]) =>
  hostilePop((_, index) => {
    const status = statuses[index] ?? 500;
    return status === 204 ? new Response(null, { status }) : json("{}", status);
  });

describe.each(Object.entries(deletions))("%s", (_, call) => {
  it.each([[[503, 404]], [[503, 503, 404]], [[503, 429, 404]], [[429, 503, 404]]])(
    "succeeds if the first attempt may have succeeded and the retry finds nothing: %j",
    async (statuses) => {
      const pop = responding(...statuses);
      expect(await call(hostileStorage(pop))).toStrictEqual({ success: true });
      expect(pop.calls).toHaveLength(statuses.length);
      expect(pop.calls.every(({ method }) => method === "DELETE")).toBe(true);
    },
  );

  it.each([[[404]], [[429, 404]], [[429, 429, 404]], [[500]]])(
    "fails if the first attempt cannot have succeeded: %j",
    async (statuses) => {
      const pop = responding(...statuses);
      expect(await rejection(call(hostileStorage(pop)))).toMatchObject({
        name: "StorageServerError",
        status: statuses.at(-1),
      });
      expect(pop.calls).toHaveLength(statuses.length);
    },
  );

  it("fails if the PoP stays busy", async () => {
    const error = await rejection(call(hostileStorage(hostilePop(() => json("{}", 503)))));
    expect(error).toMatchObject({ name: "StorageServerError", status: 503 });
  });

  it("succeeds if the token was rejected between the two", async () => {
    const pop = responding(503, 401, 404);
    const storage = hostileStorage(pop, { oauth: { token: () => `a-token-of-the-tests-${pop.calls.length}` } });
    expect(await call(storage)).toStrictEqual({ success: true });
    expect(pop.calls).toHaveLength(3);
  });
});

/** A `fetch` to the PoP that hides the success of the first request. */
function hiding(): { fetch: typeof fetch; statuses: number[] } {
  const statuses: number[] = [];
  return {
    statuses,
    fetch: async (input, init) => {
      const response = await fetch(input, init);
      statuses.push(response.status);
      return statuses.length === 1 ? json("{}", 503) : response;
    },
  };
}

describe("a DELETE that the PoP executes but answers with 503", () => {
  it("succeeds for a record", async () => {
    const recordKey = unique("deleted");
    await popStorage().write(country, { recordKey });
    const { fetch, statuses } = hiding();
    expect(await hostileStorage({ fetch }).delete(country, recordKey)).toStrictEqual({ success: true });
    expect(statuses).toStrictEqual([expect.any(Number), 404]);
    expect(await rejection(popStorage().read(country, recordKey))).toMatchObject({ status: 404 });
  });

  it("succeeds for an attachment", async () => {
    const recordKey = unique("deleted");
    const storage = popStorage();
    await storage.write(country, { recordKey });
    const { attachmentMeta } = await storage.addAttachment(country, recordKey, {
      file: new Uint8Array(9),
      fileName: "f",
    });
    const { fetch, statuses } = hiding();
    const deleted = hostileStorage({ fetch }).deleteAttachment(country, recordKey, attachmentMeta.fileId);
    expect(await deleted).toStrictEqual({ success: true });
    expect(statuses).toStrictEqual([expect.any(Number), 404]);
  });
});
