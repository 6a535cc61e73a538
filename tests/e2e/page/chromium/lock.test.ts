import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { firstPassword, storageOf } from "../playground.ts";
import { delayResponses, eventually, untilCounted, useVisits, watchFor } from "./visitor.ts";

const visits = useVisits();

async function lock(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Lock", exact: true }).click();
  await page.getByRole("button", { name: "Unlock" }).first().waitFor();
}

/** Opens a view for a country with one record. */
async function visitRecord(view: string, country: string, name: RegExp): Promise<Page> {
  await (await storageOf(visits.url)).write(country, { recordKey: "locked-in", key1: "Eleni", body: "asthma" });
  const page = await visits.visit({ path: `/#${view}` });
  await page.getByRole("radio", { name }).check();
  await untilCounted(page);
  return page;
}

function find(page: Page): Promise<void> {
  return page.getByRole("button", { name: "Find", exact: true }).click();
}

describe("Lock ends all activity:", () => {
  test("loading people stops, and no readable record is written", async () => {
    const page = await visits.visit();
    await untilCounted(page);
    const sent: string[] = [];
    page.on("request", (request) => request.url().endsWith("/batchWrite") && sent.push(request.url()));
    const held = await delayResponses(page, "**/batchWrite");
    await page.getByRole("button", { name: "Load sample people" }).click();
    await held.arrived();
    await lock(page);
    await held.release();
    await page.getByText("Stopped: the page was locked.").waitFor();
    await eventually(() => page.textContent(".countries [role=status]")).toMatch(/^\d+ records in 1 country/);
    expect(sent.length).toBe(1);

    const [, country = ""] = /records\/(\w+)\//.exec(sent[0] ?? "") ?? [];
    const { records, meta, errors } = await (await storageOf(visits.url)).find(country, {}, { limit: 100 });
    expect(errors).toBeUndefined();
    expect(meta.total).toBeGreaterThan(0);
    expect(records.every(({ isEncrypted }) => isEncrypted === true)).toBe(true);
    expect(await page.getByRole("button", { name: "Load people" }).isDisabled()).toBe(true);
  });

  test("later search results are not shown", async () => {
    const page = await visitRecord("find", "cy", /^Cyprus/);
    const seen = await watchFor(page, "asthma");
    const held = await delayResponses(page, "**/find");
    await find(page);
    await held.arrived();
    await lock(page);
    await held.release();
    await find(page);
    await page.locator(".card.failed").waitFor();
    expect(await seen()).toBe(false);
  });

  test("later results of read are not shown", async () => {
    const page = await visitRecord("find", "ad", /^Andorra/);
    await find(page);
    const held = await delayResponses(page, /\/records\/ad\/[\da-f]{64}$/);
    await page.getByRole("button", { name: "Show details" }).click();
    await held.arrived();
    await lock(page);
    const seen = await watchFor(page, "Eleni");
    await held.release();
    await find(page);
    await page.locator(".card.failed").waitFor();
    expect(await seen()).toBe(false);
    expect(await page.locator(".opened").count()).toBe(0);
  });

  test("later records and files of the files view are not shown", async () => {
    const storage = await storageOf(visits.url);
    await storage.write("va", { recordKey: "locked-in", key1: "Eleni" });
    const file = new TextEncoder().encode("5 mg, twice a day");
    await storage.addAttachment("va", "locked-in", { file, fileName: "dose.txt", encrypt: true });
    const page = await visits.visit({ path: "/#files" });
    const held = await delayResponses(page, /\/attachments\//);
    await page.getByRole("radio", { name: /^Vatican/ }).check();
    await page.getByLabel("Record in Vatican City").waitFor();
    await held.arrived();
    await lock(page);
    const seen = [await watchFor(page, "dose.txt"), await watchFor(page, "Eleni")];
    await held.release();
    await page.getByText("Files are attached to a record that this page can read.").waitFor();
    for (const words of seen) expect(await words()).toBe(false);
  });

  test("a rotation decrypts no further record", async () => {
    const storage = await storageOf(visits.url);
    // Twice as many batches as a rotation sends at a time.
    for (let at = 0; at < 800; at += 100) {
      const batch = Array.from({ length: 100 }, (_, index) => ({ recordKey: `person-${at + index}`, body: "x" }));
      await storage.batchWrite("fr", batch);
    }
    const page = await visits.visit({ path: "/#secrets" });
    await page.getByRole("radio", { name: /^France/ }).check();
    await page.getByRole("button", { name: "New key" }).click();
    await page.getByRole("button", { name: "Add version 2" }).click();
    const sent: string[] = [];
    page.on("request", (request) => request.url().endsWith("/batchWrite") && sent.push(request.url()));
    const held = await delayResponses(page, "**/batchWrite");
    await page.getByRole("button", { name: "Rotate all records" }).click();
    await held.arrived();
    await lock(page);
    const before = sent.length;
    await held.release();
    await page.getByLabel("Version 1 (password)").fill(firstPassword);
    await page.getByLabel("Version 1 (password)").press("Enter");
    await page.getByRole("button", { name: /^Lock: remove/ }).waitFor();
    expect(sent.length).toBe(before);
    const { meta } = await storage.find("fr", { version: 1 }, { limit: 1 });
    expect(meta.total).toBeGreaterThan(0);
  });
});

test("Lock clears the form", async () => {
  const page = await visits.visit();
  await page.getByLabel("Family name").fill("Lovelace");
  await eventually(() => page.textContent("#sent-key1 code")).toMatch(/^[\da-f]{64}$/);
  await lock(page);
  for (const label of ["Family name", "Record ID", "Other data"])
    expect(await page.getByLabel(label).inputValue()).toBe("");
});
