import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { request } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { UsageError } from "../../../playground/pop/usage-error.ts";
import { bypassHeader } from "../../../playground/start/attacks.ts";
import { playgroundOptions } from "../../../playground/start/options.ts";
import { controlPaths } from "../../../playground/start/paths.ts";
import { waitForOutput } from "../../support/runtimes/processes.ts";
import { emptyPlayground, root, rowOf, startProgram, storageOf, tsx } from "./playground.ts";

let playground = "";
let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "playground-start-"));
  playground = await emptyPlayground();
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

const url = (): string => playground;

interface Ended {
  readonly code: number | null;
  readonly lines: readonly string[];
}

/** Runs the command of `npm start` until it exits, without the second that npm takes itself. */
async function start(...args: string[]): Promise<Ended> {
  const program = spawn(process.execPath, [...tsx, startProgram, ...args], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [program.stdout, program.stderr])
    stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => program.once("close", resolve));
  return { code, lines: output.split("\n").filter((line) => line !== "") };
}

describe("npm start", () => {
  test("builds the page, prints the address, and exits cleanly on SIGTERM", async () => {
    const args = ["start", "--silent", "--", "--port", "0", "--data", join(folder, "own")];
    const program = spawn("npm", args, { cwd: root, stdio: ["ignore", "pipe", "pipe"], detached: true });
    const [, address = ""] = await waitForOutput(program, /^The playground is open on (http:\/\/127\.0\.0\.1:\d+)$/m);
    expect(await (await fetch(address)).text()).toContain("<title>incountry-storage playground</title>");
    expect((await fetch(`${address}/healthcheck`)).status).toBe(200);
    const ended = once(program, "close");
    // To the whole process group, like a terminal.
    if (program.pid !== undefined) process.kill(-program.pid, "SIGTERM");
    await ended;
    await expect(fetch(address)).rejects.toThrow();
  });

  test("reports in one line that the port is in use", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const ended = await start("--port", String(port), "--data", join(folder, "port"));
    server.close();
    expect(ended).toEqual({
      code: 1,
      lines: [expect.stringMatching(new RegExp(`^incountry-playground: Port ${port} is in use\\. .*--port 0`))],
    });
  });

  test("reports an invalid option in one line, and lists the options on request", async () => {
    expect(await start("--prot", "0")).toEqual({
      code: 1,
      lines: [expect.stringMatching(/^incountry-playground: .*--prot/)],
    });
    expect(() => playgroundOptions(["--port", "many"])).toThrow(
      new UsageError("--port must be a number from 0 to 65535."),
    );
    const { code, lines } = await start("--help");
    expect(code).toBe(0);
    expect(lines.join("\n")).toMatch(/--port N[\s\S]*--data DIR/);
  });
});

describe("the server", () => {
  test("sends a policy that allows only the page's own origin", async () => {
    const response = await fetch(url());
    const policy = response.headers.get("content-security-policy") ?? "";
    expect(policy.split("; ").toSorted()).toEqual([
      "base-uri 'none'",
      "connect-src 'self'",
      "default-src 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "img-src 'self' blob:",
      "require-trusted-types-for 'script'",
      "script-src 'self'",
      "style-src 'self'",
      "trusted-types 'none'",
    ]);
    const html = await response.text();
    expect(html).not.toMatch(/<style|style=|<script(?![^>]*\ssrc=)|https?:/);
    for (const [, asset] of html.matchAll(/(?:src|href)="\.?(\/assets\/[^"]+)"/g)) {
      const response = await fetch(url() + asset);
      expect(response.status).toBe(200);
      expect(response.headers.get("content-security-policy")).toBe(policy);
      expect(response.headers.get("cache-control")).toContain("immutable");
    }
    expect(response.headers.get("cache-control")).toBe("no-cache");
  });

  test("compresses its responses only for clients that accept it", async () => {
    const html = await (await fetch(url())).text();
    const assets = [...html.matchAll(/(?:src|href)="\.?(\/assets\/[^"]+\.(?:js|css))"/g)].map(([, path]) => path ?? "");
    expect(assets.map((path) => path.replace(/^.*\./, "")).toSorted()).toEqual(["css", "js"]);
    for (const asset of assets) {
      const [zipped, plain] = await Promise.all(
        ["gzip", "identity"].map((encoding) => fetch(url() + asset, { headers: { "accept-encoding": encoding } })),
      );
      expect(zipped?.headers.get("content-encoding")).toBe("gzip");
      expect(zipped?.headers.get("vary")).toMatch(/accept-encoding/i);
      expect(plain?.headers.get("content-encoding")).toBe(null);
      expect(await zipped?.text()).toBe(await plain?.text());
    }
  });

  test("forwards other requests to the PoP", async () => {
    const storage = await storageOf(url());
    await storage.write("pt", { recordKey: "beside-the-page", rangeKey1: 2n ** 60n });
    expect((await storage.read("pt", "beside-the-page")).record.rangeKey1).toBe(2n ** 60n);
    expect((await fetch(`${url()}/nothing-here`)).status).toBe(404);
  });
});

