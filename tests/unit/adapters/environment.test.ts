import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { output } from "../../support/runtimes/processes.ts";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const program = here("programs/environment.ts");
const deno = here("../../../node_modules/.bin/deno");
const inDeno = ["run", "--no-remote", "--no-prompt", "--node-modules-dir=manual"];

const byKey = {
  INC_ENVIRONMENT_ID: "environment-1",
  INC_API_KEY: "key-1",
  INC_ENDPOINT: "https://pop.example.com/",
};
const byClient = { ...byKey, INC_CLIENT_ID: "client-1", INC_CLIENT_SECRET: "client-secret-1" };

/** The output of the program in a process with these variables and no others of this package. */
function printed(
  command: string,
  args: readonly string[],
  variables: Readonly<Record<string, string>>,
): Promise<string> {
  const none = { INC_ENVIRONMENT_ID: "", INC_API_KEY: "", INC_CLIENT_ID: "", INC_CLIENT_SECRET: "", INC_ENDPOINT: "" };
  return output(command, [...args, program], { env: { ...none, ...variables } });
}

const runtimes: [name: string, command: string, args: readonly string[]][] = [
  ["Node.js", process.execPath, ["--import", "tsx"]],
  ["Bun", here("../../../node_modules/.bin/bun"), ["run"]],
  ["Deno with the permission", deno, [...inDeno, "--allow-env"]],
];

const find = "https://pop.example.com/v2/storage/records/de/find";

describe.each(runtimes)("in %s", (_, command, args) => {
  it("an API key, an environment and an endpoint come from INC_* variables", async () => {
    expect(JSON.parse(await printed(command, args, byKey))).toStrictEqual([
      { url: find, authorization: "Bearer key-1", environmentId: "environment-1" },
    ]);
  });

  it("client credentials do too, and take precedence over an API key", async () => {
    expect(JSON.parse(await printed(command, args, byClient))).toStrictEqual([
      {
        url: "https://auth-emea.incountry.com/oauth2/token",
        authorization: `Basic ${btoa("client-1:client-secret-1")}`,
        environmentId: null,
      },
      { url: find, authorization: "Bearer a-token", environmentId: "environment-1" },
    ]);
  });

  it("without any, the error names what to pass or set", async () => {
    expect(await printed(command, args, {})).toContain(
      "StorageConfigError: `environmentId` is required: set the option, or INC_ENVIRONMENT_ID in the environment.",
    );
    expect(await printed(command, args, { INC_ENVIRONMENT_ID: "environment-1" })).toContain(
      "StorageConfigError: Credentials are required: ",
    );
  });

  it.each([
    [{ INC_ENVIRONMENT_ID: "two\nlines" }, "INC_ENVIRONMENT_ID: must be non-empty ASCII text"],
    [{ INC_API_KEY: "ключ" }, "INC_API_KEY: must be non-empty ASCII text"],
    [{ INC_ENDPOINT: "pop.example.com" }, "INC_ENDPOINT: must be an absolute http or https URL"],
  ])("an invalid one is named: %o", async (wrong, expected) => {
    const text = await printed(command, args, { ...byKey, ...wrong });
    expect(text).toContain("StorageConfigError: Invalid environment variable: ");
    expect(text).toContain(expected);
  });
});

describe("in Deno", () => {
  it("without the permission they are silently absent", async () => {
    expect(await printed(deno, inDeno, byKey)).toContain("StorageConfigError: `environmentId` is required");
  });

  it("with the permission for some, the others are absent", async () => {
    const allowed = [...inDeno, "--allow-env=INC_ENVIRONMENT_ID"];
    expect(await printed(deno, allowed, byKey)).toContain("StorageConfigError: Credentials are required");
  });
});
