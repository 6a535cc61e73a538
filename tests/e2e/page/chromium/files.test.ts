import { createHash, randomBytes } from "node:crypto";
import type { Locator, Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { hashOf, storageOf } from "../playground.ts";
import { drop, png, visitFiles } from "./file-visitor.ts";
import { picture } from "./picture.ts";
import { delayResponses, eventually, useVisits, watchProgress } from "./visitor.ts";

const visits = useVisits();

beforeAll(async () => {
  const storage = await storageOf(visits.url);
  for (const country of ["no", "dk", "fi"]) {
    await storage.batchWrite(country, [
      { recordKey: "first", key2: "Kari", body: "one" },
      { recordKey: "second", key2: "Ola", body: "two" },
      { recordKey: "third", key2: "Nils", body: "three" },
    ]);
  }
});

/** The page's description of the PoP's copy of a file. */
async function keptOf(card: Locator): Promise<Record<string, string>> {
  const rows = await card
    .locator(".stored-file div")
    .evaluateAll((items) =>
      items.map(
        (item) => [item.querySelector("dt")?.textContent ?? "", item.querySelector("dd")?.textContent ?? ""] as const,
      ),
    );
  return Object.fromEntries(rows);
}

const pngStart = "89 50 4e 47 0d 0a 1a 0a";

describe("a file", () => {
  test("that is encrypted is noise at the PoP, and a picture on the page", async () => {
    const page = await visitFiles(visits, /^Norway/, "first");
    await drop(page, [png]);
    const card = page.getByRole("region", { name: png.name });
    await card.waitFor();
    const kept = await keptOf(card);
    expect(kept["Name"]).toMatch(/^[\da-f]{64}\.sealed$/);
    expect(kept["Type"]).toBe("application/octet-stream");
    expect(kept["First bytes"]).not.toContain(pngStart);
    expect(kept["SHA-256"]).not.toBe(createHash("sha256").update(picture).digest("hex"));

    await card.getByRole("button", { name: "Download" }).click();
    const image = card.getByRole("img", { name: png.name });
    await image.waitFor();
    await eventually(() =>
      image.evaluate((element) => element instanceof HTMLImageElement && element.naturalWidth),
    ).toBe(16);
    const download = page.waitForEvent("download");
    await card.getByRole("link", { name: /^Save/ }).click();
    expect((await download).suggestedFilename()).toBe(png.name);
  });

  test("that is not encrypted is readable by the PoP", async () => {
    const page = await visitFiles(visits, /^Norway/, "second");
    await page.getByLabel("Encrypt before upload").uncheck();
    await drop(page, [
      png,
      { name: "note.txt", type: "text/plain", base64: Buffer.from("allergic").toString("base64") },
    ]);
    const card = page.getByRole("region", { name: png.name });
    await card.waitFor();
    expect(await keptOf(card)).toMatchObject({
      Name: png.name,
      Type: "image/png",
      "SHA-256": createHash("sha256").update(picture).digest("hex"),
      "First bytes": expect.stringContaining(pngStart),
    });
    const note = page.getByRole("region", { name: "note.txt" });
    await note.waitFor();
    expect((await keptOf(note))["As text"]).toBe("allergic");
  });

  test("can be chosen from the disk as well, renamed, and deleted after a confirmation", async () => {
    const page = await visitFiles(visits, /^Norway/, "third");
    await page.getByLabel("Encrypt before upload").uncheck();
    await page
      .locator("input[type=file]")
      .setInputFiles({ name: "scan.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-") });
    const card = page.getByRole("region", { name: "scan.pdf" });
    await card.getByRole("button", { name: "Rename" }).click();
    await page.getByLabel("New name of scan.pdf").press("Escape");
    await card.getByRole("button", { name: "Rename" }).click();
    await card.getByRole("button", { name: "Cancel" }).click();
    await card.getByRole("button", { name: "Rename" }).click();
    await page.getByLabel("New name of scan.pdf").fill("passport.pdf");
    await page.keyboard.press("Enter");
    const renamed = page.getByRole("region", { name: "passport.pdf" });
    await renamed.waitFor();
    expect(await keptOf(renamed)).toMatchObject({ Name: "passport.pdf", Type: "application/pdf" });
    await renamed.getByRole("button", { name: "Delete" }).click();
    await renamed.getByRole("button", { name: "Yes, delete" }).click();
    await page.getByText("This record has no files yet.").waitFor();
    expect((await (await storageOf(visits.url)).read("no", "third")).record.attachments ?? []).toEqual([]);
  });

  test("stays visible if the response to an earlier request arrives late", async () => {
    await (await storageOf(visits.url)).write("is", { recordKey: "only" });
    const page = await visits.visit({ path: "/#files" });
    const held = await delayResponses(page, `**/records/is/${hashOf("only")}`, { times: 1 });
    await page.getByRole("radio", { name: /^Iceland/ }).check();
    await held.arrived();
    await page.getByText("Loading files…").waitFor();
    await drop(page, [png]);
    const card = page.getByRole("region", { name: png.name });
    await card.waitFor();
    await held.release();
    // The late response must have no effect, so the card is watched for longer than it would take to disappear.
    for (let look = 0; look < 20; look += 1) {
      expect(await card.count()).toBe(1);
      await page.evaluate(() => new Promise(requestAnimationFrame));
    }
  });

  test("of many bytes shows its progress, up and down", async () => {
    const page = await visitFiles(visits, /^Denmark/, "first");
    const session = await page.context().newCDPSession(page);
    await session.send("Network.emulateNetworkConditions", {
      offline: false,
      latency: 5,
      downloadThroughput: 4_000_000,
      uploadThroughput: 4_000_000,
    });
    const bytes = randomBytes(4_000_000);
    const seen = await watchProgress(page);
    await page.locator("input[type=file]").setInputFiles({ name: "scan.tiff", mimeType: "image/tiff", buffer: bytes });
    const card = page.getByRole("region", { name: "scan.tiff" });
    await card.waitFor();
    expect(await seen("Uploading scan.tiff")).toBeGreaterThan(2);
    await card.getByRole("button", { name: "Download" }).click();
    await card.getByRole("link", { name: "Save scan.tiff" }).waitFor();
    expect(await seen("Downloading scan.tiff")).toBeGreaterThan(2);
    const { record } = await (await storageOf(visits.url)).read("dk", "first");
    const { attachmentData } = await (await storageOf(visits.url)).getAttachmentFile(
      "dk",
      "first",
      record.attachments?.[0]?.fileId ?? "",
    );
    expect(Buffer.from(await attachmentData.bytes()).equals(bytes)).toBe(true);
    await session.detach();
  });

  test("releases its decrypted picture when it is replaced", async () => {
    const page = await visitFiles(visits, /^Denmark/, "third");
    const held = await watchObjectUrls(page);
    await drop(page, [png]);
    const card = page.getByRole("region", { name: png.name });
    await card.getByRole("button", { name: "Download" }).click();
    const image = card.getByRole("img", { name: png.name });
    await image.waitFor();
    expect(await held()).toBe(1);
    await drop(page, [{ ...png, base64: Buffer.from("another picture").toString("base64") }]);
    await image.waitFor({ state: "detached" });
    expect(await held()).toBe(0);
  });

  test("that is encrypted stays encrypted for a locked page", async () => {
    const page = await visitFiles(visits, /^Denmark/, "second");
    await drop(page, [png]);
    await page.getByRole("region", { name: png.name }).waitFor();
    await page.getByRole("button", { name: "Lock", exact: true }).click();
    await page.getByText("Files are attached to a record that this page can read.").waitFor();
    expect(await page.getByText(png.name).count()).toBe(0);
  });
});

