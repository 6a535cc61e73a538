import type { Page } from "playwright-core";
import { picture } from "./picture.ts";
import { eventually, type Visits } from "./visitor.ts";

/** Opens the files view for a record. */
export async function visitFiles(visits: Visits, country: RegExp, recordKey: string): Promise<Page> {
  const page = await visits.visit({ path: "/#files" });
  await page.getByRole("radio", { name: country }).check();
  await page.getByLabel("Record in").selectOption(recordKey);
  return page;
}

export interface DroppedFile {
  readonly name: string;
  readonly type: string;
  readonly base64: string;
}

export const png: DroppedFile = { name: "pass – 旅券.png", type: "image/png", base64: picture.toString("base64") };

/** Drops files on the drop area. */
export async function drop(page: Page, files: readonly DroppedFile[]): Promise<void> {
  const transfer = await page.evaluateHandle((files) => {
    const transfer = new DataTransfer();
    for (const { name, type, base64 } of files) {
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      transfer.items.add(new File([bytes], name, { type }));
    }
    return transfer;
  }, files);
  const zone = page.getByRole("region", { name: "Attach files" });
  await zone.dispatchEvent("dragover", { dataTransfer: transfer });
  await eventually(() => zone.getAttribute("class")).toContain("over");
  await zone.dispatchEvent("drop", { dataTransfer: transfer });
}
