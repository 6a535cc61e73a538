import { describe, expect, test } from "vitest";
import { tableLines } from "../../../playground/demo/terminal/table.ts";
import { Terminal } from "../../../playground/demo/terminal/terminal.ts";
import { fit, truncate, wrap } from "../../../playground/demo/terminal/text.ts";

const escape = "\u001B";

function collector(isTTY: boolean, columns = 80) {
  const written: string[] = [];
  return { isTTY, columns, write: (text: string) => written.push(text), text: () => written.join("") };
}

describe("text", () => {
  test.each([
    { text: "Ann", width: 6, left: "Ann   ", right: "   Ann" },
    { text: "中村さくら", width: 12, left: "中村さくら  ", right: "  中村さくら" },
    { text: "中村さくら", width: 6, left: "中村… ", right: " 中村…" },
    { text: "한국어", width: 6, left: "한국어", right: "한국어" },
    { text: "Nguye\u0302\u0303n", width: 7, left: "Nguye\u0302\u0303n ", right: " Nguye\u0302\u0303n" },
    { text: "👩‍👩‍👧 family", width: 5, left: "👩‍👩‍👧 f…", right: "👩‍👩‍👧 f…" },
    { text: "", width: 2, left: "  ", right: "  " },
    { text: "cut off", width: 1, left: "…", right: "…" },
  ])("$text takes $width columns", ({ text, width, left, right }) => {
    expect(fit(text, width)).toBe(left);
    expect(fit(text, width, "right")).toBe(right);
  });

  test("a text that fits is not truncated", () => {
    expect(truncate("中村", 4)).toBe("中村");
    expect(truncate("中村", 3)).toBe("中…");
  });

  test("lines break between words, and a long word is on its own line", () => {
    expect(wrap("one two incomprehensibilities three", 8)).toEqual(["one two", "incomprehensibilities", "three"]);
  });
});

describe("table", () => {
  const columns = [{ title: "name" }, { title: "records", align: "right" }] as const;

  test("columns line up under wide characters", () => {
    const rows = [
      ["中村さくら", "7"],
      ["Ann", "1,200"],
    ];
    expect(tableLines(columns, rows, 80)).toEqual([
      "name        records",
      "──────────  ───────",
      "中村さくら        7",
      "Ann           1,200",
    ]);
  });

  test("the widest column shrinks to the width of the terminal", () => {
    expect(tableLines(columns, [["x".repeat(200), "1"]], 30)).toEqual([
      `name${" ".repeat(17)}  records`,
      `${"─".repeat(21)}  ${"─".repeat(7)}`,
      `${"x".repeat(20)}…        1`,
    ]);
  });
});

describe("terminal", () => {
  test("on a terminal, progress is a line that the next one overwrites", () => {
    const output = collector(true);
    const terminal = new Terminal(output, undefined);
    terminal.progress(1, 2, "records");
    terminal.line("done");
    expect(output.text()).toContain("1 of 2 records");
    expect(output.text().endsWith(`\r${escape}[2K   done\n`)).toBe(true);
  });

  test("otherwise there is no progress, no colour, no control character", () => {
    const output = collector(false);
    const terminal = new Terminal(output, undefined);
    terminal.heading("heading");
    terminal.progress(1, 2, "records");
    terminal.success("done");
    expect(output.text()).toBe("\nheading\n ✓ done\n");
  });

  test.each([
    { noColor: undefined, coloured: true },
    { noColor: "", coloured: true },
    { noColor: "1", coloured: false },
  ])("with NO_COLOR=$noColor, colours are $coloured", ({ noColor, coloured }) => {
    const output = collector(true);
    new Terminal(output, noColor).heading("heading");
    expect(output.text().includes(`${escape}[`)).toBe(coloured);
  });
});
