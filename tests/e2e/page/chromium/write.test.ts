import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { runProgram } from "../../../support/runtimes/processes.ts";
import { firstPassword, hashOf, root, rowOf, storageOf, tsx } from "../playground.ts";
import { delayResponses, eventually, untilCounted, useVisits } from "./visitor.ts";

const visits = useVisits();

async function leaving(page: Page, field: string): Promise<{ badge: string; text: string }> {
  const [badge, text] = await Promise.all([
    page.textContent(`#sent-${field} .badge`),
    page.textContent(`#sent-${field} code`),
  ]);
  return { badge: badge ?? "", text: text ?? "" };
}

async function send(page: Page): Promise<void> {
  await page.getByRole("button", { name: /^Encrypt and send/ }).click();
  await page.getByRole("heading", { name: "The row in the PoP’s database" }).waitFor();
}

describe("during typing", () => {
  test("each key is hashed, the body encrypted, a number left plain, and nothing is sent", async () => {
    const page = await visits.visit();
    await untilCounted(page);
    const sent: string[] = [];
    page.on("request", (request) => sent.push(request.url()));

    await page.getByLabel("Family name").fill("");
    await page.getByLabel("Family name").pressSequentially("Lovelace");
    await page.getByLabel("Other data").fill("Allergic to penicillin");
    await page.getByLabel("Birth date").fill("18151210");

    await eventually(() => leaving(page, "rangeKey1")).toEqual({ badge: "plain", text: "18151210" });
    expect(await leaving(page, "key1")).toEqual({ badge: "hashed", text: hashOf("Lovelace") });
    const first = await leaving(page, "body");
    expect(first).toEqual({ badge: "encrypted", text: expect.stringMatching(/^2:[\w+/]{150,}=*$/) });

    await page.getByLabel("Other data").fill("Allergic to penicillin.");
    await eventually(async () => (await leaving(page, "body")).text).not.toBe(first.text);
    expect(sent).toEqual([]);
  });

  test("the whole request is shown, and contains none of the typed words", async () => {
    const page = await visits.visit();
    await page.getByLabel("Given name").fill("Augusta Ada");
    await page.getByText("Request preview").click();
    const body = page.getByRole("region", { name: /^Request body/ });
    await eventually(() => body.textContent()).toContain(hashOf("Augusta Ada"));
    const shown = (await page.textContent("details.panel[open]")) ?? "";
    expect(shown).toContain("POST /v2/storage/records/de");
    expect(shown).toContain("x-env-id: playground");
    expect(shown).not.toContain("Augusta");
  });

  test("an error of the SDK is shown next to its field, and the button is disabled", async () => {
    const page = await visits.visit();
    await page.getByLabel("Birth date").fill("1815-12-10");
    await eventually(() => page.textContent("#problem-rangeKey1")).toBe("Enter a whole number.");
    // The other fields remain usable.
    await page.getByLabel("Given name").fill("Augusta");
    await eventually(() => leaving(page, "key2")).toEqual({ badge: "hashed", text: hashOf("Augusta") });
    expect((await leaving(page, "rangeKey1")).text).toBe("—");
    expect(await page.getByText("Request preview").count()).toBe(0);
    await page.getByLabel("Birth date").fill("99999999999999999999");
    await eventually(() => page.textContent("#problem-rangeKey1")).toContain("must be between");
    expect(await page.getByRole("button", { name: /^Encrypt and send/ }).isDisabled()).toBe(true);
    await page.getByLabel("Birth date").fill("18151210");
    await page.getByLabel("Record ID").fill("");
    await eventually(() => page.textContent("#problem-recordKey")).toMatch(/^recordKey must not be empty.*\.$/);
    await page.getByLabel("Given name").fill("Ada");
    await eventually(() => leaving(page, "key2")).toEqual({ badge: "hashed", text: hashOf("Ada") });
    expect((await leaving(page, "recordKey")).text).toBe("—");
  });

  test("search keys are sent plain if that is selected", async () => {
    const page = await visits.visit();
    await page.getByLabel("Family name").fill("Lovelace");
    await page.getByLabel("Hash key1 to key20").uncheck();
    await eventually(() => leaving(page, "key1")).toEqual({ badge: "plain", text: "Lovelace" });
    await page.getByLabel("Keys ignore case").check();
    await eventually(() => leaving(page, "key1")).toEqual({ badge: "plain", text: "lovelace" });
    expect((await leaving(page, "profileKey")).badge).toBe("hashed");
  });
});