test("the record counts of all countries are returned at once, and only to the page", async () => {
  const storage = await storageOf(url());
  await storage.batchWrite("mt", [{ recordKey: "one" }, { recordKey: "two" }]);
  await storage.write("ee", { recordKey: "short-lived", expiresAt: new Date("2999-12-31T00:00Z") });
  const counts = async (): Promise<unknown> => (await fetch(url() + controlPaths.counts)).json();
  expect(await counts()).toMatchObject({ mt: 2, ee: 1 });
  await storage.write("ee", { recordKey: "short-lived", expiresAt: new Date(Date.now() + 100) });
  await expect.poll(counts).not.toHaveProperty("ee");
  const elsewhere = await fetch(url() + controlPaths.counts, { headers: { origin: "https://example.org" } });
  expect(elsewhere.status).toBe(403);
});

describe("the hostility switch", () => {
  const path = controlPaths.attacks;
  const hostile = JSON.stringify({ swapRecords: true, flipFiles: false });

  /** `fetch` does not allow another `host` header. */
  async function statusFor(method: string, headers: Record<string, string>, body = ""): Promise<number> {
    const { hostname, port } = new URL(url());
    const outgoing = request({ hostname, port, path, method, headers });
    outgoing.end(body);
    const [response] = await once(outgoing, "response");
    response.resume();
    return Number(response.statusCode);
  }

  test("can be turned by the page, and not by another site", async () => {
    const json = { "content-type": "application/json" };
    expect(await statusFor("PUT", { ...json, origin: "https://example.org" }, hostile)).toBe(403);
    expect(await statusFor("PUT", { ...json, host: "playground.example.org" }, hostile)).toBe(403);
    expect(await statusFor("PUT", json, "{}")).toBe(400);
    expect(await (await fetch(url() + path)).json()).toEqual({ swapRecords: false, flipFiles: false });
    expect(await statusFor("PUT", { ...json, origin: url() }, hostile)).toBe(200);
    expect(await (await fetch(url() + path)).json()).toEqual({ swapRecords: true, flipFiles: false });
    const preflight = await fetch(url() + path, {
      method: "OPTIONS",
      headers: { origin: "https://example.org", "access-control-request-method": "PUT" },
    });
    expect(preflight.headers.get("access-control-allow-origin")).toBe(null);
    await fetch(url() + path, {
      method: "PUT",
      headers: json,
      body: JSON.stringify({ swapRecords: false, flipFiles: false }),
    });
  });

  test("swaps ciphertexts and nothing else, also of a single record on a page", async () => {
    const storage = await storageOf(url());
    await storage.batchWrite("es", [
      { recordKey: "one", body: "the first" },
      { recordKey: "two", body: "the second" },
    ]);
    const put = (swapRecords: boolean): Promise<Response> =>
      fetch(url() + path, { method: "PUT", body: JSON.stringify({ swapRecords, flipFiles: false }) });
    await put(true);
    await expect(storage.read("es", "one")).rejects.toThrow(/not the one that was encrypted/);
    const seen = await rowOf(url(), "es", "one", { [bypassHeader]: "database" });
    expect(seen["body"]).not.toBe((await rowOf(url(), "es", "one"))["body"]);
    const { records, errors = [] } = await storage.find("es", { recordKey: "one" });
    expect(records).toEqual([]);
    expect(errors.map(({ error }) => error.name)).toEqual(["StorageIntegrityError"]);
    await put(false);
    expect((await storage.read("es", "one")).record.body).toBe("the first");
    expect(seen).toEqual(await rowOf(url(), "es", "one"));
  });
});
