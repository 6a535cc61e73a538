import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { deferred } from "../../../support/runtimes/deferred.ts";
import { hashOf, storageOf } from "../playground.ts";
import { eventually, untilCounted, useVisits } from "./visitor.ts";

const visits = useVisits();

/** Opens the Find view for a country, with its records. */
async function visitFound(country: RegExp): Promise<Page> {
  const page = await visits.visit({ path: "/#find" });
  await page.getByRole("radio", { name: country }).check();
  await page.getByRole("button", { name: "Find", exact: true }).click();
  await page.locator(".found .card").first().waitFor();
  return page;
}

async function send(page: Page): Promise<void> {
  // The row of the record that was sent before is shown until then.
  const answered = page.waitForResponse(/\/v2\/storage\/records\/\w\w$/);
  await page.getByRole("button", { name: /^Encrypt and send/ }).click();
  await answered;
  await page.getByRole("heading", { name: "The row in the PoP’s database" }).waitFor();
}

describe("an edited record", () => {
  test("is shown in its new state, and can be edited again", async () => {
    const storage = await storageOf(visits.url);
    await storage.write("is", { recordKey: "twice", key2: "Ada", key3: "London" });
    const page = await visitFound(/^Iceland/);
    await page.getByRole("button", { name: "Show details" }).click();
    await page.locator(".opened .row-table").waitFor();
    await page.getByRole("button", { name: "Edit" }).click();
    await page.getByLabel("City").fill("Paris");
    await send(page);

    await page.getByRole("link", { name: "Find" }).click();
    await eventually(() => page.locator(".card").textContent()).toContain("Paris");
    await eventually(() => page.locator(".opened .record-fields").textContent()).toContain("Paris");
    await page.getByRole("button", { name: "Edit" }).click();
    await page.getByLabel("Given name").fill("Augusta");
    await send(page);
    expect((await storage.read("is", "twice")).record).toMatchObject({ key2: "Augusta", key3: "Paris" });
  });

  test("stays in its country, whichever one is selected", async () => {
    const storage = await storageOf(visits.url);
    await storage.write("mc", { recordKey: "citizen", key1: "Before" });
    await storage.write("jp", { recordKey: "looked-at" });
    const page = await visitFound(/^Monaco/);
    await page.getByRole("button", { name: "Edit" }).click();
    await page.getByRole("radio", { name: /^Japan/ }).check();
    expect(await page.getByLabel("Country", { exact: true }).inputValue()).toBe("mc");
    await page.getByLabel("Family name").fill("After");
    await send(page);
    expect((await storage.read("mc", "citizen")).record.key1).toBe("After");

    // A new record goes to the selected country.
    await page.getByRole("button", { name: "Another example" }).click();
    await page.getByRole("radio", { name: /^Monaco/ }).check();
    await page.getByRole("radio", { name: /^Japan/ }).check();
    expect(await page.getByLabel("Country", { exact: true }).inputValue()).toBe("jp");
  });
});

describe("a new record", () => {
  test("is in the results, also in a country that was empty", async () => {
    const storage = await storageOf(visits.url);
    await storage.write("li", { recordKey: "first" });
    await storage.write("jp", { recordKey: "looked-at" });
    const page = await visits.visit({ path: "/#find" });
    await untilCounted(page);
    await page.getByRole("button", { name: "Find", exact: true }).click();
    await page.locator(".country-lines").waitFor();
    await page.getByRole("link", { name: "Write" }).click();
    await page.getByLabel("Country", { exact: true }).selectOption({ label: "Malta" });
    await send(page);
    await page.getByRole("link", { name: "Find" }).click();
    await page.locator(".country-lines").getByRole("button", { name: "Malta" }).waitFor();
  });
});

describe("a record that cannot be deleted", () => {
  test.each([
    { meanwhile: "another record is read", opens: true },
    { meanwhile: "the open record is closed", opens: false },
  ])("is reported, also if $meanwhile", async ({ opens }) => {
    const storage = await storageOf(visits.url);
    await storage.batchWrite("nz", [{ recordKey: "stubborn" }, { recordKey: "other" }]);
    const page = await visitFound(/^New Zealand/);
    const press = (recordKey: string, button: string): Promise<void> =>
      page
        .locator(".card", { has: page.getByText(recordKey, { exact: true }) })
        .getByRole("button", { name: button })
        .click();
    await press("other", "Show details");
    await page.locator(".opened .row-table").waitFor();
    const requested = deferred();
    const answered = deferred();
    await page.route(`**/records/nz/${hashOf("stubborn")}`, async (route) => {
      requested.resolve();
      await answered.promise;
      await route.fulfill({ status: 500, body: "{}" });
    });
    await press("stubborn", "Delete");
    await press("stubborn", "Yes, delete");
    await requested.promise;
    if (opens) await press("other", "Show details");
    else await page.getByRole("button", { name: "Close" }).click();
    answered.resolve();
    const opened = page.getByRole("region", { name: "stubborn was not deleted" });
    await opened.getByText("StorageServerError").waitFor();
  });
});
