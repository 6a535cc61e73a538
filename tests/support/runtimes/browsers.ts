import { playwright } from "@vitest/browser-playwright";
import type { BrowserProviderOption } from "vitest/node";
import { chromiumFlags, chromiumProgram, firefoxProgram, webkitPrograms } from "./browser-programs.ts";
import { firefox } from "./firefox.ts";
import { webkit } from "./webkit.ts";

/** A browser of the test matrix on this machine. */
export interface Browser {
  readonly name: "chromium" | "firefox" | "webkit";
  /** The provider that drives it; undefined if it is not installed. */
  readonly provider: BrowserProviderOption | undefined;
  /** How to install it. */
  readonly install: string;
}

export const browsers: readonly Browser[] = [
  {
    name: "chromium",
    provider:
      chromiumProgram === undefined
        ? undefined
        : playwright({ launchOptions: { executablePath: chromiumProgram, args: chromiumFlags } }),
    install: "apt-get install chromium-headless-shell, or set CHROMIUM_PATH to a Chromium or Chrome",
  },
  {
    name: "firefox",
    provider: firefoxProgram === undefined ? undefined : firefox(firefoxProgram),
    install: "apt-get install firefox-esr, or set FIREFOX_PATH to a Firefox",
  },
  {
    name: "webkit",
    provider: webkitPrograms === undefined ? undefined : webkit(webkitPrograms),
    install: "apt-get install webkit2gtk-driver xvfb",
  },
];
