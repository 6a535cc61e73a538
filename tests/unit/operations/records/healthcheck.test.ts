import { expect, it } from "vitest";
import { atOnce, faultStorage, rejection } from "../../../support/faults/fault-storage.ts";
import { respond, respondJson } from "../../../support/faults/script.ts";
import { scripted } from "../../../support/faults/scripted.ts";
import { clientCredentials } from "../../../support/http/credentials.ts";
import { popStorage } from "../../../support/pop-storage.ts";

it("resolves to true for a healthy PoP", async () => {
  expect(await popStorage().healthcheck("de")).toStrictEqual({ result: true });
});

it.each(["500 Internal Server Error", "503 Service Unavailable", "404 Not Found", "401 Unauthorized", "302 Found"])(
  "resolves to false for a PoP that responds with %s",
  async (status) => {
    const storage = faultStorage(await scripted(respond("", { status, headers: { location: "/elsewhere" } })));
    expect(await storage.healthcheck("de")).toStrictEqual({ result: false });
  },
);

it("rejects if the credentials are wrong, since no request reached the PoP", async () => {
  const refused = respondJson({ error: "invalid_client" }, { status: "401 Unauthorized" });
  const { oauth } = await clientCredentials(refused);
  const storage = popStorage({ oauth, httpOptions: atOnce });
  expect(await rejection(storage.healthcheck("de"))).toMatchObject({ name: "StorageAuthenticationError" });
});

it("rejects if the countries list cannot be fetched, since no request reached the PoP", async () => {
  const { url } = await scripted(respond("", { status: "500 Internal Server Error" }));
  const storage = popStorage({ endpoint: undefined, countriesEndpoint: `${url}/countries`, httpOptions: atOnce });
  expect(await rejection(storage.healthcheck("de"))).toMatchObject({ name: "StorageServerError", status: 500 });
});
