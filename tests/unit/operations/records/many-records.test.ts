import { it } from "vitest";
import { expectAllPaged } from "../../../support/many-records.ts";

it("10,000 records written in batches are paged through without one missing or doubled", {
  timeout: 120_000,
}, async () => {
  await expectAllPaged(10_000);
});
