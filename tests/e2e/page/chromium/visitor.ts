import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type Browser, chromium, type Page, type Route, type ViewportSize } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { eventTimeout } from "../../../support/patience.ts";
import { chromiumFlags, chromiumProgram } from "../../../support/runtimes/browser-programs.ts";
import { deferred } from "../../../support/runtimes/deferred.ts";
import { emptyPlayground, root } from "../playground.ts";

/** A playground, and a window with its page. */
export interface Visits {
  readonly url: string;
  /** Opens the page as on a first visit, in the window that the tests of a file share. */
  visit(options?: VisitOptions): Promise<Page>;
}

export interface VisitOptions {
  readonly path?: string;
  readonly viewport?: ViewportSize;
  readonly colorScheme?: "light" | "dark";
}

/**
 * Empties the playground for the tests of a file. After each test it checks that the page threw no error, sent requests
 * only to its own origin, and did not violate its policy.
 */
export function useVisits(): Visits {
  let url = "";
  let browser: Browser | undefined;
  let shared: Page | undefined;
  const faults: string[] = [];

  beforeAll(async () => {
    if (chromiumProgram === undefined) throw new Error("Chromium was uninstalled during the run.");
    const launched = chromium.launch({ executablePath: chromiumProgram, args: chromiumFlags });
    [url, browser] = await Promise.all([emptyPlayground(), launched]);
  });
  afterEach(async ({ task }) => {
    if (shared === undefined) return;
    const page = shared;
    if (task.result?.state === "fail") {
      await reportScreen(page);
      shared = undefined;
    }
    const seen = [...faults];
    await leave(page, url);
    if (shared === undefined) await page.context().close();
    expect(seen).toEqual([]);
  });
  afterAll(async () => {
    await browser?.close();
  });

  return {
    get url() {
      return url;
    },
    visit: async ({ path = "/", viewport = { width: 1280, height: 800 }, colorScheme = "light" } = {}) => {
      if (browser === undefined) throw new Error("The browser was not started.");
      // A second visit of a test: a URL with another fragment alone would not load the page again.
      if (shared !== undefined) await leave(shared, url);
      shared ??= await openWindow(browser);
      faults.length = 0;
      watch(shared, url, faults);
      await shared.setViewportSize(viewport);
      await shared.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await shared.goto(url + path);
      return shared;
    },
  };
}

/** Without animations: drawing them costs more than the rest of a test, and a click waits for their end. */
async function openWindow(browser: Browser): Promise<Page> {
  const context = await browser.newContext();
  context.setDefaultTimeout(eventTimeout);
  // Keeps interception on: Chromium can lose a response that arrives while the last route is being removed.
  await context.route("**/is-never-requested", (route) => route.abort());
  const page = await context.newPage();
  await page.addInitScript((words) => {
    document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI, sourceFile }) => {
      console.warn(words, violatedDirective, blockedURI, sourceFile);
    });
  }, violation);
  return page;
}

/**
 * Leaves the page, which keeps nothing: the next visit is a first one. A new window would take a new process, and most
 * of the time of a test; so would another origin, hence the address of the PoP.
 */
async function leave(page: Page, url: string): Promise<void> {
  // A routed request may still be in progress, for example a poll of the page: its handler would then fail, since the
  // page is gone, and fail the whole run as an unhandled rejection.
  await page.unrouteAll({ behavior: "ignoreErrors" });
  // The test may have added listeners of its own.
  for (const type of ["pageerror", "console", "request", "response"]) page.removeAllListeners(type);
  await page.context().clearPermissions();
  await page.goto(`${url}/healthcheck`);
}

/** The screen at the failure of a test, next to the condition that it waited for. */
async function reportScreen(page: Page): Promise<void> {
  const words = await page.evaluate(() => document.querySelector("main")?.innerText).catch(String);
  console.error(`The page at ${page.url()} shows:\n${words}`);
}

const violation = "Refused by the policy:";

function watch(page: Page, url: string, faults: string[]): void {
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("console", (message) => {
    if (message.text().startsWith(violation)) faults.push(message.text());
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(`${url}/`) && !request.url().startsWith(`blob:${url}/`)) faults.push(request.url());
  });
}

/** Waits until the page has fetched the PoP's record counts. */
export async function untilCounted(page: Page): Promise<void> {
  await eventually(() => page.textContent(".countries [role=status]")).not.toMatch(/Counting|so far|^$/);
}

/** Expects a condition to become true soon. */
export function eventually<Value>(look: () => Value): ReturnType<typeof expect.poll<Value>> {
  return expect.poll(look, { interval: 30 });
}

/** Saves a screenshot to the artifacts of a run. */
export async function saveScreenshot(page: Page, name: string): Promise<string> {
  const folder = join(root, "artifacts", "page");
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${name}.png`);
  await page.screenshot({ path, fullPage: true });
  return path;
}

/** Requests whose responses are delayed. */
export interface Held {
  /** Waits until the PoP has responded to one of them. */
  arrived(): Promise<void>;
  /** Releases the responses, later ones included. */
  release(): Promise<void>;
}

/** Delays the responses to some requests, or to the first of them, like a slow network. */
export async function delayResponses(
  page: Page,
  url: string | RegExp,
  options: { times?: number } = {},
): Promise<Held> {
  const opened = deferred();
  const delivered: Promise<void>[] = [];
  let answered = 0;
  const hold = async (route: Route): Promise<void> => {
    // Closing a page also ends its requests. With `times`, Playwright no longer tracks this handler by then, so
    // `unrouteAll` would not catch its failure.
    const response = await route.fetch().catch(() => undefined);
    if (response === undefined) return;
    answered += 1;
    // The page may no longer need the response.
    const delivery = opened.promise.then(() => route.fulfill({ response }).catch(() => undefined));
    delivered.push(delivery);
    await delivery;
  };
  await page.route(url, hold, options);
  return {
    arrived: async () => {
      await eventually(() => answered).toBeGreaterThan(0);
    },
    release: async () => {
      opened.resolve();
      await Promise.all(delivered);
    },
  };
}

/** Reports if a text has been on the page since then, however briefly. */
export async function watchFor(page: Page, words: string): Promise<() => Promise<boolean>> {
  const watch = await page.evaluateHandle((words) => {
    const watch = { seen: false };
    const look = (): void => {
      watch.seen ||= document.body.innerText.includes(words);
    };
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
    return watch;
  }, words);
  return () => watch.evaluate(({ seen }) => seen);
}

/** Counts the distinct values of the progress bars with a label since then. */
export async function watchProgress(page: Page): Promise<(label: string) => Promise<number>> {
  const watch = await page.evaluateHandle(() => {
    const seen = new Map<string, Set<number>>();
    new MutationObserver(() => {
      for (const bar of document.querySelectorAll("progress")) {
        const label = bar.getAttribute("aria-label") ?? "";
        seen.set(label, (seen.get(label) ?? new Set()).add(bar.value));
      }
    }).observe(document.body, { subtree: true, childList: true, attributes: true });
    return seen;
  });
  return (label) => watch.evaluate((seen, label) => seen.get(label)?.size ?? 0, label);
}
