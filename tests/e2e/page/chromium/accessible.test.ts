import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { firstPassword, storageOf } from "../playground.ts";
import { accessibleElements } from "./accessibility-tree.ts";
import { eventually, untilCounted, useVisits } from "./visitor.ts";

const visits = useVisits();

describe("a screen reader gets", () => {
  test("the name of each country once, and a click on its tile selects it", async () => {
    const storage = await storageOf(visits.url);
    for (const country of ["in", "us"]) await storage.write(country, { recordKey: "one" });
    const page = await visits.visit();
    await untilCounted(page);
    const names = (await accessibleElements(page, "radio")).map(({ name }) => name);
    expect(names).toEqual(["All countries 2", "India 1", "United States 1"]);
    // A large country has several tiles.
    expect(await page.locator(".tile.full").count()).toBeGreaterThan(2);
    await page.locator(".tile.full[title^=India]").first().click();
    expect(await page.getByRole("radio", { name: "India" }).isChecked()).toBe(true);
  });

  test("the way in which a field is sent, in a word, and its error", async () => {
    const page = await visits.visit();
    await eventually(() => page.textContent("#sent-body code")).toMatch(/^2:/);
    const described = async (name: string): Promise<string | undefined> =>
      (await accessibleElements(page, "textbox")).find((field) => field.name.startsWith(name))?.description;
    expect(await described("Family name")).toBe("hashed");
    expect(await described("Other data")).toBe("encrypted");
    expect(await described("Birth date")).toBe("plain");
    await page.getByLabel("Birth date").fill("in spring");
    await page.locator("#problem-rangeKey1").waitFor();
    expect(await described("Birth date")).toMatch(/whole number\. plain$/);
  });
});

/** The focused element: its accessible name, or its text. */
function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const { activeElement } = document;
    if (activeElement === null || activeElement === document.body) return "nothing";
    return activeElement.getAttribute("aria-label") ?? (activeElement.textContent || activeElement.id).trim();
  });
}

/** The text of the live region. */
function announced(page: Page): Promise<string | null> {
  return page.textContent(".visually-hidden[role=status]");
}

/** True if the window shows the top of the page. */
function isAtTop(page: Page): Promise<boolean> {
  return page.evaluate(() => scrollY === 0);
}

describe("the focus moves", () => {
  test("with a view, which is named in the title and starts at its top", async () => {
    const page = await visits.visit({ viewport: { width: 390, height: 600 } });
    await untilCounted(page);
    expect(await page.title()).toBe("Write · incountry-storage playground");
    await page.getByRole("button", { name: /^Encrypt and send/ }).scrollIntoViewIfNeeded();
    await page.evaluate(() => scrollTo({ top: 300, behavior: "instant" }));
    await page.getByRole("link", { name: "Secrets" }).click();
    await eventually(() => page.title()).toBe("Secrets · incountry-storage playground");
    expect(await focused(page)).toBe("Secrets");
    expect(await isAtTop(page)).toBe(true);
  });

  test("to the written record, and not to it again after an edit", async () => {
    const page = await visits.visit();
    await page.getByLabel("Record ID").fill("told");
    await page.keyboard.press("Enter");
    await eventually(() => focused(page)).toBe("Sent record");
    expect(await announced(page)).toBe("Sent to Germany: told.");

    await page.getByRole("radio", { name: /^Germany/ }).check();
    await page.getByRole("link", { name: "Find" }).click();
    await page.getByRole("button", { name: "Find", exact: true }).click();
    await page.getByRole("button", { name: "Edit" }).first().click();
    await eventually(() => focused(page)).toBe("Write");
    await page.getByRole("region", { name: "Sent record" }).waitFor();
    expect(await isAtTop(page)).toBe(true);
  });

  test("when the page is locked and unlocked", async () => {
    const page = await visits.visit({ path: "/#secrets" });
    await page.getByRole("button", { name: "Lock: remove the secret" }).click();
    await eventually(() => focused(page)).toBe("Unlock");
    expect(await announced(page)).toMatch(/^Locked/);
    await page.getByLabel("Version 1 (password)").fill(firstPassword);
    await page.keyboard.press("Enter");
    await eventually(() => focused(page)).toBe("Secrets of this page");
    expect(await announced(page)).toBe("Unlocked.");
  });

  test("to No in a question, stays there when the view changes, and returns", async () => {
    const storage = await storageOf(visits.url);
    await storage.write("ug", { recordKey: "one" });
    const page = await visits.visit();
    await untilCounted(page);
    await page.getByRole("button", { name: "Delete all" }).click();
    expect(await focused(page)).toBe("No");
    // Background counts of the page redraw the question.
    await page.getByLabel("Record ID").fill("meanwhile");
    await page.keyboard.press("Enter");
    await eventually(() => focused(page)).toBe("Sent record");
    await page.getByRole("button", { name: "No", exact: true }).press("Enter");
    expect(await focused(page)).toBe("Delete all");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Escape");
    expect(await focused(page)).toBe("Delete all");
  });

  test("with a rotation, which is announced", async () => {
    await (await storageOf(visits.url)).write("ve", { recordKey: "one" });
    const page = await visits.visit({ path: "/#secrets" });
    await page.getByRole("radio", { name: /^Venezuela/ }).check();
    await page.getByRole("button", { name: "New key" }).click();
    await page.getByRole("button", { name: /^Add version/ }).click();
    const rotate = page.getByRole("button", { name: "Rotate all records" });
    // After the records are counted; a click would wait for that by itself.
    await eventually(() => rotate.isEnabled()).toBe(true);
    await rotate.press("Enter");
    await eventually(() => announced(page)).toBe("Rotation finished: 1 of 1 record.");
    await eventually(() => focused(page)).toBe("Rotation");
  });

  test("to the surrounding part when its control disappears", async () => {
    const page = await visits.visit();
    await page.getByRole("button", { name: "Remove key2" }).press("Enter");
    expect(await page.getByLabel("Given name").count()).toBe(0);
    expect(await focused(page)).toBe("New record");
  });
});
