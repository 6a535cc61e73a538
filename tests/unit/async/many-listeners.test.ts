import { Storage } from "incountry-storage";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Interceptor, intercept } from "../../support/rotation/intercept.ts";
import { country, group, outcome, rotating, writeAll } from "../../support/rotation/rotating.ts";

/** Node.js 20 warns of a leak from the eleventh listener of a signal on. */
const many = 12;

const warnings: string[] = [];
const note = ({ name }: Error): void => void warnings.push(name);
beforeEach(() => void process.on("warning", note));
afterEach(() => void process.off("warning", note));

/** Resolves for all callers once there are many of them. */
function meetingOfMany(): () => Promise<void> {
  const waiting: (() => void)[] = [];
  return () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      if (waiting.length >= many) for (const go of waiting) go();
    });
}

it("many pages that are rotated at a time cause no warning", async () => {
  const meet = meetingOfMany();
  const step: Interceptor = async (call, forward) => {
    if (call.operation === "batchWrite") await meet();
    return forward();
  };
  const { older, newer } = rotating({ fetch: intercept(step) });
  const { profileKey, records } = group(many);
  await writeAll(older, records);
  const options = { filter: { profileKey }, pageSize: 1, concurrency: many };
  expect(await outcome(newer.migrateAll(country, options))).toMatchObject({ totalMigrated: many });
  expect(warnings).toStrictEqual([]);
});

it("many countries that need a token at a time cause no warning", async () => {
  const meet = meetingOfMany();
  const storage = new Storage({
    environmentId: "any",
    endpoint: "https://pop.example",
    endpointMask: ".example",
    oauth: { clientId: "client", clientSecret: "never sent" },
    encrypt: false,
    fetch: async (input) => {
      if (!new Request(input).url.endsWith("/token"))
        return Response.json({ meta: { count: 0, limit: 1, offset: 0, total: 0 }, data: [] });
      await meet();
      return Response.json({ access_token: crypto.randomUUID(), expires_in: 300 });
    },
  });
  const countries = Array.from({ length: many }, (_, index) => `a${String.fromCharCode(97 + index)}`);
  await Promise.all(countries.map((code) => storage.findOne(code)));
  expect(warnings).toStrictEqual([]);
});
