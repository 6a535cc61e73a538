import axe from "axe-core";
import type { Locator, Page } from "playwright-core";
import { array, nullish, object, parse, string } from "valibot";
import { beforeAll, describe, expect, test } from "vitest";
import { storageOf, writePeople } from "../playground.ts";
import { picture } from "./picture.ts";
import { eventually, saveScreenshot, untilCounted, useVisits } from "./visitor.ts";

const visits = useVisits();

const sizes = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } } as const;
const schemes = ["light", "dark"] as const;
const examined = { desktop: "light", phone: "dark" } as const;

/** Each view in its most common state. */
const states: Readonly<Record<string, (page: Page) => Promise<unknown>>> = {
  write: async (page) => {
    await page.getByRole("button", { name: /^Encrypt and send/ }).click();
    await page.getByRole("heading", { name: "The row in the PoP’s database" }).waitFor();
    await page.getByText("Code for this operation").click();
  },
  find: async (page) => {
    await page.getByRole("radio", { name: /^Georgia/ }).check();
    await page.getByRole("button", { name: "Add a condition" }).click();
    await page.getByLabel("Field").selectOption("rangeKey1");
    await page.getByLabel("Operator").selectOption("atLeast");
    await page.getByLabel("Value").fill("19700101");
    await page.getByRole("button", { name: "Find", exact: true }).click();
    await page.locator(".card").first().waitFor();
    await page.getByRole("button", { name: "Show details" }).first().click();
    await page.getByText("Stored on the PoP").waitFor();
  },
  "find-everywhere": async (page) => {
    await page.getByRole("button", { name: "Find", exact: true }).click();
    await page.locator(".country-lines").waitFor();
  },
  secrets: async (page) => {
    await page.getByRole("button", { name: "New key" }).click();
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
    await page.getByRole("button", { name: "Download" }).first().click();
    await page.getByRole("img", { name: "passport.png" }).waitFor();
  },
  attack: async (page) => {
    await page.getByRole("switch", { name: "Swap two records" }).check({ force: true });
    await page.getByText("The PoP is hostile").waitFor();
    await page.getByRole("button", { name: "Find records" }).click();
    await page.getByText(/2 rejected/).waitFor();
  },
  locked: async (page) => {
    await page.getByRole("radio", { name: /^Georgia/ }).check();
    await page.getByRole("button", { name: "Lock", exact: true }).click();
    await page.getByRole("link", { name: "Find" }).click();
    await page.getByRole("button", { name: "Find", exact: true }).click();
    await page.locator(".card.failed").first().waitFor();
  },
};

const places: Readonly<Record<string, string>> = { "find-everywhere": "find", locked: "secrets" };

const faultsSchema = object({
  violations: array(object({ id: string(), impact: nullish(string()), nodes: array(object({ html: string() })) })),
});

/** Serious and critical violations found by axe. */
async function seriousFaults(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  // Only violations are collected, not every element that passes, which takes as long as the rules themselves.
  const { violations } = parse(faultsSchema, await page.evaluate(`axe.run({ resultTypes: ["violations"] })`));
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}

beforeAll(async () => {
  await writePeople(visits.url);
});

describe.each(Object.entries(states))("%s", (name, enter) => {
  test("is readable on a desktop and a phone, in light and dark, and has no serious accessibility violation", async () => {
    const page = await visits.visit({ path: `/#${places[name] ?? name}` });
    await untilCounted(page);
    await enter(page);
    for (const size of ["desktop", "phone"] as const) {
      const viewport = sizes[size];
      await page.setViewportSize(viewport);
      await page.evaluate(() => scrollTo(0, 0));
      for (const colorScheme of schemes) {
        await page.emulateMedia({ colorScheme });
        await saveScreenshot(page, `${name}-${size}-${colorScheme}`);
        // Each size and each scheme once: a scheme only changes colours, a size only the layout.
        if (examined[size] === colorScheme) expect(await seriousFaults(page)).toEqual([]);
      }
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(width).toBeLessThanOrEqual(viewport.width);
    }
    if (name === "attack") await page.getByRole("button", { name: "Stop the attack" }).click();
  });
});

function background(page: Page): Promise<string> {
  return page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
}

/** The names of those entirely in the window, and not behind the bar at its bottom. */
async function inFirstScreen(page: Page, places: Readonly<Record<string, Locator>>): Promise<string[]> {
  const height = page.viewportSize()?.height ?? 0;
  const bottoms = Object.entries(places).map(async ([name, place]) => {
    const box = await place.first().boundingBox();
    return box !== null && box.y >= 0 && box.y + box.height <= height ? [name] : [];
  });
  return (await Promise.all(bottoms)).flat();
}

