import { mkdir, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { createPop, defaultEnvironment, startPop } from "incountry-playground";
import { afterEach, describe, expect, it } from "vitest";
import { queryNumber } from "../../contract/support/closed-database.ts";
import { endCommands, startCommand, startScript } from "../../contract/support/command.ts";
import { temporaryFolder } from "../../contract/support/folders.ts";
import { firstEnvironment } from "../../contract/support/suite.ts";
import { freePort } from "../../support/runtimes/processes.ts";

afterEach(endCommands);

describe("the command", () => {
  it("prints its address first, keeps its data in the folder, and exits cleanly on SIGTERM and SIGINT", async () => {
    const folder = join(await temporaryFolder(), "made", "for", "it");
    const first = startCommand(["--data", folder, "--port", "0"]);
    const caller = await first.caller();
    expect((await caller.write("de", { record_key: "k" })).status).toBe(200);
    expect(await first.end("SIGTERM")).toEqual({
      code: 0,
      signal: null,
      stdout: `PoP listening on ${caller.url}\n`,
      stderr: "",
    });
    const second = startCommand(["--data", folder, "--port", "0"]);
    expect((await (await second.caller()).read("de", "k")).status).toBe(200);
    expect((await second.end("SIGINT")).code).toBe(0);
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

  it("warns if other machines can reach it with the well-known credentials", async () => {
    const command = startCommand(["--memory", "--port", "0", "--host", "0.0.0.0"]);
    await command.url();
    const { stderr, stdout } = await command.end("SIGTERM");
    expect(stderr).toMatch(/^Warning: .*--environments FILE\.\n$/);
    expect(stdout).toMatch(/^PoP listening on http:\/\/0\.0\.0\.0:\d+\n$/);
  });
});

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
    refused: () => expect.poll(() => refuses(Number(port), hostname), { timeout: 5_000 }).toBe(true),
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

describe("requests in flight finish", () => {
  it("when the command gets a signal", async () => {
    const command = startCommand(["--memory", "--port", "0"]);
    const write = await startWrite(await command.url());
    command.process.kill("SIGTERM");
    await write.refused();
    expectWritten(await write.finish());
    expect((await command.ended).code).toBe(0);
  });

  it("when it gets the signal twice, as under a shell that forwards the terminal's signal", async () => {
    const command = startCommand(["--memory", "--port", "0"]);
    const write = await startWrite(await command.url());
    command.process.kill("SIGINT");
    command.process.kill("SIGTERM");
    await write.refused();
    expectWritten(await write.finish());
    expect((await command.ended).code).toBe(0);
  });

  it("unless it gets another signal later", async () => {
    const command = startCommand(["--memory", "--port", "0"]);
    const write = await startWrite(await command.url());
    command.process.kill("SIGINT");
    await write.refused();
    await wait(1_200);
    expect((await command.end("SIGINT")).code).toBe(1);
    expect(await write.finish()).not.toContain("200 OK");
  });

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
  it("if the port is in use", async () => {
    const server = await startPop({ memory: true, port: 0 });
    await expectError(["--memory", "--port", String(server.port)], /Port \d+ is in use.*--port 0/);
    await server.close();
  });

  it("if the data folder is in use", async () => {
    const folder = await temporaryFolder();
    const pop = await createPop({ data: folder });
    await expectError(["--data", folder, "--port", "0"], /in use by process \d+.*choose another folder/);
    await pop.close();
  });

  it("if the database cannot be reached, without showing its URL", async () => {
    const url = `postgres://user:hidden-password@127.0.0.1:${await freePort()}/pop`;
    await expectError([], /^(?!.*hidden-password).*does not respond.*--database or DATABASE_URL/, {
      DATABASE_URL: url,
    });
  });

  it.each(["@127.0.0.1:999999/pop", "%ff@127.0.0.1/pop"])("if the database's URL is invalid: …%s", async (rest) => {
    const url = `postgres://user:hidden-password${rest}`;
    await expectError(["--database", url], /^(?!.*hidden-password).*URL is invalid.*--database or DATABASE_URL/);
  });

  it("if the data folder is a file, or is inside one", async () => {
    const file = join(await temporaryFolder(), "file");
    await writeFile(file, "");
    for (const path of [file, join(file, "folder")]) {
      await expectError(["--data", path, "--port", "0"], /cannot be used \(E[A-Z]+\)\. Choose a folder/);
    }
  });

  it("if the database in the data folder does not start", async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, "database"));
    await writeFile(join(folder, "database", "PG_VERSION"), "what is this");
    await expectError(["--data", folder, "--port", "0"], /is damaged\. Restore the folder from a copy, or choose/);
  });

  it("if a file of that database is lost", { timeout: 60_000 }, async () => {
    const folder = await temporaryFolder();
    await (await createPop({ data: folder })).close();
    const database = await queryNumber(
      folder,
      "select oid::int as value from pg_database where datname = current_database()",
    );
    const file = await queryNumber(folder, "select pg_relation_filenode('pop_settings')::int as value");
    await rm(join(folder, "database", "base", String(database), String(file)));
    await expectError(["--data", folder, "--port", "0"], /is damaged\. Restore the folder from a copy, or choose/);
  });

  it("if its options are invalid", async () => {
    await expectError(["--nope"], /'--nope'.*--help/);
  });
});
