import { expect, it } from "vitest";
import { popStorage, unique } from "../../support/pop-storage.ts";

it("a signal may lack removeEventListener, or have one that throws", async () => {
  for (const removeEventListener of [undefined, fail]) {
    const signal: AbortSignal = Object.create(null, {
      aborted: { value: false },
      addEventListener: { value: () => undefined },
      removeEventListener: { value: removeEventListener },
    });
    const written = popStorage().write("de", { recordKey: unique("signal") }, { signal });
    await expect(written).resolves.toMatchObject({ record: {} });
  }
});

function fail(): never {
  throw new Error("unusable");
}