describe("the first screen", () => {
  test("of a desktop shows a form, its encrypted form, and the button that sends it", async () => {
    const page = await visits.visit({ viewport: sizes.desktop });
    await untilCounted(page);
    await eventually(() => page.textContent("#sent-body code")).toMatch(/^2:/);
    const places = {
      heading: page.getByRole("heading", { name: "Personal data, encrypted before it is sent." }),
      body: page.getByLabel("Other data"),
      ciphertext: page.locator("#sent-body code"),
      hash: page.locator("#sent-key2 code"),
      send: page.getByRole("button", { name: /^Encrypt and send/ }),
      empty: page.getByRole("button", { name: "Delete all" }),
    };
    expect(await inFirstScreen(page, places)).toEqual(Object.keys(places));
  });

  test("of a phone shows the purpose of each view", async () => {
    const page = await visits.visit({ viewport: sizes.phone });
    await untilCounted(page);
    for (const title of ["Find", "Secrets", "Files", "Attack", "Write"]) {
      await page.evaluate(() => scrollTo(0, 0));
      await page.getByRole("link", { name: title, exact: true }).click();
      await page.getByRole("main", { name: title }).waitFor();
      const heading = page.getByRole("main").getByRole("heading", { level: 2 });
      expect([title, await inFirstScreen(page, { heading })]).toEqual([title, ["heading"]]);
    }
  });

  test("has its explanation only on the first visit; later visits start at the form", async () => {
    const page = await visits.visit();
    const lead = page.getByText(/The PoP stores and finds the record/);
    expect(await lead.isVisible()).toBe(true);
    await page.getByRole("link", { name: "Find" }).click();
    await page.getByRole("link", { name: "Write" }).click();
    const heading = page.getByRole("heading", { name: "Personal data, encrypted before it is sent." });
    await heading.waitFor();
    expect(await lead.isVisible()).toBe(false);
    await heading.click();
    expect(await lead.isVisible()).toBe(true);
  });

  test("of a phone has no map, unless it is opened", async () => {
    const page = await visits.visit({ viewport: sizes.phone });
    await untilCounted(page);
    expect(await page.locator(".map").isVisible()).toBe(false);
    await page.getByRole("button", { name: "Larger map" }).click();
    expect(await page.locator(".map").isVisible()).toBe(true);
    expect(await page.textContent(".map-legend")).toBe("Records1–3031–6061–9091–120");
    await page.getByRole("button", { name: "Smaller map" }).click();
    expect(await page.locator(".map").isVisible()).toBe(false);
  });

  test("shows that the page is locked, whichever view locked it", async () => {
    const page = await visits.visit({ viewport: sizes.phone });
    await untilCounted(page);
    await page.evaluate(() => scrollTo({ top: 600, behavior: "instant" }));
    await page.getByRole("button", { name: "Lock", exact: true }).click();
    const banner = page.getByText("This page is locked.");
    await banner.waitFor();
    await eventually(() => inFirstScreen(page, { banner })).toEqual(["banner"]);
  });
});

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

  test("can be used entirely by keyboard: skip, select a country, write, find", async () => {
    const page = await visits.visit();
    await untilCounted(page);
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Skip to content");
    await page.keyboard.press("Enter");
    expect(await page.evaluate(() => document.activeElement?.localName)).toBe("main");

    const focusOn = async (selector: string): Promise<void> => {
      for (let presses = 0; presses < 60; presses += 1) {
        if (await page.evaluate((selector) => document.activeElement?.matches(selector) ?? false, selector)) return;
        await page.keyboard.press("Tab");
      }
      throw new Error(`The keyboard does not reach ${selector}.`);
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

  test("loads in less than 200 kB of transferred data", async () => {
    const page = await visits.visit();
    // As on a first visit.
    const session = await page.context().newCDPSession(page);
    await session.send("Network.enable");
    await session.send("Network.setCacheDisabled", { cacheDisabled: true });
    const sizes = new Map<string, Promise<number>>();
    page.on("response", (response) => {
      const { pathname } = new URL(response.url());
      if (pathname !== "/" && !pathname.startsWith("/assets/")) return;
      // The transferred bytes, before decompression.
      const sent = response.finished().then(() => response.request().sizes());
      sizes.set(
        pathname,
        sent.then(({ responseBodySize, responseHeadersSize }) => responseBodySize + responseHeadersSize),
      );
    });
    await page.reload({ waitUntil: "networkidle" });
    expect([...sizes.keys()].some((path) => path.endsWith(".js"))).toBe(true);
    expect([...sizes.keys()].some((path) => path.includes("people"))).toBe(false);
    const total = (await Promise.all(sizes.values())).reduce((sum, size) => sum + size, 0);
    await session.detach();
    expect(total).toBeGreaterThan(10_000);
    expect(total).toBeLessThan(200_000);
  });
});
