import { gzipSync } from "node:zlib";
import axe from "axe-core";
import type { Page } from "playwright-core";
import { array, nullish, object, parse, string } from "valibot";
import { beforeAll, describe, expect, test } from "vitest";
import { storageOf } from "../playground.ts";
import { picture } from "./picture.ts";
import { eventually, keepScreenshot, untilCounted, useVisits } from "./visitor.ts";

const visits = useVisits();

const sizes = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } } as const;
const schemes = ["light", "dark"] as const;

/** Each view in the state that a visitor sees most of it in. */
const states: Readonly<Record<string, (page: Page) => Promise<unknown>>> = {
  write: async (page) => {
    await page.getByRole("button", { name: /^Seal it/ }).click();
    await page.getByRole("heading", { name: "The row in the PoP’s database" }).waitFor();
    await page.getByText("The code for this").click();
  },
  find: async (page) => {
    await page.getByRole("radio", { name: /^Georgia/ }).check();
    await page.getByRole("button", { name: "Add a condition" }).click();
    await page.getByLabel("Field").selectOption("rangeKey1");
    await page.getByLabel("Operator").selectOption("atLeast");
    await page.getByLabel("Value").fill("19700101");
    await page.getByRole("button", { name: "Find", exact: true }).click();
    await page.locator(".card").first().waitFor();
    await page.getByRole("button", { name: "Read it alone" }).first().click();
    await page.getByText("At the PoP, without it").waitFor();
  },
  "find-everywhere": async (page) => {
    await page.getByRole("button", { name: "Find", exact: true }).click();
    await page.locator(".country-lines").waitFor();
  },
  secrets: async (page) => {
    await page.getByRole("button", { name: "Make a key" }).click();
    await page.getByRole("button", { name: /^Add version/ }).click();
    await page
      .locator(".bars li")
      .getByText(/^1,2\d\d records$/)
      .waitFor();
    await eventually(() => page.getByRole("button", { name: "Rotate all records" }).isEnabled()).toBe(true);
  },
  files: async (page) => {
    await page.getByRole("radio", { name: /^Georgia/ }).check();
    await page.getByLabel("Record in Georgia").waitFor();
    const file = { name: "passport.png", mimeType: "image/png", buffer: picture };
    await page.locator("input[type=file]").setInputFiles(file);
    await page.getByRole("button", { name: "Fetch and open" }).first().click();
    await page.getByRole("img", { name: "passport.png" }).waitFor();
  },
  attack: async (page) => {
    await page.getByRole("switch", { name: "Swap two records" }).check({ force: true });
    await page.getByText("The PoP is hostile").waitFor();
    await page.getByRole("button", { name: "Find some records" }).click();
    await page.getByText(/2 refused/).waitFor();
  },
  locked: async (page) => {
    await page.getByRole("radio", { name: /^Georgia/ }).check();
    await page.getByRole("button", { name: "Lock", exact: true }).click();
    await page.getByRole("link", { name: "Find" }).click();
    await page.getByRole("button", { name: "Find", exact: true }).click();
    await page.locator(".card.sealed").first().waitFor();
  },
};

const places: Readonly<Record<string, string>> = { "find-everywhere": "find", locked: "secrets" };

const faultsSchema = object({
  violations: array(object({ id: string(), impact: nullish(string()), nodes: array(object({ html: string() })) })),
});

/** What axe finds that is serious, or worse. */
async function seriousFaults(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = parse(faultsSchema, await page.evaluate("axe.run()"));
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}

beforeAll(async () => {
  const page = await visits.visit();
  await page.getByRole("button", { name: "Load a thousand invented people" }).click();
  await page.getByText("1,200 records in 24 countries").waitFor({ timeout: 50_000 });
});

describe.each(Object.entries(states))("%s", (name, enter) => {
  test("is readable on a desktop and a phone, in light and dark, and has no serious fault for assistive technology", {
    timeout: 60_000,
  }, async () => {
    const page = await visits.visit({ path: `/#${places[name] ?? name}`, reducedMotion: "reduce" });
    await untilCounted(page);
    await enter(page);
    for (const [size, viewport] of Object.entries(sizes)) {
      await page.setViewportSize(viewport);
      await page.evaluate(() => scrollTo(0, 0));
      for (const colorScheme of schemes) {
        await page.emulateMedia({ colorScheme });
        await keepScreenshot(page, `${name}-${size}-${colorScheme}`);
        expect(await seriousFaults(page)).toEqual([]);
      }
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(width).toBeLessThanOrEqual(viewport.width);
    }
    if (name === "attack") await page.getByRole("button", { name: "Make it honest" }).click();
  });
});

function background(page: Page): Promise<string> {
  return page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
}

describe("the page", () => {
  test("follows the system's colours until the visitor chooses others", async () => {
    const page = await visits.visit({ colorScheme: "light" });
    const light = await background(page);
    await page.emulateMedia({ colorScheme: "dark" });
    await eventually(() => background(page)).not.toBe(light);
    await page.getByRole("button", { name: "Light" }).click();
    await eventually(() => background(page)).toBe(light);
    await page.getByRole("button", { name: "Dark" }).waitFor();
  });

  test("is used whole by the keyboard: skip, choose a country, write, find", async () => {
    const page = await visits.visit();
    await untilCounted(page);
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Skip to the view");
    await page.keyboard.press("Enter");
    expect(await page.evaluate(() => document.activeElement?.localName)).toBe("main");

    const focusOn = async (selector: string): Promise<void> => {
      for (let presses = 0; presses < 60; presses += 1) {
        if (await page.evaluate((selector) => document.activeElement?.matches(selector) ?? false, selector)) return;
        await page.keyboard.press("Tab");
      }
      throw new Error(`The keyboard does not get to ${selector}.`);
    };
    await focusOn("#draft-recordKey");
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.type("by-keyboard");
    await focusOn(".draft button[type=submit]");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "The row in the PoP’s database" }).waitFor();
    expect((await (await storageOf(visits.url)).read("de", "by-keyboard")).record.recordKey).toBe("by-keyboard");

    await page.reload();
    await untilCounted(page);
    await focusOn("input[name=country]");
    await page.keyboard.press("ArrowDown");
    const chosen = await page.evaluate(() => document.activeElement?.id);
    expect(chosen).toMatch(/^country-[a-z]{2}$/);
    expect(await page.getByRole("radio", { name: "All countries" }).isChecked()).toBe(false);
  });

  test("comes in less than 200 kB, gzipped", async () => {
    const page = await (await visits.visit()).context().newPage();
    const sizes = new Map<string, Promise<number>>();
    page.on("response", (response) => {
      const { pathname } = new URL(response.url());
      if (pathname !== "/" && !pathname.startsWith("/assets/")) return;
      sizes.set(
        pathname,
        response.body().then((body) => gzipSync(body).length),
      );
    });
    await page.goto(visits.url, { waitUntil: "networkidle" });
    expect([...sizes.keys()].some((path) => path.endsWith(".js"))).toBe(true);
    expect([...sizes.keys()].some((path) => path.includes("people"))).toBe(false);
    const total = (await Promise.all(sizes.values())).reduce((sum, size) => sum + size, 0);
    expect(total).toBeGreaterThan(10_000);
    expect(total).toBeLessThan(200_000);
  });
});
