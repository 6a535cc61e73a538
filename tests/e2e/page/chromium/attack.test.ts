import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { storageOf } from "../playground.ts";
import { delayResponses, eventually, useVisits } from "./visitor.ts";

const visits = useVisits();

beforeAll(async () => {
  const storage = await storageOf(visits.url);
  for (const country of ["fi", "se"]) {
    await storage.batchWrite(country, [{ recordKey: "first" }, { recordKey: "second" }]);
  }
});

/** Opens the Attack view for one country. */
async function visitAttack(country: RegExp): Promise<Page> {
  const page = await visits.visit({ path: "/#attack" });
  await page.getByRole("radio", { name: country }).check();
  return page;
}

async function press(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name }).click();
}

async function swap(page: Page): Promise<void> {
  await page.getByRole("switch", { name: "Swap two records" }).check({ force: true });
  await page.getByText("The PoP is hostile: it swaps records.").waitFor();
}

async function makeHonest(page: Page): Promise<void> {
  await press(page, "Stop the attack");
  await page.getByText("The PoP is hostile").waitFor({ state: "detached" });
}

const verdicts = (page: Page): Promise<string[]> => page.locator(".attacks [role=status]").allTextContents();

/** Runs a search, so that the responses to earlier ones have been processed as well. */
async function findSomething(page: Page): Promise<void> {
  await page.getByRole("link", { name: "Find" }).click();
  await page.getByRole("button", { name: "Find", exact: true }).click();
  await page.locator(".found").waitFor();
  await page.getByRole("link", { name: "Attack" }).click();
  await page.locator(".attacks").waitFor();
}

describe("a verdict", () => {
  test.each([
    { what: "the PoP has become hostile", change: swap },
    {
      what: "another country is chosen",
      change: (page: Page) => page.getByRole("radio", { name: /^Sweden/ }).check(),
    },
  ])("disappears once $what", async ({ change }) => {
    const page = await visitAttack(/^Finland/);
    await press(page, "Find records");
    await press(page, "Fetch a file");
    await eventually(() => verdicts(page)).toEqual([
      expect.stringContaining("2 records accepted, 0 rejected."),
      expect.stringContaining("No files found."),
    ]);
    await change(page);
    await eventually(() => verdicts(page)).toEqual([]);
    if (change === swap) await makeHonest(page);
  });

  test("is withdrawn if the PoP became hostile before it was shown", async () => {
    const page = await visitAttack(/^Finland/);
    const held = await delayResponses(page, "**/records/fi/find", { times: 1 });
    await press(page, "Find records");
    await held.arrived();
    await swap(page);
    await held.release();
    await findSomething(page);
    expect(await verdicts(page)).toEqual([]);
    await makeHonest(page);
  });

  test("is that of the last request, whatever the order of the responses", async () => {
    const page = await visitAttack(/^Sweden/);
    const held = await delayResponses(page, "**/records/se/find", { times: 1 });
    await press(page, "Find records");
    await held.arrived();
    await (await storageOf(visits.url)).write("se", { recordKey: "third" });
    await press(page, "Find records");
    const latest = [expect.stringContaining("3 records accepted, 0 rejected.")];
    await eventually(() => verdicts(page)).toEqual(latest);
    await held.release();
    await findSomething(page);
    expect(await verdicts(page)).toEqual(latest);
  });

  test("cannot be requested while the switch is being turned", async () => {
    const page = await visitAttack(/^Finland/);
    const held = await delayResponses(page, "**/playground/attacks");
    await page.getByRole("switch", { name: "Swap two records" }).check({ force: true });
    await held.arrived();
    for (const name of ["Find records", "Fetch a file"]) {
      expect(await page.getByRole("button", { name }).isDisabled()).toBe(true);
    }
    await held.release();
    await press(page, "Find records");
    await eventually(() => verdicts(page)).toEqual([expect.stringContaining("0 records accepted, 2 rejected.")]);
    await makeHonest(page);
  });
});

describe("a PoP that cannot be made honest", () => {
  test("is reported in every view", async () => {
    const page = await visitAttack(/^Finland/);
    await swap(page);
    await page.getByRole("link", { name: "Find" }).click();
    await page.route("**/playground/attacks", (route) => route.fulfill({ status: 500, body: "" }));
    await press(page, "Stop the attack");
    const words = page.getByText(/^The attack settings returned 500\./);
    await words.waitFor();
    await page.getByRole("link", { name: "Attack" }).click();
    await words.waitFor();
    await page.unroute("**/playground/attacks");
    await makeHonest(page);
    expect(await words.count()).toBe(0);
  });
});
