import { it } from "vitest";
import { expectAllPaged } from "../../../support/many-records.ts";

it("5,000 records written in batches are paged through without one missing or doubled", async () => {
  await expectAllPaged(5_000);
});
