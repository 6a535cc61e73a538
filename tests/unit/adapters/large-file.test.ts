import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { attaching, country, sameBytes } from "../../support/attachments/attaching.ts";
import { patternBytes } from "../../support/attachments/pattern-bytes.ts";

it("a file of 95 MiB by its path round-trips encrypted", async () => {
  const folder = await mkdtemp(join(tmpdir(), "incountry-files-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const content = patternBytes(95 * 1024 * 1024);
  const path = join(folder, "passport.png");
  await writeFile(path, content);
  const { storage, recordKey, add } = await attaching();
  const { fileId } = await add({ file: path, encrypt: true });
  const { attachmentData } = await storage.getAttachmentFile(country, recordKey, fileId);
  expect(attachmentData).toMatchObject({ sealed: true, size: content.length });
  await attachmentData.save(`${path}.saved`);
  expect(sameBytes(await readFile(`${path}.saved`), content)).toBe(true);
  expect((await readdir(folder)).toSorted()).toStrictEqual(["passport.png", "passport.png.saved"]);
  await storage.deleteAttachment(country, recordKey, fileId);
});