/** Counts the object URLs of the page. */
async function watchObjectUrls(page: Page): Promise<() => Promise<number>> {
  const urls = await page.evaluateHandle(() => {
    const urls = new Set<string>();
    const createObjectURL = URL.createObjectURL.bind(URL);
    const revokeObjectURL = URL.revokeObjectURL.bind(URL);
    URL.createObjectURL = (file) => {
      const url = createObjectURL(file);
      urls.add(url);
      return url;
    };
    URL.revokeObjectURL = (url) => {
      urls.delete(url);
      revokeObjectURL(url);
    };
    return urls;
  });
  return () => urls.evaluate(({ size }) => size);
}

describe("a hostile PoP", () => {
  test("that swaps two records is detected, in the trial, in find and in read", async () => {
    const page = await visits.visit({ path: "/#attack" });
    await page.getByRole("radio", { name: /^Finland/ }).check();
    await page.getByRole("button", { name: "Find records" }).click();
    await page.getByText("3 records accepted, 0 rejected.").waitFor();

    await page.getByRole("switch", { name: "Swap two records" }).check({ force: true });
    await page.getByText("The PoP is hostile: it swaps records.").waitFor();
    await page.getByRole("button", { name: "Find records" }).click();
    await page.getByText("1 record accepted, 2 rejected.").waitFor();
    expect(await page.locator(".check-results .rejected").allTextContents()).toEqual([
      expect.stringMatching(/^StorageIntegrityError.*recordKey/),
      expect.stringMatching(/^StorageIntegrityError.*recordKey/),
    ]);

    await page.getByRole("link", { name: "Find" }).click();
    await page.getByRole("button", { name: "Find", exact: true }).click();
    await eventually(() => page.textContent(".found [role=status]")).toBe("3 records match: 1 readable, 2 rejected.");
    const cards = page.locator(".cards > li");
    expect(await cards.evaluateAll((items) => items.map((item) => item.classList.contains("rejected")))).toEqual([
      true,
      true,
      false,
    ]);
    await page.getByRole("button", { name: "Show details" }).click();
    const opened = page.locator(".opened");
    await opened.getByText("StorageIntegrityError").waitFor();

    await page.getByRole("button", { name: "Stop the attack" }).click();
    await page.getByText("The PoP is hostile").waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Find", exact: true }).click();
    await eventually(() => page.locator(".card.rejected").count()).toBe(0);
  });

  test("that flips a bit of a file is detected, encrypted or not", async () => {
    const storage = await storageOf(visits.url);
    const file = new TextEncoder().encode("5 mg, twice a day");
    for (const encrypt of [true, false]) {
      await storage.addAttachment("fi", "third", { file, fileName: "dose.txt", encrypt, upsert: true });
      const page = await visits.visit({ path: "/#attack" });
      await page.getByRole("radio", { name: /^Finland/ }).check();
      await page.getByRole("button", { name: "Fetch a file" }).click();
      await page.getByText("dose.txt, 17 bytes, is unchanged.").waitFor();
      await page.getByRole("switch", { name: "Flip one bit of every file" }).check({ force: true });
      await page.getByText("The PoP is hostile: it alters files.").waitFor();
      await page.getByRole("button", { name: "Fetch a file" }).click();
      await page.getByText(/^Storage(?:Integrity|Crypto)Error$/).waitFor();
      await page.getByRole("button", { name: "Stop the attack" }).click();
      await page.getByText("The PoP is hostile").waitFor({ state: "detached" });
      const { record } = await storage.read("fi", "third");
      for (const { fileId } of record.attachments ?? []) await storage.deleteAttachment("fi", "third", fileId);
    }
  });

  test("needs two records of one country for the swap", async () => {
    const storage = await storageOf(visits.url);
    await storage.write("sk", { recordKey: "alone" });
    const page = await visits.visit({ path: "/#attack" });
    await page.getByRole("radio", { name: /^Slovakia/ }).check();
    await page.getByText(/^This needs at least two records in Slovakia/).waitFor();
    expect(await page.getByRole("button", { name: "Find records" }).isDisabled()).toBe(true);
    await page.getByRole("radio", { name: "All countries" }).check();
    await page.getByRole("button", { name: "Find records" }).click();
    await page.getByText(/ accepted, 0 rejected\./).waitFor();
  });

  test("cannot hide the contents of its database", async () => {
    const page = await visitFiles(visits, /^Finland/, "second");
    await page.getByLabel("Encrypt before upload").uncheck();
    await drop(page, [{ name: "dose.txt", type: "text/plain", base64: Buffer.from("5 mg").toString("base64") }]);
    const card = page.getByRole("region", { name: "dose.txt" });
    await card.waitFor();
    await page.getByRole("link", { name: "Attack" }).click();
    await page.getByRole("switch", { name: "Flip one bit of every file" }).check({ force: true });
    await page.getByText("The PoP is hostile: it alters files.").waitFor();
    await page.getByRole("link", { name: "Files" }).click();
    await page.getByLabel("Record in").selectOption("first");
    await page.getByLabel("Record in").selectOption("second");
    await card.waitFor();
    expect((await keptOf(card))["As text"]).toBe("5 mg");
    await page.getByRole("button", { name: "Stop the attack" }).click();
    await page.getByText("The PoP is hostile").waitFor({ state: "detached" });
  });

  test("follows the switches, however fast they are turned, and stays honest if turning fails", async () => {
    const page = await visits.visit({ path: "/#attack" });
    const swap = page.getByRole("switch", { name: "Swap two records" });
    const flip = page.getByRole("switch", { name: "Flip one bit of every file" });
    await page.evaluate(() => {
      for (const turned of document.querySelectorAll<HTMLInputElement>("[role=switch]")) turned.click();
    });
    await page.getByText("The PoP is hostile: it swaps records and alters files.").waitFor();
    await page.getByRole("button", { name: "Stop the attack" }).click();
    await page.getByText("The PoP is hostile").waitFor({ state: "detached" });
    await page.route("**/playground/attacks", (route) => route.fulfill({ status: 500, body: "" }));
    await swap.check({ force: true }).catch(() => undefined);
    await page.getByText(/^The attack settings returned 500\./).waitFor();
    await eventually(() => swap.isChecked()).toBe(false);
    expect(await flip.isChecked()).toBe(false);
  });
});
