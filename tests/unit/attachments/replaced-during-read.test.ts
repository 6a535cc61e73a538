import { describe, expect, it } from "vitest";
import { attaching, attachingTo, country } from "../../support/attachments/attaching.ts";
import { patternBytes } from "../../support/attachments/pattern-bytes.ts";
import { methodOf, urlOf } from "../../support/attachments/tampering.ts";
import { rejection } from "../../support/faults/fault-storage.ts";
import { popStorage } from "../../support/pop-storage.ts";
import { deferred } from "../../support/runtimes/deferred.ts";

const before = patternBytes(1000, 1);
const isMeta = (input: RequestInfo | URL): boolean => urlOf(input).endsWith("/meta");

/** Does something between two requests; the one named is answered first. */
function between(first: "meta" | "file", happen: () => Promise<unknown>): typeof fetch {
  let happened: Promise<unknown> | undefined;
  const begun = deferred();
  return async (input, init) => {
    if (isMeta(input) !== (first === "meta")) {
      await begun.promise;
      await happened;
      return fetch(input, init);
    }
    const response = await fetch(input, init);
    happened ??= happen();
    begun.resolve();
    await happened;
    return response;
  };
}

describe.each([{ encrypt: false }, { encrypt: true }])("a file (encrypt: $encrypt)", ({ encrypt }) => {
  const cases = (["meta", "file"] as const).flatMap((first) => [1000, 70_000].map((length) => ({ first, length })));

  it.each(cases)(
    "that is replaced by one of $length bytes after the response to its $first is read in its new state",
    async ({ first, length }) => {
      const to = await attaching();
      const after = patternBytes(length, 2);
      const file = { fileName: "replaced", encrypt, upsert: true };
      const { fileId } = await to.add({ ...file, file: before });
      const replace = (): Promise<unknown> => to.add({ ...file, file: after });
      const { storage } = attachingTo(to.recordKey, { fetch: between(first, replace) });
      const { attachmentData } = await storage.getAttachmentFile(country, to.recordKey, fileId);
      expect(attachmentData).toMatchObject({ fileName: "replaced", size: length });
      expect(await attachmentData.bytes()).toStrictEqual(after);
    },
  );
});

describe("the metadata of a sealed file", () => {
  it("are those of the file that replaced it between two requests", async () => {
    const to = await attaching();
    const file = { fileName: "replaced", encrypt: true, upsert: true };
    const { fileId } = await to.add({ ...file, file: before });
    const replace = (): Promise<unknown> => to.add({ ...file, file: patternBytes(70_000), mimeType: "image/png" });
    const { storage } = attachingTo(to.recordKey, { fetch: between("meta", replace) });
    const { attachmentMeta } = await storage.getAttachmentMeta(country, to.recordKey, fileId);
    expect(attachmentMeta).toMatchObject({ fileName: "replaced", mimeType: "image/png", size: 70_000 });
  });

  it("fail with a StorageIntegrityError if the PoP no longer has the file", async () => {
    const to = await attaching();
    const { fileId } = await to.add({ file: before, fileName: "emptied", encrypt: true });
    const { record } = await popStorage().read(country, to.recordKey);
    const emptying = attachingTo(to.recordKey, {
      fetch: (input, init) => {
        if (methodOf(input, init) !== "PUT") return fetch(input, init);
        const headers = new Headers(init?.headers);
        headers.delete("content-type");
        headers.delete("content-length");
        const body = new FormData();
        body.set("file", new Blob(), record.attachments?.[0]?.fileName);
        return fetch(input, { method: "PUT", headers, body });
      },
    });
    await rejection(emptying.add({ file: before, fileName: "emptied", encrypt: true, upsert: true }));
    expect(await rejection(to.storage.getAttachmentMeta(country, to.recordKey, fileId))).toMatchObject({
      name: "StorageIntegrityError",
      message: expect.stringContaining("cut off"),
    });
    expect(await rejection(to.bytes(fileId))).toMatchObject({ name: "StorageIntegrityError" });
  });
});
