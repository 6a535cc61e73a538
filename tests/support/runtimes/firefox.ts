import { defineBrowserProvider } from "@vitest/browser";
import type { BrowserProvider, BrowserProviderOption } from "vitest/node";
import { FirefoxSession } from "./firefox-session.ts";
import { acceptViewport } from "./viewport.ts";

class Firefox implements BrowserProvider {
  readonly name = "firefox";
  readonly supportsParallelism = false;
  readonly #binary: string;
  #session: FirefoxSession | undefined;

  constructor(binary: string) {
    this.#binary = binary;
  }

  getCommandsContext(): Record<string, unknown> {
    return {};
  }

  async openPage(_sessionId: string, url: string): Promise<void> {
    this.#session ??= await FirefoxSession.start(this.#binary);
    const context = await this.#session.openTab();
    await this.#session.command("browsingContext.navigate", { context, url, wait: "none" });
  }

  async close(): Promise<void> {
    await this.#session?.close();
    this.#session = undefined;
  }
}

export const firefox = (binary: string): BrowserProviderOption =>
  defineBrowserProvider({
    name: "firefox",
    supportedBrowser: ["firefox"],
    providerFactory: (project) => {
      acceptViewport(project);
      return new Firefox(binary);
    },
  });
