import type { Locator, Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import type { Person } from "../../../../playground/demo/person.ts";
import { hashOf, rowOf, samplePeople, storageOf } from "../playground.ts";
import { delayResponses, eventually, untilCounted, useVisits, watchProgress } from "./visitor.ts";

const visits = useVisits();
let people: Person[] = [];

beforeAll(async () => {
  people = await samplePeople();
});

/** Opens the Find view for a country. */
async function visitFind(country: string): Promise<Page> {
  const page = await visits.visit({ path: "/#find" });
  await page.getByRole("radio", { name: new RegExp(`^${country}`) }).check();
  return page;
}

async function addCondition(page: Page, field: string, operator: string, ...values: string[]): Promise<void> {
  await page.getByRole("button", { name: "Add a condition" }).click();
  const condition = page.getByRole("group", { name: "Condition" }).last();
  await condition.getByLabel("Field").selectOption(field);
  await condition.getByLabel("Operator").selectOption(operator);
  const inputs: Locator[] = [condition.getByLabel("Value"), condition.getByLabel("Maximum")];
  for (const [index, value] of values.entries()) await inputs[index]?.fill(value);
}

async function find(page: Page): Promise<string> {
  await page.getByRole("button", { name: "Find", exact: true }).click();
  const text = page.locator(".found [role=status]");
  await text.waitFor();
  return (await text.textContent()) ?? "";
}

function keysOn(page: Page): Promise<string[]> {
  return page.locator(".cards .card-head strong").allTextContents();
}

const dayOf = (date: string): number => Number(date.replaceAll("-", ""));
const living = (country: string): Person[] => people.filter((person) => person.country === country);

describe("a first visit", () => {
  test("can load the example with one button and a progress bar, and the chart shows each country", async () => {
    const page = await visits.visit({ path: "/#find" });
    await untilCounted(page);
    await page.getByText("There are no records yet.").waitFor();
    const seen = await watchProgress(page);
    await page.getByRole("button", { name: "Load sample people" }).click();
    const bar = page.getByRole("progressbar", { name: /^Encrypting and sending people/ });
    await bar.waitFor();
    await bar.waitFor({ state: "detached" });
    expect(await seen("Encrypting and sending people")).toBeGreaterThan(3);

    await eventually(() => page.textContent(".countries [role=status]")).toBe("1,200 records in 24 countries");
    const shown = await page.locator(".country-list label").allTextContents();
    const codes = [...new Set(people.map(({ country }) => country))];
    const expected = codes.map((code) => {
      const name = new Intl.DisplayNames("en", { type: "region" }).of(code.toUpperCase());
      return `${name}${living(code).length}`;
    });
    expect(new Set(shown)).toEqual(new Set(["All countries1,200", ...expected]));
    expect(await page.locator(".map .tile.full").count()).toBeGreaterThanOrEqual(codes.length);
  });
});

describe("finding", () => {
  test("by a hashed key returns the matches, and sends only the hash", async () => {
    const [someone] = living("de");
    const city = someone?.city ?? "";
    const expected = living("de").filter((person) => person.city === city);
    const page = await visitFind("Germany");
    await addCondition(page, "key3", "is", city);
    expect(await find(page)).toMatch(new RegExp(`^${expected.length} records? match`));
    expect((await keysOn(page)).toSorted()).toEqual(
      expected
        .map(({ id }) => id)
        .toSorted()
        .slice(0, 10),
    );
    await page.getByRole("heading", { name: "The request" }).click();
    const request = (await page.getByRole("region", { name: /^Request body/ }).textContent()) ?? "";
    expect(request).toContain(hashOf(city));
    expect(request).not.toContain(city);
  });

  test("by a range, sorted, page by page, returns everyone once", async () => {
    const expected = living("jp")
      .filter(({ birthDate }) => dayOf(birthDate) >= 19500101 && dayOf(birthDate) <= 19991231)
      .toSorted((one, other) => dayOf(other.birthDate) - dayOf(one.birthDate));
    const page = await visitFind("Japan");
    await addCondition(page, "rangeKey1", "between", "19500101", "19991231");
    await page.getByLabel("Sort by").selectOption("rangeKey1");
    await page.getByLabel("Descending").check();
    await page.getByLabel("Page size").selectOption("25");
    expect(await find(page)).toBe(`${expected.length} records match.`);
    const seen = await keysOn(page);
    const next = page.getByRole("button", { name: "Next" });
    while (await next.isEnabled()) {
      const before = await page.textContent(".pages .numbers");
      await next.click();
      await eventually(() => page.textContent(".pages .numbers")).not.toBe(before);
      seen.push(...(await keysOn(page)));
    }
    expect(new Set(seen).size).toBe(seen.length);
    const births = new Map(people.map(({ id, birthDate }) => [id, dayOf(birthDate)]));
    expect(seen.map((id) => births.get(id))).toEqual(expected.map(({ birthDate }) => dayOf(birthDate)));
    await page.getByRole("button", { name: "Back" }).click();
    await eventually(() => page.textContent(".pages .numbers")).toMatch(/^\d+ to/);
  });

  test("by a list and by negation works, and an incomplete condition is reported", async () => {
    const cities = [...new Set(living("br").map(({ city }) => city))].slice(0, 2);
    const expected = living("br").filter(({ city, plan }) => cities.includes(city) && plan !== "basic");
    const page = await visitFind("Brazil");
    await addCondition(page, "key3", "isAnyOf", cities.join(", "));
    await addCondition(page, "serviceKey1", "isNot", "");
    expect(await page.getByRole("button", { name: "Find", exact: true }).isDisabled()).toBe(true);
    await page.getByLabel("Value").last().fill("basic");
    expect(await find(page)).toMatch(new RegExp(`^${expected.length} `));
  });

  test("reports an error also in a condition without a value", async () => {
    const page = await visitFind("Brazil");
    await addCondition(page, "key1", "isSet");
    await addCondition(page, "key1", "isUnset");
    await page.getByText("This field already has a condition.").waitFor();
    expect(await page.getByRole("button", { name: "Find", exact: true }).isDisabled()).toBe(true);
  });

  test("asks to enter its values again after the page was locked", async () => {
    const page = await visitFind("Brazil");
    await addCondition(page, "key1", "is", "Lovelace");
    await page.getByRole("button", { name: "Lock", exact: true }).click();
    await page.getByText("No conditions: every record matches.").waitFor();
  });

  test("in every country shows a line for each, with a link to it", async () => {
    const page = await visits.visit({ path: "/#find" });
    await untilCounted(page);
    await addCondition(page, "serviceKey1", "is", "premium");
    const expected = people.filter(({ plan }) => plan === "premium");
    expect(await find(page)).toBe(`${expected.length} records match.`);
    const countries = new Set(expected.map(({ country }) => country));
    expect(await page.locator(".country-lines li").count()).toBe(countries.size);
    await page.getByRole("button", { name: "India", exact: true }).click();
    const inIndia = expected.filter(({ country }) => country === "in");
    await eventually(() => page.textContent(".found [role=status]")).toBe(`${inIndia.length} records match.`);
  });

  test("uses the selected country, and pages through the submitted query", async () => {
    const page = await visitFind("Georgia");
    expect(await find(page)).toBe(`${living("ge").length} records match.`);
    const first = await keysOn(page);
    // None of this was submitted yet.
    await page.getByLabel("Page size").selectOption("25");
    await page.getByRole("button", { name: "Add a condition" }).click();
    await page.getByRole("button", { name: "Next" }).click();
    await eventually(() => page.textContent(".pages .numbers")).toBe(`11 to 20 of ${living("ge").length}`);
    expect((await keysOn(page)).filter((key) => first.includes(key))).toEqual([]);

    // A tile of the map works like the line in the list.
    await page
      .getByTitle(/^Armenia: /)
      .first()
      .click();
    await page.getByRole("heading", { name: "Find records in Armenia" }).waitFor();
    await eventually(() => page.textContent(".pages .numbers")).toBe(`1 to 10 of ${living("am").length}`);
    await page.getByRole("button", { name: "Next" }).click();
    await eventually(() => page.textContent(".pages .numbers")).toBe(`11 to 20 of ${living("am").length}`);
    const inArmenia = new Set(living("am").map(({ id }) => id));
    expect((await keysOn(page)).filter((key) => !inArmenia.has(key))).toEqual([]);
  });

  test("by part of a search key works if the keys are not hashed", async () => {
    const storage = await storageOf(visits.url);
    await storage.write("is", { recordKey: "hashed", key1: "Guðrún Jónsdóttir" });
    const page = await visits.visit();
    await untilCounted(page);
    await page.getByLabel("Hash key1 to key20").uncheck();
    await page.getByLabel("Country", { exact: true }).selectOption("is");
    await page.getByLabel("Record ID").fill("open");
    await page.getByLabel("Family name").fill("Guðrún Jónsdóttir");
    await page.getByRole("button", { name: /^Encrypt and send/ }).click();
    await page.getByRole("heading", { name: "The row in the PoP’s database" }).waitFor();
    await page.getByRole("link", { name: "Find" }).click();
    await page.getByRole("radio", { name: /^Iceland/ }).check();
    await addCondition(page, "searchKeys", "contains", "rún Jóns");
    expect(await find(page)).toBe("1 record matches.");
    expect(await keysOn(page)).toEqual(["open"]);
  });

  test("shows the selected options, also after keys are hashed again", async () => {
    const page = await visits.visit();
    await page.getByLabel("Hash key1 to key20").uncheck();
    await page.getByRole("link", { name: "Find" }).click();
    await addCondition(page, "searchKeys", "contains", "Jóns");
    await page.getByLabel("Sort by").selectOption("key1");
    await page.getByRole("link", { name: "Write" }).click();
    await page.getByLabel("Hash key1 to key20").check();
    await page.getByRole("link", { name: "Find" }).click();
    await page.getByLabel("Sort by").waitFor();
    expect(await page.getByLabel("Sort by").inputValue()).toBe("");
    expect(await page.getByLabel("Sort by").textContent()).toMatch(/^none/);
    expect(await page.getByLabel("Descending").count()).toBe(0);
    expect(await page.getByLabel("Field").inputValue()).toBe("searchKeys");
  });

  test("shows a record that fails to decrypt, with its raw data and the reason", async () => {
    const stranger = await storageOf(visits.url, { currentVersion: 7, secrets: [{ version: 7, secret: "another" }] });
    await stranger.write("mt", { recordKey: "not-ours", key1: "Somebody" });
    const page = await visitFind("Malta");
    expect(await find(page)).toBe("1 record matches: 0 readable, 1 encrypted.");
    const card = page.locator(".card.failed");
    const text = (await card.textContent()) ?? "";
    expect(text).toContain("StorageCryptoError");
    expect(text).toContain("version 7");
    expect(text).toContain(hashOf("not-ours"));
  });
});

describe("one record", () => {
  test("is read alone, here next to the PoP's row", async () => {
    const [someone] = living("ge");
    const page = await visitFind("Georgia");
    await addCondition(page, "recordKey", "is", someone?.id ?? "");
    await find(page);
    await page.getByRole("button", { name: "Show details" }).click();
    const opened = page.getByRole("region", { name: someone?.id ?? "", exact: true });
    await opened.getByRole("heading", { name: "Decrypted in this page" }).waitFor();
    const here = (await opened.locator(".record-fields").textContent()) ?? "";
    const there = (await opened.locator(".row-table").textContent()) ?? "";
    expect(here).toContain(someone?.givenName);
    expect(there).toContain(hashOf(someone?.givenName ?? ""));
    expect(there).not.toContain(someone?.givenName);
  });

  test("that was requested first does not replace another if its response arrives last", async () => {
    const [someone = "", other = ""] = living("ge").map(({ id }) => id);
    const page = await visitFind("Georgia");
    await addCondition(page, "recordKey", "isAnyOf", `${someone}, ${other}`);
    await find(page);
    const held = await delayResponses(page, `**/records/ge/${hashOf(someone)}`);
    const read = (id: string): Promise<void> =>
      page
        .locator(".card", { has: page.getByText(id, { exact: true }) })
        .getByRole("button", { name: "Show details" })
        .click();
    await read(someone);
    await held.arrived();
    await read(other);
    await page.getByRole("heading", { name: other }).waitFor();
    await held.release();
    // Later responses have been processed as well.
    await page.getByRole("button", { name: "Find", exact: true }).click();
    await eventually(() => page.getByRole("button", { name: "Find", exact: true }).isEnabled()).toBe(true);
    expect(await page.getByRole("heading", { name: other }).isVisible()).toBe(true);
    expect(await page.getByRole("heading", { name: someone, level: 3 }).count()).toBe(0);
  });

  test("whose PoP row is missing says so, and can be requested again", async () => {
    const [someone] = living("ge");
    const page = await visitFind("Georgia");
    await addCondition(page, "recordKey", "is", someone?.id ?? "");
    await find(page);
    const row = `**/records/ge/${hashOf(someone?.id ?? "")}`;
    let requests = 0;
    await page.route(row, (route) => {
      requests += 1;
      // The first request is the SDK's.
      return requests === 1 ? route.continue() : route.fulfill({ status: 500, body: "{}" });
    });
    await page.getByRole("button", { name: "Show details" }).click();
    await page
      .locator(".opened")
      .getByText(/^The PoP returned 500 for GET/)
      .waitFor();
    await page.unroute(row);
    await page.getByRole("button", { name: "Try again" }).click();
    await page.locator(".opened .row-table").waitFor();
  });

  test("is changed in the Write form, and deleted after a confirmation", async () => {
    const [someone, other] = living("am");
    const id = someone?.id ?? "";
    const page = await visitFind("Armenia");
    await addCondition(page, "recordKey", "isAnyOf", `${id}, ${other?.id}`);
    expect(await find(page)).toBe("2 records match.");
    const card = page.locator(".card", { has: page.getByText(id, { exact: true }) });
    await card.getByRole("button", { name: "Edit" }).click();
    expect(await page.getByLabel("Record ID").inputValue()).toBe(id);
    await page.getByLabel("City").fill("Gyumri");
    await page.getByRole("button", { name: /^Encrypt and send to Armenia/ }).click();
    await page.getByRole("heading", { name: "The row in the PoP’s database" }).waitFor();
    const { record } = await (await storageOf(visits.url)).read("am", id);
    expect(record).toMatchObject({ key2: someone?.givenName, key3: "Gyumri", rangeKey2: someone?.balance });

    await page.getByRole("link", { name: "Find" }).click();
    await find(page);
    await card.getByRole("button", { name: "Delete" }).click();
    await card.getByRole("button", { name: "Yes, delete" }).click();
    await page.getByRole("heading", { name: `${id} was deleted` }).waitFor();
    await eventually(() => keysOn(page)).toEqual([other?.id]);
    const row = await rowOf(visits.url, "am", id);
    expect(row).toMatchObject({ errors: [{ status: 404 }] });
    await eventually(() =>
      page
        .getByRole("radio", { name: /^Armenia/ })
        .locator("..")
        .textContent(),
    ).toBe(`Armenia${living("am").length - 1}`);
  });

  test("and all others disappear when the playground is emptied", async () => {
    const page = await visits.visit();
    await untilCounted(page);
    await page.getByRole("button", { name: "Delete all" }).click();
    await page.getByRole("button", { name: "Yes, delete" }).click();
    await eventually(() => page.textContent(".countries [role=status]")).toBe("No records yet.");
    const { meta } = await (await storageOf(visits.url)).find("in");
    expect(meta.total).toBe(0);
  });
});

describe("a selection of all countries with one that has records", () => {
  test("has pages, goes back after the last record of a page is deleted, and is cleared with the playground", async () => {
    const storage = await storageOf(visits.url);
    const records = Array.from({ length: 6 }, (_, index) => ({ recordKey: `person-${index}`, rangeKey1: index }));
    await storage.batchWrite("li", records);
    const page = await visits.visit({ path: "/#find" });
    await untilCounted(page);
    await page.getByLabel("Sort by").selectOption("rangeKey1");
    await page.getByLabel("Page size").selectOption("5");
    expect(await find(page)).toBe("6 records match.");
    await page.getByRole("button", { name: "Next" }).click();
    await eventually(() => page.textContent(".pages .numbers")).toBe("6 to 6 of 6");
    expect(await keysOn(page)).toEqual(["person-5"]);

    await page.getByRole("button", { name: "Add a condition" }).click();
    await page.getByRole("button", { name: "Delete", exact: true }).click();
    await page.getByRole("button", { name: "Yes, delete" }).click();
    await eventually(() => keysOn(page)).toEqual(records.slice(0, 5).map(({ recordKey }) => recordKey));
    expect(await page.textContent(".found [role=status]")).toBe("5 records match.");

    await page.getByRole("button", { name: "Delete all" }).click();
    await page.getByRole("button", { name: "Yes, delete" }).click();
    await eventually(() => page.textContent(".countries [role=status]")).toBe("No records yet.");
    await eventually(() => keysOn(page)).toEqual([]);
    expect(await page.locator(".opened").count()).toBe(0);
  });
});

describe("a PoP that fails", () => {
  test("to list its countries is asked again on request", async () => {
    const page = await visits.visit();
    await page.route("**/countries", (route) => route.fulfill({ status: 503, body: "{}" }));
    await page.reload();
    await page.getByText("The PoP returned 503 for GET /countries.").waitFor();
    await page.unroute("**/countries");
    await page.getByRole("button", { name: "Try again" }).click();
    await eventually(() => page.textContent(".countries [role=status]")).toBe("No records yet.");
    expect(await page.getByText("The PoP returned 503").count()).toBe(0);
  });

  test("to empty itself says why, and is emptied on a retry", async () => {
    await (await storageOf(visits.url)).write("li", { recordKey: "stubborn" });
    const page = await visits.visit();
    await untilCounted(page);
    await page.route("**/batchDelete", (route) => route.fulfill({ status: 500, body: "{}" }));
    await page.getByRole("button", { name: "Delete all" }).click();
    await page.getByRole("button", { name: "Yes, delete" }).click();
    await page.getByText(/^The PoP returned 500 for POST .*batchDelete\.$/).waitFor();
    await page.unroute("**/batchDelete");
    await page.getByRole("button", { name: "Try again" }).click();
    await eventually(() => page.textContent(".countries [role=status]")).toBe("No records yet.");
  });
});
