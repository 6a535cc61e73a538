import { describe, expect, it } from "vitest";
import { isPage } from "../support/faults/engine.ts";
import { faultStorage, rejection, serverError } from "../support/faults/fault-storage.ts";
import { head, respond, respondJson } from "../support/faults/script.ts";
import { scripted } from "../support/faults/scripted.ts";

describe("a redirect", () => {
  it.each([301, 302, 303, 307, 308])("with status %i is an error and is not followed", async (status) => {
    const trap = await scripted(respondJson({ meta: { count: 0, limit: 100, offset: 0, total: 0 }, data: [] }));
    const server = await scripted(
      respond("", { status: `${status} Moved`, headers: { location: `${trap.url}/caught` } }),
    );
    const url = `${server.url}/v2/storage/records/de/find`;
    // A page cannot see the status of a redirect that it does not follow.
    const visibleStatus = isPage ? undefined : status;
    const error = await serverError(faultStorage(server).find("de"), {
      name: "StorageServerError",
      method: "POST",
      url,
      status: visibleStatus,
    });
    expect(error.message).toContain("the server responded with a redirect, which is not followed. Check the endpoint");
    expect(await trap.seen()).toStrictEqual([]);
    expect(await server.seen()).toHaveLength(1);
  });

  it.each([300, 304, 305])("with the unusual status %i is an error", async (status) => {
    const server = await scripted([head({ status: `${status} Odd`, announced: 0 })]);
    const error = await rejection(faultStorage(server).read("de", "any"));
    expect(error).toMatchObject({ name: "StorageServerError", status });
  });
});
