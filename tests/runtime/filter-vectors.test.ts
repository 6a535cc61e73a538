import { Storage } from "incountry-storage";
import { fieldEntries } from "incountry-storage/protocol";
import { describe, expect, it } from "vitest";
import { cannedPop } from "../support/canned-pop.ts";
import { vectors } from "../support/fixtures/vectors.ts";

const names = new Map<string, string>([
  ...fieldEntries.map(({ wire, name }): [string, string] => [wire, name]),
  ["search_keys", "searchKeys"],
]);

describe("filters of the reference SDK", () => {
  it.each(vectors.filters)("hash to the same values: $filter", async ({ filter, wire, ...options }) => {
    const pop = cannedPop({ meta: { count: 0, limit: 100, offset: 0, total: 0 }, data: [] });
    const endpoint = "https://pop.example";
    const storage = new Storage({ ...options, endpoint, apiKey: "key", encrypt: false, fetch: pop.fetch });
    const renamed = Object.entries(filter).map(([name, condition]) => [names.get(name), condition]);
    await storage.find("us", Object.fromEntries(renamed));
    expect(pop.sent).toStrictEqual([
      {
        method: "POST",
        url: "https://pop.example/v2/storage/records/us/find",
        body: { filter: wire, options: { limit: 100, offset: 0 } },
      },
    ]);
  });
});
