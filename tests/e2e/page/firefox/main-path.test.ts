import { afterAll, beforeAll, expect, test } from "vitest";
import { firefoxProgram } from "../../../support/runtimes/browser-programs.ts";
import { useMainPath } from "../main-path.ts";
import { type Driver, Person } from "../person.ts";
import { emptyPlayground } from "../playground.ts";
import { driveFirefox } from "./firefox-driver.ts";

let driver: Driver | undefined;

beforeAll(async () => {
  if (firefoxProgram === undefined) throw new Error("Firefox was uninstalled during the run.");
  driver = await driveFirefox(firefoxProgram);
});
afterAll(async () => {
  await driver?.close();
});

test("the page works in Firefox", async () => {
  if (driver === undefined) throw expect.fail("The browser was not started.");
  await useMainPath(new Person(driver), await emptyPlayground(), "firefox");
});