describe("a written record", () => {
  test("is shown as the PoP's database has it, and another program can decrypt it", async () => {
    const page = await visits.visit();
    await page.getByLabel("Country", { exact: true }).selectOption({ label: "New Zealand" });
    await page.getByLabel("Record ID").fill("ada");
    await page.getByLabel("Family name").fill("Lovelace");
    await page.getByLabel("Other data").fill("Allergic to penicillin");
    await page.getByLabel("Add a field").selectOption("rangeKey2");
    await page.getByLabel("Balance").fill("9223372036854775807");
    await send(page);

    const row = await rowOf(visits.url, "nz", "ada");
    const shown = await page
      .locator(".stored tbody tr")
      .evaluateAll((rows) =>
        rows.map((row) => [...row.querySelectorAll("code")].map((cell) => cell.textContent ?? "")),
      );
    const set = Object.entries(row).filter(([, value]) => value !== null && !Array.isArray(value));
    expect(shown).toEqual(set.map(([wire, value]) => [wire, String(value)]));
    expect(JSON.stringify(shown)).not.toMatch(/Lovelace|penicillin/);

    const { record } = await (await storageOf(visits.url)).read("nz", "ada");
    expect(record).toMatchObject({
      key1: "Lovelace",
      rangeKey2: 9223372036854775807n,
      body: "Allergic to penicillin",
      version: 1,
    });
  });

  test("is found again if keys ignore case and the name has capitals", async () => {
    const page = await visits.visit();
    await page.getByLabel("Keys ignore case").check();
    await page.getByLabel("Country", { exact: true }).selectOption({ label: "Samoa" });
    await page.getByLabel("Record ID").fill("Patient-A");
    await send(page);
    expect(await page.textContent(".stored .row-table")).toContain(hashOf("patient-a"));
    await page.getByRole("radio", { name: /^Samoa/ }).check();
    await page.getByRole("link", { name: "Find" }).click();
    await page.getByRole("button", { name: "Find", exact: true }).click();
    await page.getByRole("button", { name: "Show details" }).click();
    await eventually(() => page.locator(".opened .row-table").textContent()).toContain(hashOf("patient-a"));
  });

  test("keeps the seconds of an unchanged date", async () => {
    const expiresAt = new Date("2999-12-31T21:58:59.123Z");
    const storage = await storageOf(visits.url);
    await storage.write("to", { recordKey: "to-the-second", key1: "Before", expiresAt });
    const page = await visits.visit({ path: "/#find" });
    await page.getByRole("radio", { name: /^Tonga/ }).check();
    await page.getByRole("button", { name: "Find", exact: true }).click();
    await page.getByRole("button", { name: "Edit" }).click();
    await page.getByLabel("Family name").fill("After");
    await send(page);
    expect((await storage.read("to", "to-the-second")).record).toMatchObject({ key1: "After", expiresAt });
  });

  test("is shown with its own requests, and no others in progress", async () => {
    await (await storageOf(visits.url)).write("mc", { recordKey: "slow" });
    const page = await visits.visit({ path: "/#find" });
    await page.getByRole("radio", { name: /^Monaco/ }).check();
    await untilCounted(page);
    const held = await delayResponses(page, "**/records/mc/find");
    await page.getByRole("button", { name: "Find", exact: true }).click();
    await held.arrived();
    await page.getByRole("link", { name: "Write" }).click();
    await page.getByLabel("Country", { exact: true }).selectOption({ label: "Malta" });
    await send(page);
    const request = page.locator(".sent summary code").first();
    expect(await request.textContent()).toBe("POST /v2/storage/records/mt");
    await page.locator(".sent").getByRole("heading", { name: "The request", exact: true }).waitFor();
    await held.release();
    await page.getByRole("link", { name: "Find" }).click();
    await page.locator(".found").getByRole("heading", { name: "The request", exact: true }).click();
    expect(await page.textContent(".found summary code")).toBe("POST /v2/storage/records/mc/find");
    expect(await page.textContent(".found .headers")).not.toContain("operation");
  });

  test("is counted at once, and its country can be selected", async () => {
    const page = await visits.visit();
    await untilCounted(page);
    await page.getByLabel("Country", { exact: true }).selectOption({ label: "Chile" });
    await send(page);
    await page.getByRole("radio", { name: /^Chile/ }).check();
    expect(await page.getByRole("radio", { name: /^Chile/ }).isChecked()).toBe(true);
    await page.getByRole("link", { name: "Find" }).click();
    await page.getByRole("heading", { name: "Find records in Chile" }).waitFor();
  });

  test("replaces the row of the previous one, whatever the order of the responses", async () => {
    const page = await visits.visit();
    const row = `**/records/de/${hashOf("before")}`;
    await page.route(row, (route) => route.fulfill({ status: 500, body: "{}" }));
    await page.getByLabel("Record ID").fill("before");
    await page.getByRole("button", { name: /^Encrypt and send/ }).click();
    await page.getByText(/^The PoP returned 500 for GET/).waitFor();
    await page.unroute(row);
    const held = await delayResponses(page, row);
    await page.getByRole("button", { name: "Try again" }).click();
    await held.arrived();
    await page.getByLabel("Record ID").fill("after");
    await send(page);
    await held.release();
    // Later responses have been processed as well.
    await page.evaluate(() => fetch("/countries").then((response) => response.text()));
    expect(await page.textContent(".stored .row-table")).toContain(hashOf("after"));
  });

  test("comes with a program that does the same", async () => {
    const page = await visits.visit();
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.getByLabel("Record ID").fill("grace");
    await page.getByLabel("Add a field").selectOption("expiresAt");
    await page.getByLabel("Expires at").fill("2999-12-31T23:59");
    await send(page);
    await page.getByText("Code for this operation").click();
    await page.getByRole("button", { name: "Copy the code" }).click();
    await page.getByRole("button", { name: "Copied" }).waitFor();
    const code = await page.evaluate(() => navigator.clipboard.readText());
    expect(code).not.toContain(firstPassword);

    const storage = await storageOf(visits.url);
    const { record: written } = await storage.read("de", "grace");
    await storage.delete("de", "grace");
    expect(await runTypeScript(code, { SECRET_1: firstPassword })).toBe(0);
    const { record: writtenAgain } = await storage.read("de", "grace");
    const { createdAt: _created, updatedAt: _updated, ...expected } = written;
    expect(writtenAgain).toMatchObject(expected);
    expect(writtenAgain.expiresAt?.getUTCFullYear()).toBeGreaterThanOrEqual(2999);
  });
});

/** Runs a program that imports `incountry-storage`, and returns its exit code. */
async function runTypeScript(code: string, env: Readonly<Record<string, string>>): Promise<number> {
  const artifacts = join(root, "artifacts");
  await mkdir(artifacts, { recursive: true });
  const folder = await mkdtemp(join(artifacts, "code-"));
  try {
    const file = join(folder, "copied.mts");
    await writeFile(file, code);
    return await runProgram(process.execPath, [...tsx, file], { cwd: root, env });
  } finally {
    await rm(folder, { recursive: true });
  }
}
