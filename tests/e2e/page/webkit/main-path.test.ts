import { expect, test } from "vitest";
import { webkitPrograms } from "../../../support/runtimes/browser-programs.ts";
import type { WebkitPrograms } from "../../../support/runtimes/webkit-session.ts";
import { walkMainPath } from "../main-path.ts";
import { Person } from "../person.ts";
import { emptyPlayground } from "../playground.ts";
import { driveWebkit, isSilence } from "./webkit-driver.ts";

/** Begins anew where the driver falls silent, which tells nothing of the page; what the page does wrong is told at once. */
const attempts = 4;

async function walk(programs: WebkitPrograms): Promise<void> {
  const [url, driver] = await Promise.all([emptyPlayground(), driveWebkit(programs)]);
  try {
    await walkMainPath(new Person(driver), url, "webkit");
  } finally {
    await driver.close();
  }
}

test("the page works in WebKit as in Chromium", { timeout: 420_000 }, async () => {
  if (webkitPrograms === undefined) throw expect.fail("WebKit is gone since the run began.");
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await walk(webkitPrograms);
    } catch (error) {
      if (attempt === attempts || !isSilence(error)) throw error;
    }
  }
});
