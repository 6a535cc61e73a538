import { styleText } from "node:util";
import { type Column, tableLines } from "./table.ts";
import { truncate, wrap } from "./text.ts";

/** What the demo writes to: `process.stdout`, or anything that takes text. */
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

/** Prints for people: in colour and with a progress line on a terminal, as plain lines anywhere else. */
export class Terminal {
  readonly #output: Output;
  readonly #colours: boolean;
  #progressShown = false;

  /** `noColor` is the value of the environment variable NO_COLOR: a text that is not empty turns colours off. */
  constructor(output: Output, noColor: string | undefined) {
    this.#output = output;
    this.#colours = output.isTTY === true && (noColor === undefined || noColor === "");
  }

  /** Columns that a line may take, the indentation taken off. */
  get width(): number {
    return Math.min(Math.max(this.#output.columns ?? 100, narrowest), widest) - indent.length;
  }

  heading(text: string): void {
    this.#write("");
    this.#write(this.#paint("bold", text));
  }

  /** What a step is about, in as many lines as it takes. */
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

  /** Shows how far a step is, on a terminal, in a line that the next one overwrites. */
  progress(done: number, total: number, what: string): void {
    if (this.#output.isTTY !== true) return;
    const filled = total === 0 ? 20 : Math.round((done / total) * 20);
    const bar = `${"█".repeat(filled)}${"░".repeat(20 - filled)} ${done} of ${total} ${what}`;
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
