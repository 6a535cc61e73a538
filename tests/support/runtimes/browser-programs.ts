import { existsSync, readdirSync } from "node:fs";
import { findProgram } from "./processes.ts";
import type { WebkitPrograms } from "./webkit-session.ts";

const { env } = process;

/** Chromium's sandbox does not work as root, and its background services call hosts that tests must not contact. */
export const chromiumFlags: string[] = [
  ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** The paths of the installed browsers; undefined for those that are not installed. */
export const chromiumProgram: string | undefined = await findProgram([
  env["CHROMIUM_PATH"],
  // The same engine without the windows, which takes a third less time.
  "chromium-headless-shell",
  "chromium",
  "chromium-browser",
  "google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
]);

export const firefoxProgram: string | undefined = await findProgram([env["FIREFOX_PATH"], "firefox-esr", "firefox"]);

export const webkitPrograms: WebkitPrograms | undefined = await findWebkit();

async function findWebkit(): Promise<WebkitPrograms | undefined> {
  const libraries = existsSync("/usr/lib") ? readdirSync("/usr/lib").map((folder) => `/usr/lib/${folder}`) : [];
  const browser = await findProgram(libraries.map((folder) => `${folder}/webkit2gtk-4.1/MiniBrowser`));
  const driver = await findProgram(["WebKitWebDriver"]);
  const display = await findProgram(["Xvfb"]);
  if (browser === undefined || driver === undefined || display === undefined) return undefined;
  return { browser, driver, display };
}
