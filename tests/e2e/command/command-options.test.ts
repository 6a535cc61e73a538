import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { UsageError } from "incountry-playground";
import { describe, expect, it } from "vitest";
import { commandOptions, usage } from "../../../playground/pop/node/command-options.ts";
import { temporaryFolder } from "../../contract/support/folders.ts";
import { firstEnvironment } from "../../contract/support/suite.ts";

describe("the options of the command", () => {
  it.each<[string[], Record<string, string>, object]>([
    [[], {}, { host: "127.0.0.1", port: 4750, data: ".pop" }],
    [["--port", "0", "--host", "::1"], {}, { host: "::1", port: 0, data: ".pop" }],
    [["--memory"], {}, { host: "127.0.0.1", port: 4750, memory: true }],
    [["--data=here"], {}, { host: "127.0.0.1", port: 4750, data: "here" }],
    [["--database", "postgres://x"], {}, { host: "127.0.0.1", port: 4750, database: "postgres://x" }],
    [[], { DATABASE_URL: "postgres://y" }, { host: "127.0.0.1", port: 4750, database: "postgres://y" }],
    [[], { DATABASE_URL: "" }, { host: "127.0.0.1", port: 4750, data: ".pop" }],
    [["--memory"], { DATABASE_URL: "postgres://y" }, { host: "127.0.0.1", port: 4750, memory: true }],
    [["--data", "here"], { DATABASE_URL: "postgres://y" }, { host: "127.0.0.1", port: 4750, data: "here" }],
  ])("of %j with %j are parsed as %j", async (args, environment, options) => {
    expect(await commandOptions(args, environment)).toEqual(options);
  });

  it("are all in the usage text", async () => {
    expect(await commandOptions(["--help"], {})).toBe("help");
    for (const option of ["port", "host", "data", "memory", "database", "environments", "countries"]) {
      expect(usage).toContain(`--${option}`);
    }
  });

  it("are read from the files of environments and countries", async () => {
    const folder = await temporaryFolder();
    const [environments, countries] = [join(folder, "environments.json"), join(folder, "countries.json")];
    await writeFile(environments, JSON.stringify([firstEnvironment]));
    await writeFile(
      countries,
      JSON.stringify({ countries: [{ id: "DE", name: "Germany", direct: true, region: "EMEA" }] }),
    );
    expect(await commandOptions(["--environments", environments, "--countries", countries], {})).toMatchObject({
      environments: [firstEnvironment],
      countries: [{ id: "DE", name: "Germany", direct: true, region: "EMEA" }],
    });
  });
});

async function expectError(args: readonly string[], message: RegExp): Promise<void> {
  const refused = commandOptions(args, {});
  await expect(refused).rejects.toThrow(UsageError);
  await expect(refused).rejects.toThrow(message);
}

describe("invalid options of the command are rejected with the remedy", () => {
  it.each<[string[], RegExp]>([
    [["--nope"], /^Unknown option '--nope'.*--help/],
    [["file"], /'file'.*--help/],
    [["--port"], /--port.*--help/],
    [["--port", "abc"], /--port must be a number/],
    [["--port", "-1"], /--help/],
    [["--port", "65536"], /--port must be a number/],
    [["--memory", "--data", "x"], /only one of/],
  ])("%j", async (args, message) => {
    await expectError(args, message);
  });

  const file = "settings.json";

  it.each<[string, string, string | undefined, RegExp]>([
    ["a missing file", "--environments", undefined, /--environments cannot be read \(ENOENT\)/],
    ["a file that is not JSON", "--countries", "{", /--countries cannot be read \(it is not JSON\)/],
    ["no environment", "--environments", "[]", /must hold at least one environment/],
    ["no list", "--environments", "{}", /environments is invalid: it must be a list/],
    [
      "an empty credential",
      "--environments",
      JSON.stringify([{ ...firstEnvironment, apiKey: "" }]),
      /0\.apiKey must not be empty/,
    ],
    [
      "an unknown setting",
      "--environments",
      JSON.stringify([{ ...firstEnvironment, key: "" }]),
      /0\.key is not known here/,
    ],
    ["a missing one", "--environments", '[{"id": "a"}]', /0\.clientId is required.*0\.clientSecret is required/],
    [
      "an environment twice",
      "--environments",
      JSON.stringify([firstEnvironment, firstEnvironment]),
      /same id twice.*same clientId twice.*same apiKey twice/,
    ],
    ["no countries", "--countries", "{}", /must be an object with the list countries/],
    [
      "an invalid country",
      "--countries",
      '{"countries": [{"id": "deu", "name": 1}]}',
      /countries\.0\.id must have two letters.*countries\.0\.name must be a string/,
    ],
  ])("%s", async (_title, option, content, message) => {
    const path = join(await temporaryFolder(), file);
    if (content !== undefined) await writeFile(path, content);
    await expectError([option, path], message);
  });
});
