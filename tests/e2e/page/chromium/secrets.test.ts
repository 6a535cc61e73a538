import { writeFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { firstPassword, storageOf } from "../playground.ts";
import { delayResponses, eventually, saveScreenshot, untilCounted, useVisits } from "./visitor.ts";

const visits = useVisits();

/** Writes a number of records to a country, encrypted with the page's initial secret. */
async function fill(country: string, count: number): Promise<void> {
  const storage = await storageOf(visits.url);
  const batches = Array.from({ length: count / 100 }, (_, batch) =>
    Array.from({ length: 100 }, (_, index) => ({
      recordKey: `person-${batch * 100 + index}`,
      key1: `Family ${index}`,
      rangeKey1: 9007199254740993n + BigInt(index),
      body: `{"note": "${"x".repeat(150)}"}`,
    })),
  );
  for (const batch of batches) await storage.batchWrite(country, batch);
}

/** The chart of records by version, for example "Version 1" → 2000. */
async function chartOf(page: Page): Promise<Record<string, number>> {
  const bars = await page.locator(".bars li").evaluateAll((items) =>
    items.map((item) => {
      const [words, count] = [...item.querySelectorAll(":scope > span")].map((part) => part.textContent ?? "");
      return [(words ?? "").replace(" current", "").trim(), Number((count ?? "").replace(/\D/g, ""))] as const;
    }),
  );
  return Object.fromEntries(bars);
}

async function makeKey(page: Page): Promise<string> {
  await page.getByRole("button", { name: "New key" }).click();
  const key = await page.getByLabel("32 bytes, in base64").inputValue();
  await page.getByRole("button", { name: /^Add version/ }).click();
  return key;
}

/** Watches for long tasks of the page; returns the longest, in milliseconds. */
async function watchTasks(page: Page): Promise<() => Promise<number>> {
  await page.evaluate(() => {
    const durations: number[] = [];
    Reflect.set(globalThis, "longTasks", durations);
    new PerformanceObserver((list) => durations.push(...list.getEntries().map(({ duration }) => duration))).observe({
      type: "longtask",
    });
  });
  return () => page.evaluate(() => Math.max(0, ...Reflect.get(globalThis, "longTasks")));
}

describe("rotation", () => {
  const count = 2_000;

  test("of 2,000 records updates the chart, can be cancelled and continued, and reports the longest task", async () => {
    await fill("fr", count);
    const page = await visits.visit({ path: "/#secrets" });
    await untilCounted(page);
    const key = await makeKey(page);
    expect(Buffer.from(key, "base64").length).toBe(32);
    await eventually(() => chartOf(page)).toEqual({ "Version 1": count, "Version 2": 0 });

    const longestTask = await watchTasks(page);
    await page.getByRole("button", { name: "Rotate all records" }).click();
    const bar = page.getByRole("progressbar", { name: "Rotating" });
    await eventually(() => page.textContent(".rotation .progress-text")).toMatch(/[\d,]+ per second, .+ left$/);
    await eventually(async () => (await chartOf(page))["Version 2"]).toBeGreaterThan(0);
    // Not yet done, however fast the machine is.
    const held = await delayResponses(page, "**/batchWrite");
    await page.getByRole("button", { name: "Dark" }).click();
    await saveScreenshot(page, "rotation-running");
    await page.getByRole("button", { name: "Cancel" }).click();
    await held.release();
    await page.getByText("Cancelled").waitFor();
    expect(await bar.count()).toBe(0);
    await eventually(async () => {
      const chart = await chartOf(page);
      return (chart["Version 1"] ?? 0) + (chart["Version 2"] ?? 0);
    }).toBe(count);
    const halfway = (await chartOf(page))["Version 2"] ?? 0;
    expect(halfway).toBeGreaterThan(0);
    expect(halfway).toBeLessThan(count);

    await page.getByRole("button", { name: "Continue" }).click();
    await page.locator(".rotation").getByText("Done").waitFor();
    await eventually(() => chartOf(page)).toEqual({ "Version 1": 0, "Version 2": count });
    // Printed and not asserted, since it depends on the load of the machine.
    await writeFile(
      new URL("../../../../artifacts/page/longest-task.txt", import.meta.url),
      `${await longestTask()} ms\n`,
    );
    expect(await page.textContent(".rotation .progress-text")).toContain("2,000 of 2,000");

    const rotated = await storageOf(visits.url, {
      currentVersion: 2,
      secrets: [{ version: 2, secret: key, isKey: true }],
    });
    expect((await rotated.find("fr", { version: 2 }, { limit: 1 })).meta.total).toBe(count);
    const { record } = await rotated.read("fr", "person-1999");
    expect(record).toMatchObject({ key1: "Family 99", rangeKey1: 9007199254741092n, version: 2 });
  });

  test("shows no records before the count", async () => {
    await (await storageOf(visits.url)).write("no", { recordKey: "one" });
    const page = await visits.visit({ path: "/#secrets" });
    const held = await delayResponses(page, "**/no/find");
    await page.getByRole("radio", { name: /^Norway/ }).check();
    await held.arrived();
    const everything = (): Promise<string> => page.innerText("main");
    expect(await everything()).toContain("Counting…");
    expect(await everything()).not.toMatch(/No records yet|Every record uses/);
    expect(await page.getByRole("button", { name: "Rotate all records" }).isEnabled()).toBe(false);
    await held.release();
    await eventually(everything).toContain("Every record uses version 1.");
    expect(await everything()).not.toMatch(/No records yet|Counting/);
  });

  test("skips and counts records without a secret on the page", async () => {
    const stranger = await storageOf(visits.url, { currentVersion: 9, secrets: [{ version: 9, secret: "another" }] });
    await stranger.write("lu", { recordKey: "not-ours" });
    const storage = await storageOf(visits.url);
    await storage.write("lu", { recordKey: "ours" });
    await storage.write("be", { recordKey: "elsewhere" });
    const page = await visits.visit({ path: "/#secrets" });
    await page.getByRole("radio", { name: /^Luxembourg/ }).check();
    await makeKey(page);
    await eventually(() => chartOf(page)).toEqual({ "Version 1": 1, "Version 2": 0, "Unknown version": 1 });
    await page.getByRole("button", { name: "Rotate all records" }).click();
    await page.getByText("Failed to decrypt 1 record").waitFor();
    await eventually(() => chartOf(page)).toEqual({ "Version 1": 0, "Version 2": 1, "Unknown version": 1 });

    // The report of a rotation names its own countries and version only.
    await page.getByRole("radio", { name: "All countries" }).check();
    await eventually(() => page.textContent(".rotation .progress-text")).toBe("Done, in Luxembourg1 of 2");
    await makeKey(page);
    await eventually(() => page.locator(".rotation .progress-text").count()).toBe(0);
  });
});

describe("secrets", () => {
  test("are a password or a key: an invalid key is rejected, and the newest encrypts new records", async () => {
    const page = await visits.visit({ path: "/#secrets" });
    await page.getByLabel("32 bytes, in base64").fill("too short");
    await page.getByText("A key is 32 bytes").waitFor();
    expect(await page.getByRole("button", { name: /^Add version/ }).isDisabled()).toBe(true);
    for (const [text, problem] of [
      [Buffer.alloc(31).toString("base64"), "This is 31 bytes."],
      [Buffer.alloc(32).toString("base64").replace("=", ""), "This base64 is incomplete"],
      [Buffer.alloc(32).toString("base64url"), "This base64 is incomplete"],
    ] as const) {
      await page.getByLabel("32 bytes, in base64").fill(text);
      await page.getByText(problem).waitFor();
    }
    await page.getByLabel("Version", { exact: true }).fill("");
    await page.getByText("A version is a whole number").waitFor();
    await page.getByLabel("Version", { exact: true }).fill("1");
    await page.getByText("Version 1 already exists.").waitFor();
    await page.getByRole("radio", { name: "Password" }).check();
    await page.getByRole("textbox", { name: "Password" }).fill("correct horse battery staple");
    await page.getByLabel("Version", { exact: true }).fill("12");
    await page.getByRole("button", { name: "Add version 12" }).click();
    await page.getByText("Version 12").first().waitFor();
    await page.getByRole("link", { name: "Write" }).click();
    await eventually(() => page.textContent(".client-fields .sent-as")).toContain("version 12");
    await page.getByLabel("Record ID").fill("twelve");
    await page.getByRole("button", { name: /^Encrypt and send/ }).click();
    await page.getByRole("heading", { name: "The row in the PoP’s database" }).waitFor();
    const reader = await storageOf(visits.url, {
      currentVersion: 12,
      secrets: [{ version: 12, secret: "correct horse battery staple" }],
    });
    expect((await reader.read("de", "twelve")).record.version).toBe(12);
  });

  test("are cleared by Lock: only public data remain visible, and only the right secret decrypts again", async () => {
    await (await storageOf(visits.url)).write("cy", { recordKey: "locked-in", key1: "Eleni", body: "asthma" });
    const page = await visits.visit({ path: "/#find" });
    await page.getByRole("radio", { name: /^Cyprus/ }).check();
    await page.getByRole("button", { name: "Find", exact: true }).click();
    await page.getByText("asthma").waitFor();

    await page.getByRole("button", { name: "Lock", exact: true }).click();
    await page.getByText("This page is locked.").waitFor();
    expect(await page.getByText("asthma").count()).toBe(0);
    await page.getByRole("button", { name: "Find", exact: true }).click();
    const card = page.locator(".card.failed");
    await card.waitFor();
    expect(await card.textContent()).toMatch(/"body":\s*"2:[\w+/=]{100,}"/);
    await page.getByRole("link", { name: "Write" }).click();
    expect(await page.getByRole("button", { name: /^Encrypt and send/ }).isDisabled()).toBe(true);
    await eventually(() => page.textContent("#sent-body code")).toBe("—");

    const unlockWith = async (password: string): Promise<void> => {
      await page.getByLabel("Version 1 (password)").fill(password);
      await page.getByRole("button", { name: "Unlock", exact: true }).last().click();
    };
    const findAgain = async (): Promise<void> => {
      await page.getByRole("link", { name: "Find" }).click();
      await page.getByRole("button", { name: "Find", exact: true }).click();
    };
    await page.getByRole("link", { name: "Secrets" }).click();
    await unlockWith("a wrong guess");
    await page.getByText("This secret does not decrypt the records of version 1.").waitFor();
    await page.getByRole("button", { name: "Use it anyway" }).click();
    await page.getByRole("button", { name: /^Lock: remove/ }).waitFor();
    await findAgain();
    await eventually(() => page.textContent(".cards")).toMatch(/cannot be decrypted/);
    await page.getByRole("link", { name: "Secrets" }).click();
    await page.getByRole("button", { name: /^Lock: remove/ }).click();
    await unlockWith(firstPassword);
    await page.getByRole("button", { name: /^Lock: remove/ }).waitFor();
    await findAgain();
    await eventually(() => page.textContent(".cards")).toMatch(/asthma/);
  });

  test("are never stored, and never sent", async () => {
    await (await storageOf(visits.url)).write("de", { recordKey: "to-be-rotated" });
    const page = await visits.visit({ path: "/#secrets" });
    const sent: string[] = [];
    page.on("request", (request) => {
      sent.push(request.url(), JSON.stringify(request.headers()), request.postData() ?? "");
    });
    await page.getByRole("radio", { name: "Password" }).check();
    await page.getByRole("textbox", { name: "Password" }).fill("a secret of this test");
    await page.getByRole("button", { name: /^Add version/ }).click();
    const key = await makeKeyAfterPassword(page);
    await page.getByRole("link", { name: "Write" }).click();
    await page.getByLabel("Record ID").fill("never-sent");
    await page.getByRole("button", { name: /^Encrypt and send/ }).click();
    await page.getByRole("heading", { name: "The row in the PoP’s database" }).waitFor();
    await page.getByRole("link", { name: "Secrets" }).click();
    await page.getByRole("radio", { name: /^Germany/ }).check();
    await page.getByRole("button", { name: "Rotate all records" }).click();
    await page.locator(".rotation").getByText("Done").waitFor();

    const everything = sent.join("\n");
    expect(everything).toContain("batchWrite");
    for (const secret of [firstPassword, "a secret of this test", key]) {
      const forms = [
        secret,
        encodeURIComponent(secret),
        Buffer.from(secret).toString("base64"),
        Buffer.from(secret).toString("hex"),
      ];
      for (const form of forms) expect(everything.includes(form)).toBe(false);
    }
    expect(await page.context().cookies()).toEqual([]);
    const stored = await page.evaluate(async () => ({
      local: localStorage.length,
      session: sessionStorage.length,
      databases: (await indexedDB.databases()).length,
      caches: (await caches.keys()).length,
      workers: (await navigator.serviceWorker.getRegistrations()).length,
    }));
    expect(stored).toEqual({ local: 0, session: 0, databases: 0, caches: 0, workers: 0 });
  });
});

async function makeKeyAfterPassword(page: Page): Promise<string> {
  await page.getByRole("radio", { name: "Key" }).check();
  return makeKey(page);
}
