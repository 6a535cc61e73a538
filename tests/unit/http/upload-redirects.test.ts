import { expect, it } from "vitest";
import { rejection } from "../../support/faults/fault-storage.ts";
import { popStorage } from "../../support/pop-storage.ts";

it("an upload reports the status and the request id of a redirect", async () => {
  const requestId = crypto.randomUUID();
  const headers = { location: "https://elsewhere.example/", "x-request-id": requestId };
  const storage = popStorage({ fetch: async () => new Response(null, { status: 307, headers }) });
  const error = await rejection(storage.addAttachment("de", "any", { file: new Uint8Array(3) }));
  expect(error).toMatchObject({ name: "StorageServerError", status: 307, requestId });
});
