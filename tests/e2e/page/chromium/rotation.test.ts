import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { deferred } from "../../../support/runtimes/deferred.ts";
import { storageOf } from "../playground.ts";
import { delayResponses, eventually, untilCounted, useVisits } from "./visitor.ts";

const visits = useVisits();

/** Writes a record with an encrypted file, and opens the secrets view for its country, with a second version. */
async function visitSealedFile(country: string, name: RegExp): Promise<{ readonly page: Page; readonly key: string }> {
  const storage = await storageOf(visits.url);
  await storage.write(country, { recordKey: "with-file" });
  const file = new TextEncoder().encode("5 mg, twice a day");
  await storage.addAttachment(country, "with-file", { file, fileName: "dose.txt", encrypt: true });
  const page = await visits.visit({ path: "/#secrets" });
  await page.getByRole("radio", { name }).check();
  return { page, key: await addKey(page) };
}

async function addKey(page: Page): Promise<string> {
  await page.getByRole("button", { name: "New key" }).click();
  const key = await page.getByLabel("32 bytes, in base64").inputValue();
  await page.getByRole("button", { name: /^Add version/ }).click();
  return key;
}

/** The file, read by a program whose only secret is version 2. */
async function readWith(key: string, country: string): Promise<string> {
  const storage = await storageOf(visits.url, {
    currentVersion: 2,
    secrets: [{ version: 2, secret: key, isKey: true }],
  });
  const { record } = await storage.read(country, "with-file");
  const [attached] = record.attachments ?? [];
  const { attachmentData } = await storage.getAttachmentFile(country, "with-file", attached?.fileId ?? "");
  return new TextDecoder().decode(await attachmentData.bytes());
}

function everything(page: Page): Promise<string> {
  return page.innerText("main");
}

const claims = /No records yet|Every record uses/;

describe("rotation of encrypted files", () => {
  test("reports the skipped ones, and includes them later", async () => {
    const { page, key } = await visitSealedFile("se", /^Sweden/);
    await page.getByRole("link", { name: "Attack" }).click();
    await page.getByRole("switch", { name: "Flip one bit of every file" }).check({ force: true });
    await page.getByText("The PoP is hostile: it alters files.").waitFor();
    await page.getByRole("link", { name: "Secrets" }).click();
    await page.getByRole("button", { name: "Rotate all records" }).click();
    await page.getByText("Failed to decrypt or replace 1 encrypted file; left unchanged.").waitFor();
    await page.getByText("Some encrypted files may still use an older version.").waitFor();
    expect(await everything(page)).not.toMatch(claims);

    await page.getByRole("button", { name: "Stop the attack" }).click();
    await page.getByText("The PoP is hostile").waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByText("Every record uses version 2.").waitFor();
    expect(await everything(page)).not.toMatch(/Failed to decrypt|encrypted files may/);
    expect(await page.textContent(".rotation .progress-text")).toBe("Done1 of 1");
    expect(await readWith(key, "se")).toBe("5 mg, twice a day");
  });

  test("can be cancelled, and continued", async () => {
    const { page, key } = await visitSealedFile("pl", /^Poland/);
    const held = await delayResponses(page, /\/attachments\//);
    await page.getByRole("button", { name: "Rotate all records" }).click();
    await held.arrived();
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByText("Cancelled").waitFor();
    await held.release();
    const goOn = page.getByRole("button", { name: "Continue" });
    await eventually(() => goOn.isEnabled()).toBe(true);
    expect(await everything(page)).not.toMatch(claims);

    await goOn.click();
    await page.getByText("Every record uses version 2.").waitFor();
    expect(await page.textContent(".rotation .progress-text")).toBe("Done1 of 1");
    expect(await readWith(key, "pl")).toBe("5 mg, twice a day");
  });
});

describe("until the countries are known,", () => {
  test("their records are not reported", async () => {
    await (await storageOf(visits.url)).write("se", { recordKey: "one" });
    const page = await visits.visit({ path: "/#secrets" });
    const held = await delayResponses(page, "**/playground/counts");
    await page.reload();
    await held.arrived();
    await eventually(() => everything(page)).toContain("Counting…");
    expect(await everything(page)).not.toMatch(claims);
    await held.release();
    await page
      .locator(".bars")
      .getByText(/^Version 1\b/)
      .waitFor();
    expect(await everything(page)).not.toContain("Counting…");
  });

  test("nor if the count failed, and only the selected one is rotated", async () => {
    await (await storageOf(visits.url)).write("se", { recordKey: "one" });
    const page = await visits.visit({ path: "/#secrets" });
    await page.route("**/playground/counts", (route) => route.fulfill({ status: 500, body: "" }));
    await page.reload();
    await eventually(() => everything(page)).toContain("Record counts are not available.");
    expect(await everything(page)).not.toMatch(claims);

    // A write of the page makes a country known.
    await page.getByRole("link", { name: "Write" }).click();
    await page.getByLabel("Record ID").fill("known");
    await page.getByRole("button", { name: /^Encrypt and send/ }).click();
    await page.getByRole("link", { name: "Secrets" }).click();
    await eventually(() => everything(page)).toContain("There may be more in other countries.");
    await addKey(page);
    await page
      .locator(".bars")
      .getByText(/^Version 2\b/)
      .waitFor();
    const rotate = page.getByRole("button", { name: "Rotate all records" });
    expect(await rotate.isEnabled()).toBe(false);
    expect(await everything(page)).not.toMatch(claims);
    await page.getByRole("radio", { name: /^Germany/ }).check();
    await rotate.click();
    await page.getByText("Every record uses version 2.").waitFor();
    await page.getByRole("radio", { name: "All countries" }).check();
    await eventually(() => everything(page)).toContain("There may be more");
    expect(await everything(page)).not.toMatch(claims);
  });
});

test("a failed count is reported only for its own country", async () => {
  const storage = await storageOf(visits.url);
  for (const country of ["it", "es"]) await storage.write(country, { recordKey: "one" });
  const page = await visits.visit({ path: "/#secrets" });
  await untilCounted(page);
  const opened = deferred();
  const requested = deferred();
  await page.route("**/it/find", async (route) => {
    requested.resolve();
    await opened.promise;
    await route.fulfill({ status: 500, body: "" });
  });
  await page.getByRole("radio", { name: /^Italy/ }).check();
  await requested.promise;
  await page.getByRole("radio", { name: /^Spain/ }).check();
  await page.getByText("Every record uses version 1.").waitFor();
  const failed = page.waitForResponse("**/it/find");
  opened.resolve();
  await failed;
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))));
  expect(await everything(page)).not.toContain("The PoP returned 500");
  await page.getByRole("radio", { name: /^Italy/ }).check();
  await page.getByText(/^The PoP returned 500 for POST .*\/it\/find/).waitFor();
  await page.unrouteAll({ behavior: "wait" });
});
