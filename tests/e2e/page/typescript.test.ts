import { describe, expect, test } from "vitest";
import { programOf, typescriptOf } from "../../../playground/web/model/typescript.ts";

describe("a value as TypeScript", () => {
  test.each([
    ["text", '"text"'],
    ['with "quotes"\n', '"with \\"quotes\\"\\n"'],
    [5, "5"],
    [2n ** 60n, "1152921504606846976n"],
    [null, "null"],
    [new Date("2026-01-02T03:04:05.678Z"), 'new Date("2026-01-02T03:04:05.678Z")'],
    [["a", 1], '["a", 1]'],
    [{}, "{}"],
    [{ key1: "a", $not: null }, '{ key1: "a", $not: null }'],
    [{ "not-a-name": 1 }, '{ "not-a-name": 1 }'],
  ])("%o", (value, code) => {
    expect(typescriptOf(value)).toBe(code);
  });

  test("that is long has several lines", () => {
    const value = { recordKey: "x".repeat(50), inner: { body: "y".repeat(60) } };
    expect(typescriptOf(value).split("\n")).toEqual([
      "{",
      `  recordKey: "${"x".repeat(50)}",`,
      "  inner: {",
      `    body: "${"y".repeat(60)}",`,
      "  },",
      "}",
    ]);
  });
});

describe("a program", () => {
  const settings = {
    environmentId: "e",
    apiKey: "k",
    endpoint: "http://localhost",
    hashSearchKeys: true,
    normalizeKeys: false,
    currentVersion: 2,
    secrets: [
      { version: 1, kind: "password" as const },
      { version: 2, kind: "key" as const },
    ],
  };

  test("takes secrets from the environment", () => {
    const program = programOf("await storage.write();", settings);
    expect(program).toContain('{ version: 1, secret: process.env["SECRET_1"] ?? "" }');
    expect(program).toContain('{ version: 2, secret: process.env["SECRET_2"] ?? "", isKey: true }');
    expect(program).toContain("currentVersion: 2,");
    expect(program.endsWith("await storage.write();\n")).toBe(true);
  });

  test("sets only options that differ from the defaults, and omits secrets if there are none", () => {
    expect(programOf("", settings)).not.toMatch(/hashSearchKeys|normalizeKeys|encrypt/);
    const program = programOf("", { ...settings, hashSearchKeys: false, normalizeKeys: true, secrets: [] });
    expect(program).toMatch(/hashSearchKeys: false,\n\s*normalizeKeys: true,\n\s*encrypt: false/);
  });
});
