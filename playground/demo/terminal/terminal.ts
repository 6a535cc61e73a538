import { styleText } from "node:util";
import { type Column, tableLines } from "./table.ts";
import { truncate, wrap } from "./text.ts";

/** `process.stdout`, or anything else with a `write` method. */
export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

type Format = Parameters<typeof styleText>[0];

const indent = "   ";
const narrowest = 72;
const widest = 120;
const eraseLine = "\r\u001B[2K";

/** Prints with colours and a progress line on a terminal, and plain lines elsewhere. */
export class Terminal {
  readonly #output: Output;
  readonly #colours: boolean;
  #progressShown = false;

  /** `noColor` is the value of the environment variable NO_COLOR. If it is not empty, colours are off. */
  constructor(output: Output, noColor: string | undefined) {
    this.#output = output;
    this.#colours = output.isTTY === true && (noColor === undefined || noColor === "");
  }

  /** Columns of a line, without the indentation. */
  get width(): number {
    return Math.min(Math.max(this.#output.columns ?? 100, narrowest), widest) - indent.length;
  }

  heading(text: string): void {
    this.#write("");
    this.#write(this.#paint("bold", text));
  }

  /** Prints a dimmed paragraph. */
  explain(text: string): void {
    for (const line of wrap(text, this.width)) this.#write(this.#paint("dim", indent + line));
  }

  line(text: string): void {
    this.#write(indent + text);
  }

  success(text: string): void {
    this.#write(`${this.#paint("green", " ✓")} ${text}`);
  }

  failure(text: string): void {
    this.#write(`${this.#paint("red", " ✗")} ${text}`);
  }

  table(columns: readonly Column[], rows: readonly (readonly string[])[]): void {
    const [titles = "", rule = "", ...lines] = tableLines(columns, rows, this.width);
    this.#write(indent + this.#paint("cyan", titles));
    this.#write(indent + this.#paint("dim", rule));
    for (const line of lines) this.line(line);
  }

  /** Shows a progress bar on a terminal. The next line overwrites it. */
  progress(done: number, total: number, unit: string): void {
    if (this.#output.isTTY !== true) return;
    const filled = total === 0 ? 20 : Math.round((done / total) * 20);
    const bar = `${"█".repeat(filled)}${"░".repeat(20 - filled)} ${done} of ${total} ${unit}`;
    this.#output.write(eraseLine + this.#paint("cyan", indent + truncate(bar, this.width)));
    this.#progressShown = true;
  }

  #write(line: string): void {
    const before = this.#progressShown ? eraseLine : "";
    this.#progressShown = false;
    this.#output.write(`${before}${line}\n`);
  }

  #paint(format: Format, text: string): string {
    return this.#colours ? styleText(format, text, { validateStream: false }) : text;
  }
}
