import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { object, optional, parse, string, unknown } from "valibot";
import { WebSocket } from "ws";
import { stopProgram, waitForOutput } from "./processes.ts";

/** Disables the browser's own traffic; these tests use no network. */
const preferences = {
  "app.update.enabled": false,
  "browser.safebrowsing.update.enabled": false,
  "browser.shell.checkDefaultBrowser": false,
  "datareporting.policy.dataSubmissionEnabled": false,
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
  "services.settings.server": "data:,",
  "toolkit.telemetry.enabled": false,
};

const messageSchema = object({
  id: optional(unknown()),
  type: optional(string()),
  message: optional(string()),
  result: optional(unknown()),
});
const contextSchema = object({ context: string() });

/** The installed Firefox, driven by WebDriver BiDi (W3C): a WebSocket that the browser itself serves. */
export class FirefoxSession {
  readonly #program: ChildProcess;
  readonly #profile: string;
  readonly #socket: WebSocket;
  #lastCommand = 0;

  private constructor(program: ChildProcess, profile: string, socket: WebSocket) {
    this.#program = program;
    this.#profile = profile;
    this.#socket = socket;
  }

  static async start(binary: string): Promise<FirefoxSession> {
    const profile = await mkdtemp(join(tmpdir(), "firefox-"));
    const lines = Object.entries(preferences).map(
      ([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});\n`,
    );
    await writeFile(join(profile, "user.js"), lines.join(""));
    const args = ["--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", "0"];
    const program = spawn(binary, args, { stdio: ["ignore", "pipe", "pipe"] });
    try {
      const [, address] = await waitForOutput(program, /WebDriver BiDi listening on (ws:\S+)/);
      const session = new FirefoxSession(program, profile, await connect(`${address}/session`));
      await session.command("session.new", { capabilities: {} });
      return session;
    } catch (error) {
      await stopProgram(program);
      await rm(profile, { recursive: true, force: true });
      throw error;
    }
  }

  /** Opens a new tab, and returns its id. */
  async openTab(): Promise<string> {
    return parse(contextSchema, await this.command("browsingContext.create", { type: "tab" })).context;
  }

  command(method: string, params: object): Promise<unknown> {
    this.#lastCommand += 1;
    const id = this.#lastCommand;
    return new Promise((resolve, reject) => {
      const response = (data: Buffer): void => {
        const message = parse(messageSchema, JSON.parse(data.toString()));
        if (message.id !== id) return;
        this.#socket.off("message", response);
        if (message.type === "error") reject(new Error(`Firefox refused ${method}: ${message.message}`));
        else resolve(message.result);
      };
      this.#socket.on("message", response);
      this.#socket.send(JSON.stringify({ id, method, params }));
    });
  }

  async close(): Promise<void> {
    this.#socket.close();
    await stopProgram(this.#program);
    await rm(this.#profile, { recursive: true, force: true });
  }
}

async function connect(address: string): Promise<WebSocket> {
  const socket = new WebSocket(address);
  await new Promise((resolve, reject) => {
    socket.once("open", resolve);
    socket.once("error", reject);
  });
  return socket;
}
