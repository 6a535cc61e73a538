import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { storageOf } from "../playground.ts";
import { delayResponses, eventually, untilCounted, useVisits } from "./visitor.ts";

const visits = useVisits();

async function send(page: Page, country: string): Promise<void> {
  await page.getByLabel("Country", { exact: true }).selectOption({ label: country });
  await page.getByRole("button", { name: /^Encrypt and send/ }).click();
  await page.getByRole("heading", { name: "The row in the PoP’s database" }).waitFor();
}

describe("the number of records of a country", () => {
  test("is that of the last request, whatever the order of the responses", async () => {
    const storage = await storageOf(visits.url);
    await storage.batchWrite("lu", [{ recordKey: "first" }, { recordKey: "second" }]);
    await storage.write("pt", { recordKey: "stays" });
    const page = await visits.visit({ path: "/#find" });
    await page.getByRole("radio", { name: /^Luxembourg/ }).check();
    await page.getByRole("button", { name: "Find", exact: true }).click();
    const remove = async (recordKey: string): Promise<void> => {
      const card = page.locator(".card", { has: page.getByText(recordKey, { exact: true }) });
      await card.getByRole("button", { name: "Delete" }).click();
      await card.getByRole("button", { name: "Yes, delete" }).click();
    };
    await page.locator(".card").first().waitFor();
    const held = await delayResponses(page, "**/records/lu/find", { times: 1 });
    await remove("first");
    await held.arrived();
    await remove("second");
    await page.getByRole("radio", { name: /^Luxembourg/ }).waitFor({ state: "detached" });
    await page.getByRole("heading", { name: "second was deleted" }).waitFor();
    // The list is fetched again after the count.
    const again = page.waitForRequest(/\/find$/);
    await held.release();
    await again;
    expect(await page.locator(".countries [role=status]").textContent()).toBe("1 record in 1 country");
  });

  test("is not replaced by an earlier count", async () => {
    const page = await visits.visit();
    await untilCounted(page);
    const held = await delayResponses(page, "**/playground/counts");
    await page.reload();
    await held.arrived();
    // Until the countries are known, only the example's country can be selected.
    await send(page, "Germany");
    await page.getByRole("radio", { name: /^Germany/ }).waitFor();
    await held.release();
    await eventually(() => page.textContent(".countries [role=status]")).not.toContain("so far");
    expect(await page.getByRole("radio", { name: /^Germany/ }).count()).toBe(1);
  });

  test("is not shown as zero before the count", async () => {
    const page = await visits.visit({ path: "/#find" });
    await untilCounted(page);
    const held = await delayResponses(page, "**/playground/counts");
    await page.reload();
    await held.arrived();
    await page.getByRole("heading", { name: "Find records in every country" }).waitFor();
    expect(await page.getByText("There are no records yet.").count()).toBe(0);
    await held.release();
  });

  test("is shown as unknown if the count failed, in a narrow window as well", async () => {
    await (await storageOf(visits.url)).write("pt", { recordKey: "stays" });
    const page = await visits.visit({ viewport: { width: 400, height: 800 } });
    await untilCounted(page);
    await page.route("**/records/pe/find", (route) => route.fulfill({ status: 500, body: "{}" }));
    await send(page, "Peru");
    await page.getByText(/^The PoP returned 500 for POST .*\/pe\/find\.$/).waitFor();
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("radio", { name: /^Peru/ }).waitFor();
  });
});
