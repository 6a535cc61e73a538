import { assert, property, string } from "fast-check";
import { describe, expect, it } from "vitest";
import { multipart } from "../../../src/files/multipart.ts";
import { fileNameOf, safeFileName } from "../../../src/files/names.ts";

const decoder = new TextDecoder();

function headersOf(name: string, type?: string): string[] {
  return decoder.decode(multipart({ name, type }).head).split("\r\n");
}

describe("the head of a form", () => {
  it("has the names of the part and the file, and the type if there is one", () => {
    const { contentType, head, tail } = multipart({ name: "scan.png", type: "image/png" });
    const boundary = contentType.replace("multipart/form-data; boundary=", "");
    expect(boundary).toMatch(/^[\w-]{1,70}$/);
    expect(decoder.decode(head)).toBe(
      `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="scan.png"\r\nContent-Type: image/png\r\n\r\n`,
    );
    expect(decoder.decode(tail)).toBe(`\r\n--${boundary}--\r\n`);
    expect(headersOf("scan")).toHaveLength(4);
  });

  const names: [name: string, parameters: string][] = [
    ["旅券 – scan (1).png", 'filename="旅券 – scan (1).png"'],
    ["a/b; c=d, e", 'filename="a/b; c=d, e"'],
    ['a"b', `filename="a%22b"; filename*=UTF-8''a%22b`],
    ["a%22b", `filename="a%22b"; filename*=UTF-8''a%2522b`],
    ["a\r\nX-Evil: 1", `filename="a%0D%0AX-Evil: 1"; filename*=UTF-8''a%0D%0AX-Evil%3A%201`],
    ["a\\b", `filename="a\\b"; filename*=UTF-8''a%5Cb`],
    ["100 % é'()*", `filename="100 % é'()*"; filename*=UTF-8''100%20%25%20%C3%A9%27%28%29%2A`],
  ];

  it.each(names)("escapes %j unambiguously", (name, parameters) => {
    expect(headersOf(name)[1]).toBe(`Content-Disposition: form-data; name="file"; ${parameters}`);
  });

  it("remains a single head, whatever the name", () => {
    assert(
      property(string({ unit: "binary", minLength: 1 }), (name) => {
        expect(headersOf(name)).toHaveLength(4);
      }),
    );
  });
});

describe("the name in a content-disposition", () => {
  const headers: [header: string | null, name: string | undefined][] = [
    [null, undefined],
    ["attachment", undefined],
    ["attachment; filename=plain.txt", "plain.txt"],
    ['attachment; filename="quoted; \\"name\\".txt"', 'quoted; "name".txt'],
    ["attachment; filename*=UTF-8''%E6%97%85%E5%88%B8.png", "旅券.png"],
    ["attachment; filename*=utf-8'ja'%E6%97%85%E5%88%B8.png", "旅券.png"],
    ["attachment; filename*=iso-8859-1''na%EFve.txt", "naïve.txt"],
    [`attachment; filename="fallback.txt"; filename*=UTF-8''%E6%97%85.txt`, "旅.txt"],
    ["attachment; filename*=UTF-8''%FF%FE; filename=fallback.txt", "fallback.txt"],
    ["attachment; filename*=koi8-r''%D0; filename=fallback.txt", "fallback.txt"],
    ['attachment; FILENAME = "spaced.txt"', "spaced.txt"],
    // Raw UTF-8, as platforms return it: one character for each byte.
    ['attachment; filename="Ã©tÃ©.txt"', "été.txt"],
    ['attachment; filename="\xe9t\xe9.txt"', "\xe9t\xe9.txt"],
    ['attachment; filename=""', undefined],
  ];

  it.each(headers)("%j is %j", (header, name) => {
    expect(fileNameOf(header)).toBe(name);
  });
});

describe("a safe file name", () => {
  const names: [name: string, safe: string][] = [
    ["passport.png", "passport.png"],
    ["旅券 (1).png", "旅券 (1).png"],
    ["../../etc/passwd", "_.._etc_passwd"],
    ["/etc/passwd", "_etc_passwd"],
    ["C:\\Windows\\system32.dll", "C__Windows_system32.dll"],
    ["..", "attachment"],
    [".bashrc", "bashrc"],
    ["   ", "attachment"],
    ["ends with a dot. ", "ends with a dot"],
    ["NUL", "_NUL"],
    ["com1.txt", "_com1.txt"],
    ["console.txt", "console.txt"],
    ["CON .txt", "_CON .txt"],
    ["conin$", "_conin$"],
    ["CONOUT$.log", "_CONOUT$.log"],
    ["COM¹", "_COM¹"],
    ["lpt³.txt", "_lpt³.txt"],
    [`CON${" ".repeat(300)}x.txt`, "_CON.txt"],
    ["line\r\nbreak\0.txt", "line__break_.txt"],
    ["photo\u202egpj.exe", "photo_gpj.exe"],
    ['<a href="x">|?*', "_a href=_x_____"],
  ];

  it.each(names)("%j becomes %j", (name, safe) => {
    expect(safeFileName(name)).toBe(safe);
  });

  it("is never longer than file systems allow, and keeps its extension", () => {
    const safe = safeFileName(`${"旅".repeat(300)}.png`);
    expect(new TextEncoder().encode(safe).length).toBeLessThanOrEqual(255);
    expect(safe).toMatch(/^旅+\.png$/);
  });

  it.each(["con.", "com1.", "NUL ."])("is no longer than that even if it begins like a device name: %j", (device) => {
    for (const filler of ["a", "旅"]) {
      const safe = safeFileName(device + filler.repeat(300));
      expect(new TextEncoder().encode(safe).length).toBeLessThanOrEqual(255);
      expect(safe.startsWith(`_${device}${filler}`)).toBe(true);
      expect(safeFileName(safe)).toBe(safe);
    }
  });

  it("is found for the longest names", () => {
    for (const filler of [" ", ". ", "a", "旅"]) {
      const safe = safeFileName(`passport${filler.repeat(1_000_000)}x.png`);
      expect(safe).toMatch(/^passport.*\.png$/);
      expect(safeFileName(safe)).toBe(safe);
    }
  });

  it("stays within its folder, whatever the name", () => {
    assert(
      property(string({ unit: "binary" }), (name) => {
        const safe = safeFileName(name);
        expect(safe).not.toMatch(/[/\\\0]|^\.|^$/);
        expect(safeFileName(safe)).toBe(safe);
      }),
    );
  });
});
