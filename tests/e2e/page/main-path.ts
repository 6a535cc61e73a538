import { expect } from "vitest";
import type { Person } from "./person.ts";
import { firstPassword, hashOf, storageOf } from "./playground.ts";

/** Uses the page from end to end: write, find, lock, attach, rotate, and a hostile PoP. */
export async function useMainPath(person: Person, url: string, browser: string): Promise<void> {
  await person.open(`${url}/`);
  await write(person, url);
  await find(person);
  await lockAndUnlock(person);
  await attach(person);
  await rotate(person, url);
  await lie(person);
  await person.keepScreenshot(`main-path-${browser}`);
  await person.press("Stop the attack");
  await person.see("main", /^What if the PoP is compromised/);
  expect(await person.faults()).toBe("[]");
}

async function write(person: Person, url: string): Promise<void> {
  await person.fill("#draft-recordKey", "main-path");
  await person.fill("#draft-key1", "Lovelace");
  await person.see("#sent-key1 code", new RegExp(`^${hashOf("Lovelace")}$`));
  await person.fill("#draft-body", "Allergic to penicillin");
  await person.see("#sent-body code", /^2:[\w+/]{150,}=*$/);
  await person.press("Encrypt and send to Germany");
  await person.see(".stored .row-table", new RegExp(hashOf("main-path")));
  const { record } = await (await storageOf(url)).read("de", "main-path");
  expect(record).toMatchObject({ key1: "Lovelace", body: "Allergic to penicillin", version: 1 });
}

async function find(person: Person): Promise<void> {
  await person.press("Find");
  await person.see(".countries [role=status]", /^1 record in 1 country$/);
  await person.click("label.country:nth-of-type(2)");
  await person.see("h2", /^Find records in Germany$/);
  await person.press("Add a condition");
  await person.fill("[aria-label=Value]", "Lovelace");
  await person.click(".filter [type=submit]");
  await person.see(".found [role=status]", /^1 record matches\.$/);
  await person.see(".card", /penicillin/);
}

async function lockAndUnlock(person: Person): Promise<void> {
  await person.press("Lock");
  await person.click(".filter [type=submit]");
  await person.see(".card.failed", /StorageCryptoError.*"2:/s);
  await person.press("Secrets");
  await person.fill("#unlock-1", firstPassword);
  await person.click(".unlock [type=submit]");
  await person.see(".secret-list", /Version 1/);
}

async function attach(person: Person): Promise<void> {
  await person.press("Files");
  await person.see("label[for=file-record]", /Germany/);
  await person.evaluate(`(() => {
    const transfer = new DataTransfer();
    transfer.items.add(new File(["5 mg, twice a day"], "dose.txt", { type: "text/plain" }));
    document.querySelector(".drop").dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: transfer }));
    return "";
  })()`);
  await person.see(".attached-here", /dose\.txt\s*text\/plain/);
  await person.see(".stored-file", /\.sealed.*octet-stream.*INCSEAL/s);
  await person.press("Download");
  await person.see(".attached-here a", /^Save dose\.txt$/);
}

async function rotate(person: Person, url: string): Promise<void> {
  await person.press("Secrets");
  await person.press("New key");
  await person.click(".add-secret [type=submit]");
  await person.see(".bars", /Version 1\s*1 record.*Version 2 current\s*0 records/s);
  await person.press("Rotate all records");
  await person.see(".rotation .progress-text", /^Done/);
  await person.see(".bars", /Version 1\s*0 records.*Version 2 current\s*1 record/s);
  const { meta } = await (await storageOf(url)).find("de", { version: 2 }, { limit: 1 });
  expect(meta.total).toBe(1);
}

async function lie(person: Person): Promise<void> {
  await person.press("Attack");
  await person.press("Flip one bit of every file");
  await person.see(".banner.danger", /hostile: it alters files/);
  await person.press("Fetch a file");
  await person.see(".attacks .error-name", /^Storage(?:Integrity|Crypto)Error$/);
}
