import { setTimeout as wait } from "node:timers/promises";
import { beforeEach, describe, expect, it } from "vitest";
import { freshCountry } from "../support/countries.ts";
import { attachmentsOf, attachmentsPath, metadataOf, patternBytes, uploadFile } from "../support/files.ts";
import { RawConnection } from "../support/raw-connection.ts";
import { envelopeOf } from "../support/raw-upload.ts";
import { future } from "../support/records.ts";
import { type Left, nothing, type WatchedPop } from "../support/watched-pop.ts";

const row = 256 * 1024;
/** Three rows, or a file. */
const bytes = patternBytes(600_000);

/**
 * Bytes of an attachment are removed with it, whatever removes it. `kept` returns the stored ones among files of a
 * given size.
 */
export function endedAttachmentsSuite(pop: () => WatchedPop, kept: (...sizes: readonly number[]) => Left): void {
  const upload = async (country: string, key: string, content = bytes, name = "file.bin"): Promise<string> =>
    metadataOf(await uploadFile(pop().caller, country, key, content, { name })).file_id;

  describe("the bytes of an attachment are removed", () => {
    let country: string;

    beforeEach(async () => {
      expect(await pop().left()).toEqual(nothing);
      country = freshCountry();
      await pop().caller.write(country, { record_key: "k" });
    });

    it("when it is deleted", async () => {
      const fileId = await upload(country, "k");
      const other = await upload(country, "k", patternBytes(row), "other");
      expect(await pop().left()).toEqual(kept(bytes.length, row));
      await pop().caller.send("DELETE", attachmentsPath(country, "k", fileId));
      expect(await pop().left()).toEqual(kept(row));
      await pop().caller.send("DELETE", attachmentsPath(country, "k", other));
      expect(await pop().left()).toEqual(nothing);
    });

    it("when it is replaced, repeatedly", async () => {
      await upload(country, "k");
      for (const size of [row + 1, 0, 10]) {
        const replaced = await uploadFile(pop().caller, country, "k", patternBytes(size), { method: "PUT" });
        expect(metadataOf(replaced).size).toBe(size);
        expect(await pop().left()).toEqual(kept(size));
      }
      await pop().caller.delete(country, "k");
      expect(await pop().left()).toEqual(nothing);
    });

    it("when its record is deleted, but not when it is rewritten", async () => {
      await upload(country, "k");
      await upload(country, "k", patternBytes(1), "other");
      await pop().caller.write(country, { record_key: "k", key1: "rewritten" });
      expect(await pop().left()).toEqual(kept(bytes.length, 1));
      await pop().caller.delete(country, "k");
      expect(await pop().left()).toEqual(nothing);
    });

    it("when its record is deleted in a batch, but not those of other records", async () => {
      const keys = ["one", "two", "three"];
      await pop().caller.batchWrite(
        country,
        keys.map((record_key) => ({ record_key })),
      );
      for (const key of keys) await upload(country, key);
      await pop().caller.batchDelete(country, ["one", "three", "no such key"]);
      expect(await pop().left()).toEqual(kept(bytes.length));
      expect(attachmentsOf((await pop().caller.read(country, "two")).record)).toHaveLength(1);
      await pop().caller.batchDelete(country, keys);
      expect(await pop().left()).toEqual(nothing);
    });

    /** Makes a record expire; a rewrite keeps its attachments. */
    const expire = async (key: string): Promise<void> => {
      const expires_at = future(1_000);
      expect((await pop().caller.write(country, { record_key: key, expires_at })).status).toBe(200);
      await wait(Date.parse(expires_at) - Date.now() + 20);
    };

    it("when its record has expired, by the next sweep", async () => {
      await pop().caller.batchWrite(country, [
        { record_key: "expires" },
        { record_key: "later", expires_at: future(3_600_000) },
      ]);
      await upload(country, "expires");
      await upload(country, "later", patternBytes(1));
      await expire("expires");
      expect(await pop().left()).toEqual(kept(bytes.length, 1));
      await pop().sweep();
      expect(await pop().left()).toEqual(kept(1));
      await pop().caller.delete(country, "later");
    });

    it("when its record has expired and its key is used again", async () => {
      await upload(country, "k");
      await expire("k");
      const { record } = await pop().caller.write(country, { record_key: "k" });
      expect(record["attachments"]).toEqual([]);
      expect(await pop().left()).toEqual(nothing);
    });

    it.each(["deleted", "expired"])("when its record is %s during the upload, which is rejected", async (how) => {
      const connection = await RawConnection.to(pop().caller.url);
      const { head, tail } = envelopeOf(pop().caller, { country, size: bytes.length });
      await connection.send(head);
      await connection.send(bytes.subarray(0, row));
      await expect.poll(async () => (await pop().left()).blobs).toBe(1);
      if (how === "expired") await expire("k");
      else await pop().caller.delete(country, "k");
      await connection.send(bytes.subarray(row));
      await connection.send(tail);
      expect((await connection.answer()).status).toBe(404);
      expect(await pop().left()).toEqual(nothing);
    });

    it("when its name is taken during the upload, which is rejected; the other file stays", async () => {
      const connection = await RawConnection.to(pop().caller.url);
      const { head, tail } = envelopeOf(pop().caller, { country, size: bytes.length });
      await connection.send(head);
      await connection.send(bytes.subarray(0, row));
      await expect.poll(async () => (await pop().left()).blobs).toBe(1);
      await upload(country, "k", patternBytes(7));
      await connection.send(bytes.subarray(row));
      await connection.send(tail);
      expect((await connection.answer()).status).toBe(409);
      expect(await pop().left()).toEqual(kept(7));
      await pop().caller.delete(country, "k");
    });
  });
}
