import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { firstPassword, storageOf } from "../playground.ts";
import { delayResponses, eventually, untilCounted, useVisits } from "./visitor.ts";

const visits = useVisits();

async function lock(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Lock", exact: true }).click();
  await page.getByLabel("Version 1 (password)").waitFor();
}

/** Types a secret without submitting it. */
async function type(page: Page, secret: string): Promise<void> {
  await page.getByLabel("Version 1 (password)").fill(secret);
}

async function unlockWith(page: Page, secret: string): Promise<void> {
  await type(page, secret);
  await page.getByLabel("Version 1 (password)").press("Enter");
}

async function addPassword(page: Page, password: string): Promise<void> {
  await page.getByRole("radio", { name: "Password" }).check();
  await page.getByRole("textbox", { name: "Password" }).fill(password);
  await page.getByRole("button", { name: "Add version 2" }).click();
  await page.getByText("Version 2").first().waitFor();
}

describe("a secret for unlocking", () => {
  test("is not accepted untested before the page has records to test it with", async () => {
    await (await storageOf(visits.url)).write("cy", { recordKey: "one" });
    const page = await visits.visit({ path: "/#secrets" });
    const held = await delayResponses(page, "**/playground/counts");
    await page.reload();
    await lock(page);
    await unlockWith(page, "a wrong guess");
    await page.getByText(/^This secret could not be checked yet/).waitFor();
    expect(await page.getByRole("button", { name: "Use it anyway" }).isEnabled()).toBe(true);
    await held.release();
    await untilCounted(page);
    await unlockWith(page, "a wrong guess");
    await page.getByText("This secret does not decrypt the records of version 1.").waitFor();
    await unlockWith(page, firstPassword);
    await page.getByRole("button", { name: /^Lock: remove/ }).waitFor();
  });

  test("is not rejected or accepted because of another one", async () => {
    await (await storageOf(visits.url)).write("cy", { recordKey: "one" });
    const page = await visits.visit({ path: "/#secrets" });
    await untilCounted(page);
    await lock(page);
    const held = await delayResponses(page, "**/find");
    await unlockWith(page, "a wrong guess");
    await held.arrived();
    await type(page, "never tried");
    await held.release();
    await page.unrouteAll({ behavior: "wait" });
    const unlock = page.locator(".unlock [type=submit]");
    await eventually(() => unlock.isEnabled()).toBe(true);
    expect(await page.innerText(".unlock")).not.toMatch(/does not decrypt|anyway/);
    await unlock.click();
    await page.getByText("This secret does not decrypt the records of version 1.").waitFor();
    await page.getByRole("button", { name: "Use it anyway" }).click();
    await page.getByRole("button", { name: "Show version 1" }).click();
    expect(await page.textContent(".secret-text")).toBe("never tried");
  });
});

/** Opens the secrets view with two secrets, the second of which is still cleared. */
async function visitHalfUnlocked(): Promise<Page> {
  const page = await visits.visit({ path: "/#secrets" });
  await untilCounted(page);
  await addPassword(page, "the second one");
  await lock(page);
  await unlockWith(page, firstPassword);
  await page.getByText("Some secrets are still locked").waitFor();
  return page;
}

describe("Lock clears a secret that was typed", () => {
  test("but not submitted, to unlock or to add", async () => {
    const page = await visitHalfUnlocked();
    await page.getByLabel("Version 2 (password)").fill("the second one");
    await page.getByRole("radio", { name: "Password" }).check();
    await page.getByRole("textbox", { name: "Password", exact: true }).fill("the third one");
    await lock(page);
    expect(await page.getByLabel("Version 2 (password)").inputValue()).toBe("");
    await unlockWith(page, firstPassword);
    await page.getByText("Some secrets are still locked").waitFor();
    expect(await page.getByLabel("Version 2 (password)").inputValue()).toBe("");
    expect(await page.locator("#new-secret").inputValue()).toBe("");
  });

  test("and is being tested", async () => {
    await (await storageOf(visits.url)).write("cy", { recordKey: "one" });
    const page = await visitHalfUnlocked();
    const held = await delayResponses(page, "**/find");
    const second = page.getByLabel("Version 2 (password)");
    await second.fill("the second one");
    await second.press("Enter");
    await held.arrived();
    await lock(page);
    await held.release();
    await page.unrouteAll({ behavior: "wait" });
    expect(await second.inputValue()).toBe("");
    await unlockWith(page, firstPassword);
    await page.getByText("Some secrets are still locked").waitFor();
    expect(await second.inputValue()).toBe("");
    expect(await page.innerText(".unlock")).not.toContain("was locked");
  });
});
