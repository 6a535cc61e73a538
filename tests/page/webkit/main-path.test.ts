import { afterAll, beforeAll, expect, test } from "vitest";
import { webkitPrograms } from "../../runtimes/browser-programs.ts";
import { walkMainPath } from "../main-path.ts";
import { type Driver, Person } from "../person.ts";
import { type Playground, startPlayground } from "../playground.ts";
import { driveWebkit } from "./webkit-driver.ts";

let playground: Playground | undefined;
let driver: Driver | undefined;

beforeAll(async () => {
  if (webkitPrograms === undefined) throw new Error("WebKit is gone since the run began.");
  [playground, driver] = await Promise.all([startPlayground(), driveWebkit(webkitPrograms)]);
});
afterAll(async () => {
  await driver?.close();
  await playground?.close();
});

test("the page works in WebKit as in Chromium", { timeout: 90_000 }, async () => {
  if (playground === undefined || driver === undefined) throw expect.fail("Nothing was started.");
  await walkMainPath(new Person(driver), playground.url, "webkit");
});
