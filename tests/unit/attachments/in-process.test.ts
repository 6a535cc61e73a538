import { createPop } from "incountry-playground";
import { createStorage } from "incountry-storage";
import { expect, it } from "vitest";
import { sameBytes, streamOf } from "../../support/attachments/attaching.ts";
import { patternBytes } from "../../support/attachments/pattern-bytes.ts";

it("files are sent to a PoP in this process as over HTTP", async () => {
  const pop = await createPop({ memory: true });
  try {
    const storage = await createStorage({ ...pop.client, fetch: pop.fetch, getSecrets: () => "a password" });
    await storage.write("de", { recordKey: "in process" });
    const bytes = patternBytes(3_000_000);
    for (const encrypt of [false, true]) {
      const attachment = { file: streamOf(bytes), fileName: `file ${encrypt}`, encrypt };
      const { attachmentMeta } = await storage.addAttachment("de", "in process", attachment);
      const { fileId } = attachmentMeta;
      const { attachmentData } = await storage.getAttachmentFile("de", "in process", fileId);
      expect(attachmentData).toMatchObject({ fileName: `file ${encrypt}`, size: bytes.length, sealed: encrypt });
      expect(sameBytes(await attachmentData.bytes(), bytes)).toBe(true);
      const opened = await storage.getAttachmentMeta("de", "in process", fileId);
      expect(opened.attachmentMeta).toStrictEqual(attachmentMeta);
    }
  } finally {
    await pop.close();
  }
});
