import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
  type Route,
} from "playwright-core";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { chromiumFlags, chromiumProgram } from "../../../support/runtimes/browser-programs.ts";
import { deferred } from "../../../support/runtimes/deferred.ts";
import { emptyPlayground, root } from "../playground.ts";

/** A playground, and windows with its page. */
export interface Visits {
  readonly url: string;
  /** Opens the page in a new, isolated window. */
  visit(options?: BrowserContextOptions & { readonly path?: string }): Promise<Page>;
}

/**
 * Empties the playground for the tests of a file. After each test it checks that the page threw no error, sent requests
 * only to its own origin, and did not violate its policy.
 */
export function useVisits(): Visits {
  let url = "";
  let browser: Browser | undefined;
  let faults: string[] = [];

  beforeAll(async () => {
    if (chromiumProgram === undefined) throw new Error("Chromium was uninstalled during the run.");
    const launched = chromium.launch({ executablePath: chromiumProgram, args: chromiumFlags });
    [url, browser] = await Promise.all([emptyPlayground(), launched]);
  });
  afterEach(async ({ task }) => {
    const seen = faults;
    faults = [];
    const contexts = browser?.contexts() ?? [];
    if (task.result?.state === "fail") await reportScreen(contexts);
    for (const context of contexts) await closeContext(context);
    expect(seen).toEqual([]);
  });
  afterAll(async () => {
    await browser?.close();
  });

  return {
    get url() {
      return url;
    },
    visit: async ({ path = "/", ...options } = {}) => {
      if (browser === undefined) throw new Error("The browser was not started.");
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
      context.setDefaultTimeout(timeout);
      const page = await context.newPage();
      await watch(page, url, faults);
      await page.goto(url + path);
      return page;
    },
  };
}

/**
 * Closes a window with its pages. A routed request may still be in progress, for example a poll of the page: its
 * handler would then fail, since the page is gone, and fail the whole run as an unhandled rejection.
 */
async function closeContext(context: BrowserContext): Promise<void> {
  for (const page of context.pages()) await page.unrouteAll({ behavior: "ignoreErrors" });
  await context.close();
}

/** The screen at the failure of a test, next to the condition that it waited for. */
async function reportScreen(contexts: readonly BrowserContext[]): Promise<void> {
  for (const page of contexts.flatMap((context) => context.pages())) {
    const words = await page.evaluate(() => document.querySelector("main")?.innerText).catch(String);
    console.error(`The page at ${page.url()} shows:\n${words}`);
  }
}

const violation = "Refused by the policy:";

async function watch(page: Page, url: string, faults: string[]): Promise<void> {
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("console", (message) => {
    if (message.text().startsWith(violation)) faults.push(message.text());
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(`${url}/`) && !request.url().startsWith(`blob:${url}/`)) faults.push(request.url());
  });
  await page.addInitScript((words) => {
    document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI, sourceFile }) => {
      console.warn(words, violatedDirective, blockedURI, sourceFile);
    });
  }, violation);
}

/** Waits until the page has fetched the PoP's record counts. */
export async function untilCounted(page: Page): Promise<void> {
  await eventually(() => page.textContent(".countries [role=status]")).not.toMatch(/Counting|so far|^$/);
}

/** The time in milliseconds in which something must appear. */
const timeout = 15_000;

/** Expects a condition to become true soon. */
export function eventually<Value>(look: () => Value): ReturnType<typeof expect.poll<Value>> {
  return expect.poll(look, { timeout: timeout, interval: 30 });
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
