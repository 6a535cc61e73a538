import { describe, expect, test } from "vitest";
import { storageOf } from "../playground.ts";
import { toldOf } from "./accessibility-tree.ts";
import { eventually, untilCounted, useVisits } from "./visitor.ts";

const visits = useVisits();

describe("a screen reader is told", () => {
  test("the name of each country once, and a click on its tile chooses it", async () => {
    const storage = await storageOf(visits.url);
    for (const country of ["in", "us"]) await storage.write(country, { recordKey: "one" });
    const page = await visits.visit();
    await untilCounted(page);
    const names = (await toldOf(page, "radio")).map(({ name }) => name);
    expect(names).toEqual(["All countries 2", "India 1", "United States 1"]);
    // A large country has several tiles.
    expect(await page.locator(".tile.full").count()).toBeGreaterThan(2);
    await page.locator(".tile.full[title^=India]").first().click();
    expect(await page.getByRole("radio", { name: "India" }).isChecked()).toBe(true);
  });

  test("how a field leaves in a word, and what is wrong with it", async () => {
    const page = await visits.visit();
    await eventually(() => page.textContent("#leaves-body code")).toMatch(/^2:/);
    const described = async (name: string): Promise<string | undefined> =>
      (await toldOf(page, "textbox")).find((field) => field.name.startsWith(name))?.description;
    expect(await described("Family name")).toBe("hashed");
    expect(await described("Everything else")).toBe("encrypted");
    expect(await described("Born")).toBe("plain");
    await page.getByLabel("Born").fill("in spring");
    await page.locator("#problem-rangeKey1").waitFor();
    expect(await described("Born")).toMatch(/whole number\. plain$/);
  });
});
