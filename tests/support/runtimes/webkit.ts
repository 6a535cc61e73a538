import { defineBrowserProvider } from "@vitest/browser";
import type { BrowserProvider, BrowserProviderOption } from "vitest/node";
import { acceptViewport } from "./viewport.ts";
import { type WebkitPrograms, WebkitSession } from "./webkit-session.ts";

class Webkit implements BrowserProvider {
  readonly name = "webkit";
  readonly supportsParallelism = false;
  readonly #programs: WebkitPrograms;
  #session: WebkitSession | undefined;

  constructor(programs: WebkitPrograms) {
    this.#programs = programs;
  }

  getCommandsContext(): Record<string, unknown> {
    return {};
  }

  async openPage(_sessionId: string, url: string): Promise<void> {
    this.#session ??= await WebkitSession.start(this.#programs);
    await this.#session.command("POST", "/url", { url });
  }

  async close(): Promise<void> {
    await this.#session?.close();
    this.#session = undefined;
  }
}

export const webkit = (programs: WebkitPrograms): BrowserProviderOption =>
  defineBrowserProvider({
    name: "webkit",
    supportedBrowser: ["webkit"],
    providerFactory: (project) => {
      acceptViewport(project);
      return new Webkit(programs);
    },
  });
