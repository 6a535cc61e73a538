import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { hashOf, storageOf } from "../playground.ts";
import { type DroppedFile, drop, png, visitFiles } from "./file-visitor.ts";
import { delayResponses, eventually, useVisits } from "./visitor.ts";

const visits = useVisits();

/** Writes records with these names, the last one as the latest change. */
async function write(country: string, ...recordKeys: readonly string[]): Promise<void> {
  const storage = await storageOf(visits.url);
  await storage.batchWrite(
    country,
    recordKeys.map((recordKey) => ({ recordKey })),
  );
}

/** Writes a hundred records that changed later than the existing ones. */
function writeHundred(country: string): Promise<void> {
  return write(country, ...Array.from({ length: 100 }, (_, index) => `later-${index}`));
}

async function attachmentsOf(country: string, recordKey: string): Promise<string[]> {
  const { record } = await (await storageOf(visits.url)).read(country, recordKey);
  return (record.attachments ?? []).map(({ fileName }) => fileName);
}

const pngNamed = (name: string): DroppedFile => ({ ...png, name });
const chosenIn = (page: Page): Promise<string> => page.getByLabel("Record in").inputValue();

describe("the record for attachments", () => {
  test("belongs to the selected country, and not to the previous one", async () => {
    await write("dk", "first");
    await write("no", "first");
    const page = await visits.visit({ path: "/#files" });
    await page.getByRole("radio", { name: /^Denmark/ }).check();
    await page.getByLabel("Record in Denmark").waitFor();
    const held = await delayResponses(page, "**/no/find");
    await page.getByRole("radio", { name: /^Norway/ }).check();
    await held.arrived();
    await page.getByText("Loading records…").waitFor();
    expect(await page.getByRole("region", { name: "Attach files" }).count()).toBe(0);
    await held.release();
    await page.getByLabel("Record in Norway").waitFor();
  });

  test("stays selected if a hundred others are written", async () => {
    await write("fi", "chosen", "other");
    const page = await visitFiles(visits, /^Finland/, "chosen");
    await page.getByRole("link", { name: "Write" }).click();
    await writeHundred("fi");
    await page.getByRole("button", { name: /send to Finland/ }).click();
    await page.getByText("The row in the PoP").waitFor();
    await page.getByRole("link", { name: "Files" }).click();
    await page.getByLabel(/^The list shows recent records/).waitFor();
    expect(await chosenIn(page)).toBe("chosen");
    await drop(page, [png]);
    await page.getByRole("region", { name: png.name }).waitFor();
    expect(await attachmentsOf("fi", "chosen")).toHaveLength(1);
  });

  test("can be selected by its name if it is not in the list", async () => {
    await write("ee", "the-first");
    await writeHundred("ee");
    const page = await visits.visit({ path: "/#files" });
    await page.getByRole("radio", { name: /^Estonia/ }).check();
    await page.getByLabel(/1 other not listed/).fill("nobody");
    await page.getByRole("button", { name: "Select" }).click();
    await page.getByText("StorageServerError").waitFor();
    await page.getByLabel(/1 other not listed/).fill("the-first");
    await page.getByRole("button", { name: "Select" }).click();
    await eventually(() => page.getByLabel("Record in").inputValue()).toBe("the-first");
    await drop(page, [png]);
    await page.getByRole("region", { name: png.name }).waitFor();
    expect(await attachmentsOf("ee", "the-first")).toHaveLength(1);
  });

  test("is the last selected one, however late a name was found", async () => {
    await write("lv", "named");
    await writeHundred("lv");
    const page = await visitFiles(visits, /^Latvia/, "later-7");
    const held = await delayResponses(page, `**/records/lv/${hashOf("named")}`, { times: 1 });
    await page.getByLabel(/1 other not listed/).fill("named");
    await page.getByRole("button", { name: "Select" }).click();
    await held.arrived();
    await page.getByLabel("Record in").selectOption("later-8");
    await held.release();
    // The form is cleared when the name has been found.
    await eventually(() => page.getByLabel(/not listed/).inputValue()).toBe("");
    expect(await chosenIn(page)).toBe("later-8");
  });
});

describe("several files", () => {
  test("that are dropped at once are reported one by one if they fail", async () => {
    await write("se", "one");
    const page = await visitFiles(visits, /^Sweden/, "one");
    await page.route("**/attachments", (route) => route.fulfill({ status: 400, body: "" }), { times: 2 });
    await drop(page, [pngNamed("first.png"), pngNamed("second.png"), pngNamed("third.png")]);
    await page.getByRole("region", { name: "third.png" }).waitFor();
    expect(await page.getByText("was not uploaded.").allTextContents()).toEqual([
      "first.png was not uploaded.",
      "second.png was not uploaded.",
    ]);
    await drop(page, [pngNamed("first.png")]);
    await page.getByRole("region", { name: "first.png" }).waitFor();
    expect(await page.getByText("was not uploaded.").count()).toBe(0);
  });

  test("that are being uploaded to one record are not shown with another", async () => {
    await write("lt", "one", "other");
    const page = await visitFiles(visits, /^Lithuania/, "one");
    const held = await delayResponses(page, "**/attachments");
    await drop(page, [png]);
    await page.getByText(`Uploading ${png.name}`, { exact: true }).waitFor();
    await page.getByLabel("Record in").selectOption("other");
    await page.getByText("This record has no files yet.").waitFor();
    expect(await page.getByText(`Uploading ${png.name}`, { exact: true }).count()).toBe(0);
    await held.release();
    await page.getByLabel("Record in").selectOption("one");
    await page.getByRole("region", { name: png.name }).waitFor();
  });
});

describe("a rejected change", () => {
  test("is reported, and keeps the new name in its field", async () => {
    const storage = await storageOf(visits.url);
    await write("pl", "one");
    for (const fileName of ["a.txt", "b.txt"]) {
      await storage.addAttachment("pl", "one", { file: new TextEncoder().encode(fileName), fileName });
    }
    const page = await visitFiles(visits, /^Poland/, "one");
    await page.getByRole("region", { name: "a.txt" }).getByRole("button", { name: "Rename" }).click();
    const name = page.getByLabel("New name of a.txt");
    await name.fill("b.txt");
    await name.press("Enter");
    await page.getByText("Status 409").waitFor();
    expect(await name.inputValue()).toBe("b.txt");
    await name.fill("c.txt");
    await name.press("Enter");
    await page.getByRole("region", { name: "c.txt" }).waitFor();
    expect(await page.getByText("Status 409").count()).toBe(0);
    expect((await attachmentsOf("pl", "one")).toSorted()).toEqual(["b.txt", "c.txt"]);
  });
});

describe("a file dropped outside its area", () => {
  test("does not replace the page", async () => {
    await write("cz", "one");
    const page = await visitFiles(visits, /^Czech/, "one");
    const refused = await page.evaluate(() => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(["x"], "x.txt"));
      const over = new DragEvent("dragover", { dataTransfer, bubbles: true, cancelable: true });
      const dropped = new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true });
      const words = new DragEvent("dragover", { dataTransfer: new DataTransfer(), bubbles: true, cancelable: true });
      return [over, dropped, words].map((event) => !document.querySelector("footer")?.dispatchEvent(event));
    });
    expect(refused).toEqual([true, true, false]);
    expect(await attachmentsOf("cz", "one")).toEqual([]);
  });
});
