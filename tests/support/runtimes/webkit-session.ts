import { type ChildProcess, spawn } from "node:child_process";
import { object, parse, string, unknown } from "valibot";
import { eventTimeout } from "../patience.ts";
import { freePort, stopProgram, waitForOutput } from "./processes.ts";

/** The programs for a WebKit without a screen. */
export interface WebkitPrograms {
  readonly driver: string;
  readonly browser: string;
  readonly display: string;
}

const responseSchema = object({ value: unknown() });
const sessionSchema = object({ sessionId: string() });
/** Milliseconds between two checks whether the driver has started. */
const startInterval = 50;
/** The time in milliseconds in which a healthy browser exits. */
const farewell = 5_000;

/** The installed WebKitGTK, driven by WebDriver (W3C): JSON over HTTP, on a virtual display. */
export class WebkitSession {
  readonly #display: ChildProcess;
  readonly #driver: ChildProcess;
  readonly #session: string;

  private constructor(display: ChildProcess, driver: ChildProcess, session: string) {
    this.#display = display;
    this.#driver = driver;
    this.#session = session;
  }

  static async start(programs: WebkitPrograms): Promise<WebkitSession> {
    const displayArgs = ["-displayfd", "1", "-screen", "0", "1280x800x24", "-nolisten", "tcp"];
    const display = spawn(programs.display, displayArgs, { stdio: ["ignore", "pipe", "ignore"] });
    let driver: ChildProcess | undefined;
    try {
      const [, displayNumber = ""] = await waitForOutput(display, /(\d+)\n/);
      const port = await freePort();
      const origin = `http://127.0.0.1:${port}`;
      driver = startDriver(programs.driver, port, displayNumber);
      await untilReady(origin);
      const options = { binary: programs.browser, args: ["--automation"] };
      const capabilities = { alwaysMatch: { browserName: "MiniBrowser", "webkitgtk:browserOptions": options } };
      const { sessionId } = parse(sessionSchema, await call("POST", `${origin}/session`, { capabilities }));
      return new WebkitSession(display, driver, `${origin}/session/${sessionId}`);
    } catch (error) {
      await stopProgram(driver);
      await stopProgram(display);
      throw error;
    }
  }

  /**
   * One command of the WebDriver protocol, by its path after the session's. The signal aborts the wait for its
   * response.
   */
  command(method: string, path: string, body?: object, signal?: AbortSignal): Promise<unknown> {
    return call(method, this.#session + path, body, signal);
  }

  async close(): Promise<void> {
    // A browser that has exited cannot be closed; stopping its driver is enough.
    await call("DELETE", this.#session, undefined, AbortSignal.timeout(farewell)).catch(() => undefined);
    await stopProgram(this.#driver);
    await stopProgram(this.#display);
  }
}

function startDriver(program: string, port: number, display: string): ChildProcess {
  return spawn(program, [`--port=${port}`, "--host=127.0.0.1"], {
    stdio: "ignore",
    env: {
      ...process.env,
      DISPLAY: `:${display}`,
      GDK_BACKEND: "x11",
      WEBKIT_DISABLE_DMABUF_RENDERER: "1",
      // The sandbox does not work in containers; the pages are this project's own.
      WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: "1",
    },
  });
}

async function untilReady(origin: string): Promise<void> {
  for (let waited = 0; ; waited += startInterval) {
    try {
      await call("GET", `${origin}/status`);
      return;
    } catch (error) {
      if (waited >= eventTimeout) throw new Error("WebKitWebDriver did not start.", { cause: error });
      await new Promise((resolve) => setTimeout(resolve, startInterval));
    }
  }
}

async function call(method: string, url: string, body?: object, signal?: AbortSignal): Promise<unknown> {
  const content = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await fetch(url, { method, signal: signal ?? null, ...content });
  const { value } = parse(responseSchema, await response.json());
  if (!response.ok) throw new Error(`WebKitWebDriver refused ${method} ${url}: ${JSON.stringify(value)}`);
  return value;
}
