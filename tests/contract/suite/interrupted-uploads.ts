import { beforeEach, describe, expect, it } from "vitest";
import { freshCountry } from "../support/countries.ts";
import { attachmentsPath, hashOf, metadataOf, patternBytes, uploadFile } from "../support/files.ts";
import { RawConnection } from "../support/raw-connection.ts";
import { envelopeOf } from "../support/raw-upload.ts";
import { type Left, nothing, type WatchedPop } from "../support/watched-pop.ts";

const bytes = patternBytes(600_000);

/** An interrupted upload leaves nothing behind, and its name free. */
export function brokenUploadsSuite(pop: () => WatchedPop, kept: (...sizes: readonly number[]) => Left): void {
  describe("an interrupted upload leaves nothing behind, and its name is free", () => {
    let country: string;

    beforeEach(async () => {
      expect(await pop().left()).toEqual(nothing);
      country = freshCountry();
      await pop().caller.write(country, { record_key: "k" });
    });

    const expectFreeName = async (): Promise<void> => {
      expect((await uploadFile(pop().caller, country, "k", patternBytes(7))).status).toBe(200);
      await pop().caller.delete(country, "k");
      expect(await pop().left()).toEqual(nothing);
    };

    const hows = [
      { how: "a body of known length", size: bytes.length },
      { how: "a body in chunks", size: undefined },
    ];

    it.each(hows)("when its sender disconnects in the middle of $how", async ({ size }) => {
      const connection = await RawConnection.to(pop().caller.url);
      const { head, frame } = envelopeOf(pop().caller, { country, ...(size === undefined ? {} : { size }) });
      await connection.send(head);
      await connection.send(frame(bytes.subarray(0, 400_000)));
      await expect.poll(async () => (await pop().left()).blobs).toBe(1);
      connection.leave();
      await expect.poll(() => pop().left()).toEqual(nothing);
      await expectFreeName();
    });

    it.each([
      ["in the head of the request", (whole: number) => whole - 250],
      ["in the head of the form", (whole: number) => whole - 10],
      ["after the head of the form", (whole: number) => whole],
    ])("when its sender disconnects %s", async (_where, end) => {
      const connection = await RawConnection.to(pop().caller.url);
      const { head } = envelopeOf(pop().caller, { country, size: bytes.length });
      await connection.send(head.subarray(0, end(head.length)));
      connection.leave();
      await expect.poll(() => pop().left()).toEqual(nothing);
      await expectFreeName();
    });

    it("when its sender disconnects before the form's last bytes", async () => {
      const connection = await RawConnection.to(pop().caller.url);
      const { head, tail } = envelopeOf(pop().caller, { country, size: bytes.length });
      await connection.send(Buffer.concat([head, bytes, tail.subarray(0, -4)]));
      await expect.poll(async () => (await pop().left()).blobs).toBe(1);
      connection.leave();
      await expect.poll(() => pop().left()).toEqual(nothing);
      await expectFreeName();
    });

    it("when many senders disconnect at once", async () => {
      const connections = await Promise.all(Array.from({ length: 8 }, () => RawConnection.to(pop().caller.url)));
      for (const [index, connection] of connections.entries()) {
        const { head } = envelopeOf(pop().caller, { country, size: bytes.length, name: `file-${index}` });
        await connection.send(Buffer.concat([head, bytes.subarray(0, 300_000)]));
      }
      await expect.poll(async () => (await pop().left()).blobs).toBe(connections.length);
      for (const connection of connections) connection.leave();
      await expect.poll(() => pop().left()).toEqual(nothing);
      await expectFreeName();
    });

    it("when its form is truncated, and the sender gets an error", async () => {
      const connection = await RawConnection.to(pop().caller.url);
      const { head, tail, frame } = envelopeOf(pop().caller, { country });
      // The body ends properly, in chunks; its form does not.
      const end = tail.subarray(-"0\r\n\r\n".length);
      await connection.send(Buffer.concat([head, frame(bytes), end]));
      const response = await connection.answer();
      expect([response.status, response.body.toString()]).toEqual([400, expect.stringContaining("incomplete")]);
      expect(await pop().left()).toEqual(nothing);
      await expectFreeName();
    });

    it("and the file that it was to replace is unchanged", async () => {
      const first = metadataOf(await uploadFile(pop().caller, country, "k", patternBytes(300_000)));
      const connection = await RawConnection.to(pop().caller.url);
      const { head } = envelopeOf(pop().caller, { country, size: bytes.length, method: "PUT" });
      await connection.send(Buffer.concat([head, bytes.subarray(0, 400_000)]));
      await expect.poll(async () => (await pop().left()).blobs).toBe(2);
      connection.leave();
      await expect.poll(() => pop().left()).toEqual(kept(300_000));
      const file = await pop().caller.download(attachmentsPath(country, "k", first.file_id));
      expect(hashOf(new Uint8Array(await file.arrayBuffer()))).toBe(first.hash);
      await pop().caller.delete(country, "k");
      expect(await pop().left()).toEqual(nothing);
    });
  });
}
