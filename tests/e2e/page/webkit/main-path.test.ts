import { expect, test } from "vitest";
import { webkitPrograms } from "../../../support/runtimes/browser-programs.ts";
import type { WebkitPrograms } from "../../../support/runtimes/webkit-session.ts";
import { useMainPath } from "../main-path.ts";
import { Person } from "../person.ts";
import { emptyPlayground } from "../playground.ts";
import { driveWebkit, isSilence } from "./webkit-driver.ts";

/**
 * Restarts if the driver stops responding, which says nothing about the page; errors of the page are reported at once.
 */
const attempts = 4;

async function walk(programs: WebkitPrograms): Promise<void> {
  const [url, driver] = await Promise.all([emptyPlayground(), driveWebkit(programs)]);
  try {
    await useMainPath(new Person(driver), url, "webkit");
  } finally {
    await driver.close();
  }
}

test("the page works in WebKit", async () => {
  if (webkitPrograms === undefined) throw expect.fail("WebKit is gone since the run began.");
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await walk(webkitPrograms);
    } catch (error) {
      if (attempt === attempts || !isSilence(error)) throw error;
    }
  }
});
