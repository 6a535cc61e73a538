import { once } from "node:events";
import { createServer } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { meteredFetch } from "../../../playground/demo/traffic.ts";

const server = createServer((request, response) => request.pipe(response));
let url: string;

beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  url = `http://127.0.0.1:${address.port}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

test("the bytes of bodies are counted, and forwarded unchanged", async () => {
  const { fetch, traffic } = meteredFetch();
  const echoed = await fetch(url, { method: "POST", body: "さくら" });
  expect(await echoed.text()).toBe("さくら");
  expect(traffic()).toEqual({ sent: 9, received: 9 });

  const again = await fetch(new Request(url, { method: "PUT", body: "1" }));
  expect(await again.text()).toBe("1");
  expect(traffic()).toEqual({ sent: 10, received: 10 });

  await fetch(url);
  expect(traffic()).toEqual({ sent: 10, received: 10 });
});
