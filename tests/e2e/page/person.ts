import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { number, object, parse, string } from "valibot";
import { eventTimeout } from "../../support/patience.ts";
import { root } from "./playground.ts";

/** A browser driven by one of the WebDriver protocols (W3C), which share the form of input actions. */
export interface Driver {
  open(url: string): Promise<void>;
  /** Evaluates an expression to a text. */
  evaluate(expression: string): Promise<string>;
  /** Moves, presses and types. */
  perform(actions: readonly object[]): Promise<void>;
  /** A PNG, in base64. */
  /** Absent if the driver does not take them reliably. */
  screenshot?(): Promise<string>;
  close(): Promise<void>;
}

const pause = 50;
const pointSchema = object({ x: number(), y: number() });

/** A user of the page, who points, types, and waits for what appears. */
export class Person {
  readonly #driver: Driver;

  constructor(driver: Driver) {
    this.#driver = driver;
  }

  /** Opens the page, and starts to record its errors. */
  async open(url: string): Promise<void> {
    await this.#driver.open(url);
    await this.#driver.evaluate(`(() => {
      const faults = (window.faults = []);
      addEventListener("error", ({ message }) => faults.push(message));
      addEventListener("unhandledrejection", ({ reason }) => faults.push(String(reason)));
      addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => faults.push(violatedDirective + " " + blockedURI));
      return "";
    })()`);
  }

  /** The errors of the page since it was opened. */
  async faults(): Promise<string> {
    return this.#driver.evaluate("JSON.stringify(window.faults)");
  }

  evaluate(expression: string): Promise<string> {
    return this.#driver.evaluate(expression);
  }

  async click(selector: string): Promise<void> {
    const { x, y } = await this.#pointOf(selector);
    await this.#driver.perform([
      {
        type: "pointer",
        id: "mouse",
        parameters: { pointerType: "mouse" },
        actions: [
          { type: "pointerMove", x, y },
          { type: "pointerDown", button: 0 },
          { type: "pointerUp", button: 0 },
        ],
      },
    ]);
  }

  /** Clicks the button or the link with this text. */
  async press(words: string): Promise<void> {
    const mark = `pressed-${words.replaceAll(/\W/g, "-")}`;
    await this.#until(
      `String([...document.querySelectorAll("button, a, summary, label")].some((element) => {
        if (element.textContent.trim() !== ${JSON.stringify(words)} || element.disabled || element.offsetParent === null) return false;
        element.dataset.pressed = ${JSON.stringify(mark)};
        return true;
      }))`,
      /true/,
      `a button with the text ${words}`,
    );
    await this.click(`[data-pressed="${mark}"]`);
  }

  /** Types a text into a field, replacing its content. */
  async fill(selector: string, text: string): Promise<void> {
    await this.click(selector);
    await this.#driver.evaluate(`(document.querySelector(${JSON.stringify(selector)}).select(), "")`);
    const keys = Array.from(text).flatMap((value) => [
      { type: "keyDown", value },
      { type: "keyUp", value },
    ]);
    await this.#driver.perform([{ type: "key", id: "keyboard", actions: keys }]);
  }

  /** Waits until the element has this text. */
  async see(selector: string, pattern: RegExp): Promise<void> {
    const expression = `document.querySelector(${JSON.stringify(selector)})?.textContent ?? ""`;
    await this.#until(expression, pattern, `${pattern} at ${selector}`);
  }

  async keepScreenshot(name: string): Promise<void> {
    const picture = await this.#driver.screenshot?.();
    if (picture === undefined) return;
    const folder = join(root, "artifacts", "page");
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, `${name}.png`), picture, "base64");
  }

  async #pointOf(selector: string): Promise<{ x: number; y: number }> {
    const found = `document.querySelector(${JSON.stringify(selector)})`;
    await this.#until(`String(${found} !== null && !${found}.disabled)`, /true/, selector);
    const point = await this.#driver.evaluate(`(() => {
      const element = ${found};
      element.scrollIntoView({ block: "center", behavior: "instant" });
      const { left, top, width, height } = element.getBoundingClientRect();
      return JSON.stringify({ x: Math.round(left + Math.min(width, 400) / 2), y: Math.round(top + height / 2) });
    })()`);
    return parse(pointSchema, JSON.parse(point));
  }

  async #until(expression: string, pattern: RegExp, wanted: string): Promise<void> {
    const start = Date.now();
    for (let seen = ""; ; ) {
      seen = parse(string(), await this.#driver.evaluate(expression));
      if (pattern.test(seen)) return;
      if (Date.now() - start > eventTimeout) throw new Error(`Timed out waiting for ${wanted}; shown: ${seen}`);
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}
