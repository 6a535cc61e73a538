import { once } from "node:events";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { defaultEnvironment, type PopServerOptions, startPop, UsageError } from "incountry-playground";
import { sql } from "kysely";
import { number, object, parse } from "valibot";
import { afterEach, describe, expect, it } from "vitest";
import { lockFolder } from "../../../playground/pop/node/folder-lock.ts";
import { endCommands, startCommand, startScript } from "../../contract/support/command.ts";
import { temporaryFolder } from "../../contract/support/folders.ts";
import { firstEnvironment } from "../../contract/support/suite.ts";
import { startWatchedPop } from "../../contract/support/watched-pop.ts";
import { freePort } from "../../support/runtimes/processes.ts";

afterEach(endCommands);

/** A write request whose body has not been sent yet. */
interface InFlight {
  /** Resolves once the PoP accepts no more connections. */
  refused(): Promise<void>;
  /** Sends the body, and waits for all responses until the PoP closes the connection. */
  finish(): Promise<string>;
}

async function startWrite(url: string): Promise<InFlight> {
  const { hostname, port } = new URL(url);
  const body = JSON.stringify({ record_key: "k", body: "in flight" });
  const socket = connect(Number(port), hostname);
  let response = "";
  socket.on("data", (chunk: Buffer) => {
    response += chunk.toString();
  });
  socket.on("error", () => {});
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  socket.write(
    [
      "POST /v2/storage/records/de HTTP/1.1",
      "host: pop",
      `authorization: Bearer ${defaultEnvironment.apiKey}`,
      `x-env-id: ${defaultEnvironment.id}`,
      "content-type: application/json",
      `content-length: ${body.length}`,
      "expect: 100-continue",
      "\r\n",
    ].join("\r\n"),
  );
  // The server has received the request once it asks for the body.
  await expect.poll(() => response).toContain("100 Continue");
  return {
    refused: () => expect.poll(() => refuses(Number(port), hostname)).toBe(true),
    finish: async () => {
      socket.write(body);
      await closed;
      return response;
    },
  };
}

function refuses(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host);
    socket.once("error", () => resolve(true));
    socket.once("connect", () => {
      socket.destroy();
      resolve(false);
    });
  });
}

function expectWritten(response: string): void {
  expect(response).toContain("HTTP/1.1 200 OK");
  expect(response).toContain('"body":"in flight"');
}

describe("the command", () => {
  it("prints its address first, keeps its data in a folder that no other may use, and finishes requests in flight at a signal", async () => {
    const folder = join(await temporaryFolder(), "made", "for", "it");
    const first = startCommand(["--data", folder, "--port", "0"]);
    const caller = await first.caller();
    expect((await caller.write("de", { record_key: "before" })).status).toBe(200);
    await expectRefused({ data: folder }, new RegExp(`in use by process ${first.process.pid}.*choose another folder`));
    const write = await startWrite(caller.url);
    first.process.kill("SIGTERM");
    await write.refused();
    expectWritten(await write.finish());
    expect(await first.ended).toEqual({
      code: 0,
      signal: null,
      stdout: `PoP listening on ${caller.url}\n`,
      stderr: "",
    });

    const second = startCommand(["--data", folder, "--port", "0"]);
    const again = await second.caller();
    for (const key of ["before", "k"]) expect((await again.read("de", key)).status, key).toBe(200);
    // A shell may forward the terminal's signal, so that it arrives twice.
    const other = await startWrite(again.url);
    second.process.kill("SIGINT");
    second.process.kill("SIGTERM");
    await other.refused();
    expectWritten(await other.finish());
    expect((await second.ended).code).toBe(0);
  });

  it("serves the environments and countries of its files", async () => {
    const folder = await temporaryFolder();
    const [environments, countries] = [join(folder, "environments.json"), join(folder, "countries.json")];
    const list = {
      countries: [
        { id: "XX", name: "Somewhere", direct: null },
        { id: "YY", name: "Elsewhere" },
      ],
    };
    await writeFile(environments, JSON.stringify([firstEnvironment]));
    await writeFile(countries, JSON.stringify(list));
    const command = startCommand([
      "--memory",
      "--port=0",
      "--environments",
      environments,
      "--countries",
      countries,
      "--host",
      "0.0.0.0",
    ]);
    const caller = (await command.caller()).as(firstEnvironment);
    expect((await caller.write("de", { record_key: "k" })).status).toBe(200);
    expect((await caller.as(defaultEnvironment).read("de", "k")).status).toBe(401);
    expect((await caller.send("GET", "/countries")).json).toEqual(list);
    // It has credentials of its own, so it needs no warning.
    expect((await command.end("SIGTERM")).stderr).toBe("");
  });

  it("warns if other machines can reach it with the well-known credentials, and ends at once at another signal later", async () => {
    const command = startCommand(["--memory", "--port", "0", "--host", "0.0.0.0"]);
    const write = await startWrite(await command.url());
    command.process.kill("SIGINT");
    await write.refused();
    await wait(1_200);
    const { code, stderr, stdout } = await command.end("SIGINT");
    expect(code).toBe(1);
    expect(await write.finish()).not.toContain("200 OK");
    expect(stderr).toMatch(/^Warning: .*--environments FILE\.\n$/);
    expect(stdout).toMatch(/^PoP listening on http:\/\/0\.0\.0\.0:\d+\n$/);
  });
});

