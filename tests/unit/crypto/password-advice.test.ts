import { type LogLevel, type SecretsInput, Storage } from "incountry-storage";
import { describe, expect, it } from "vitest";
import { cannedPop } from "../../support/canned-pop.ts";

/** The lines in the log, except requests, while records are written with some secrets. */
async function linesOf(...responses: SecretsInput[]): Promise<[LogLevel, string][]> {
  const lines: [LogLevel, string][] = [];
  let calls = 0;
  const storage = new Storage({
    environmentId: "advice",
    endpoint: "https://pop.example",
    apiKey: "key",
    fetch: cannedPop("OK").fetch,
    getSecrets: () => {
      calls += 1;
      return responses[(calls - 1) % responses.length] ?? "";
    },
    logger: { write: (level, message, meta) => void (meta === undefined && lines.push([level, message])) },
  });
  for (let call = 0; call < 6; call += 1) await storage.write("us", { recordKey: "one" });
  return lines;
}

const strong = "correct horse battery staple";
const cure = "Use a key of 32 random bytes as the current secret, with isKey: true: it cannot be guessed.";

describe("a password", () => {
  it("with few rounds is reported once, at debug level, with the remedy", async () => {
    const lines = await linesOf(strong);
    expect(lines).toStrictEqual([
      ["debug", expect.stringMatching(/version 0, is a password\. .* 10,000 rounds of PBKDF2/)],
    ]);
    expect(lines[0]?.[1].endsWith(cure)).toBe(true);
    expect(lines[0]?.[1]).not.toContain(strong);
  });

  it.each(["hunter2", "a".repeat(40), "passwordpassword".slice(0, 15), "ababababababababababab", "пароль"])(
    "that is weak is reported once, and not shown",
    async (weak) => {
      const lines = await linesOf(weak);
      expect(lines).toStrictEqual([
        ["debug", expect.stringContaining("PBKDF2")],
        [
          "debug",
          expect.stringContaining("version 0, is a weak password: it is short or has few different characters"),
        ],
      ]);
      expect(lines.every(([, message]) => message.endsWith(cure))).toBe(true);
      expect(lines.some(([, message]) => message.replace(cure, "").includes(` ${weak}`))).toBe(false);
    },
  );

  it("is reported once for each version that becomes current", async () => {
    const secrets = [
      { secret: strong, version: 4 },
      { secret: `${strong} two`, version: 5 },
    ];
    const lines = await linesOf({ currentVersion: 4, secrets }, { currentVersion: 5, secrets });
    expect(lines.map(([, message]) => /version \d/.exec(message)?.[0])).toStrictEqual(["version 4", "version 5"]);
  });
});

describe("a key", () => {
  it("is not reported, nor are the passwords before it", async () => {
    const secrets = [
      { secret: "hunter2", version: 1 },
      { secret: new Uint8Array(32), version: 2, isKey: true },
    ];
    expect(await linesOf({ currentVersion: 2, secrets })).toStrictEqual([]);
  });
});