describe("requests in flight finish", () => {
  it.each([
    ["SIGTERM", "npm alone", 1],
    ["SIGTERM", "its whole group", -1],
    ["SIGINT", "its whole group", -1],
  ] as const)("when npm run pop gets %s, %s", async (signal, _who, sign) => {
    const script = startScript(["--memory", "--port", "0"]);
    const write = await startWrite(await script.url());
    const { pid } = script.process;
    if (pid === undefined) throw new Error("npm was not started.");
    process.kill(sign * pid, signal);
    await write.refused();
    expectWritten(await write.finish());
    // Its output ends when the last process that holds it exits, so none is left behind.
    expect(await script.ended).toMatchObject({ stderr: "" });
  });
});

async function expectError(
  args: readonly string[],
  message: RegExp,
  environment: Record<string, string> = {},
): Promise<void> {
  const { code, stdout, stderr } = await startCommand(args, environment).ended;
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(/^incountry-pop: [^\n]+\n$/);
  expect(stderr).toMatch(message);
}

describe("the command prints the remedy in one line, and exits with 1", () => {
  it("if its options are invalid", async () => {
    await expectError(["--nope"], /'--nope'.*--help/);
  });

  it("if another process uses the data folder", async () => {
    const folder = await temporaryFolder();
    const lock = await lockFolder(folder);
    await expectError(["--data", folder, "--port", "0"], /in use by process \d+.*choose another folder/);
    await lock.release();
  });

  it("if the database cannot be reached, without showing its URL", async () => {
    const url = `postgres://user:hidden-password@127.0.0.1:${await freePort()}/pop`;
    await expectError([], /^(?!.*hidden-password).*does not respond.*--database or DATABASE_URL/, {
      DATABASE_URL: url,
    });
  });
});

async function expectRefused(options: PopServerOptions, message: RegExp): Promise<void> {
  const refused = startPop({ port: 0, ...options });
  await expect(refused).rejects.toThrow(UsageError);
  // The command prints the message, and nothing else.
  await expect(refused).rejects.toThrow(expect.objectContaining({ message: expect.stringMatching(message) }));
}

describe("a start is rejected with a remedy in one line", () => {
  it("if the port is in use", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = parse(object({ port: number() }), server.address());
    await expectRefused({ memory: true, port }, /^Port \d+ is in use.*--port 0.*$/);
    server.close();
  });

  it.each(["@127.0.0.1:999999/pop", "%ff@127.0.0.1/pop"])("if the database's URL is invalid: …%s", async (rest) => {
    const database = `postgres://user:hidden-password${rest}`;
    await expectRefused({ database }, /^(?!.*hidden-password).*URL is invalid.*--database or DATABASE_URL.*$/);
  });

  it("if the data folder is a file, or is inside one", async () => {
    const file = join(await temporaryFolder(), "file");
    await writeFile(file, "");
    for (const data of [file, join(file, "folder")]) {
      await expectRefused({ data }, /^.*cannot be used \(E[A-Z]+\)\. Choose a folder.*$/);
    }
  });

  const damaged = /^.*is damaged\. Restore the folder from a copy, or choose.*$/;

  it("if the database in the data folder does not start", async () => {
    const data = await temporaryFolder();
    await mkdir(join(data, "database"));
    await writeFile(join(data, "database", "PG_VERSION"), "what is this");
    await expectRefused({ data }, damaged);
  });

  it("if a file of that database is lost", async () => {
    const data = await temporaryFolder();
    const pop = await startWatchedPop({ kind: "folder", folder: data });
    const { rows } = await sql<{
      path: string;
    }>`select pg_relation_filepath('pop_settings') as path`.execute(pop.database);
    await pop.close();
    await rm(join(data, "database", rows[0]?.path ?? ""));
    await expectRefused({ data }, damaged);
  });
});
