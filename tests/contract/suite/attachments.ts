import { describe, expect, it } from "vitest";
import { freshCountry } from "../support/countries.ts";
import {
  attachmentsOf,
  attachmentsPath,
  handwritten,
  hashOf,
  metadataOf,
  patternBytes,
  uploadFile,
  uploadForm,
} from "../support/files.ts";
import { firstEnvironment, type GetCaller, secondEnvironment } from "../support/suite.ts";

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

export function attachmentsSuite(caller: GetCaller): void {
  /** A country with a record whose key is `k`. */
  const withRecord = async (): Promise<string> => {
    const country = freshCountry();
    await caller().write(country, { record_key: "k" });
    return country;
  };

  describe("upload", () => {
    it.each([0, 1, 65_535, 65_536, 65_537, 256 * 1024, 1_000_000])("stores %i bytes", async (size) => {
      const country = await withRecord();
      const bytes = patternBytes(size);
      const response = await uploadFile(caller(), country, "k", bytes, { name: "scan.png", type: "image/png" });
      expect(response.status).toBe(200);
      const metadata = metadataOf(response);
      expect(metadata).toMatchObject({ filename: "scan.png", mime_type: "image/png", size, hash: hashOf(bytes) });
      expect(metadata.file_id).toMatch(uuid);
      expect(metadata.created_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      expect(metadata.updated_at).toBe(metadata.created_at);
      expect(metadata.download_link).toBe(caller().url + attachmentsPath(country, "k", metadata.file_id));
      const file = await caller().download(attachmentsPath(country, "k", metadata.file_id));
      expect(new Uint8Array(await file.arrayBuffer())).toEqual(bytes);
    });

    it("accepts bytes that look like the form's own", async () => {
      const country = await withRecord();
      const tricky = Buffer.from("\r\n--a-boundary-of-the-tes\r\n--a-boundary-of\r\n\r\n--\r\n-\r\r\n\n--a-boundary");
      for (const bytes of [
        new Uint8Array(tricky),
        new Uint8Array(Buffer.concat([tricky, patternBytes(70_000), tricky])),
      ]) {
        const form = handwritten([`content-disposition: form-data; name="file"; filename="${bytes.length}"`], bytes);
        const metadata = metadataOf(await uploadForm(caller(), attachmentsPath(country, "k"), form));
        expect([metadata.size, metadata.hash]).toEqual([bytes.length, hashOf(bytes)]);
      }
    });

    it("accepts a body in chunks of any size", async () => {
      const country = await withRecord();
      const bytes = patternBytes(3_000);
      const form = handwritten(['Content-Disposition: form-data; name="file"; filename="паспорт 🛂.pdf"'], bytes);
      for (const size of [1, 7, 64, 1_000]) {
        let offset = 0;
        const body = new ReadableStream<Uint8Array>({
          pull: (controller) => {
            if (offset < form.body.length) controller.enqueue(form.body.slice(offset, offset + size));
            else controller.close();
            offset += size;
          },
        });
        const response = await caller().sendBytes("PUT", attachmentsPath(country, "k"), body, {
          "content-type": form.type,
        });
        expect(metadataOf(response)).toMatchObject({ filename: "паспорт 🛂.pdf", size: 3_000, hash: hashOf(bytes) });
      }
    });

    const disposition = 'Content-Disposition: form-data; name="file"';

    it.each([
      [
        "raw UTF-8, as browsers and Node.js send it",
        `${disposition}; filename="Zoë’s паспорт 🛂.jpg"`,
        "Zoë’s паспорт 🛂.jpg",
      ],
      ["filename*, as Python sends it", `${disposition}; filename*=utf-8''Zo%C3%AB%20%F0%9F%9B%82.jpg`, "Zoë 🛂.jpg"],
      ["both", `${disposition}; filename="fallback.jpg"; filename*=UTF-8''%E2%82%AC.jpg`, "€.jpg"],
      ["both, the other way round", `${disposition}; filename*=UTF-8''%E2%82%AC.jpg; filename="fallback.jpg"`, "€.jpg"],
      ["escaped as HTML has it", `${disposition}; filename="a%22b%0D%0Ac%25.jpg"`, 'a"b\r\nc%25.jpg'],
      ["slashes and dots", `${disposition}; filename="../../etc/passwd.jpg"`, "../../etc/passwd.jpg"],
      ["a semicolon", `${disposition}; filename="a; name=b.jpg"`, "a; name=b.jpg"],
      ["other capitals", "CONTENT-DISPOSITION: Form-Data; Name=file; FileName=plain.jpg", "plain.jpg"],
    ])("parses a name in %s", async (_how, header, filename) => {
      const country = await withRecord();
      const response = await uploadForm(
        caller(),
        attachmentsPath(country, "k"),
        handwritten([header], new Uint8Array(3)),
      );
      const metadata = metadataOf(response);
      expect(metadata).toMatchObject({ filename, mime_type: "image/jpeg", size: 3 });
      const file = await caller().download(attachmentsPath(country, "k", metadata.file_id));
      const [, encoded = ""] =
        /^attachment; filename\*=UTF-8''([\w!#$&+.^`|~%-]+)$/.exec(file.headers.get("content-disposition") ?? "") ?? [];
      expect(decodeURIComponent(encoded)).toBe(filename);
      await file.body?.cancel();
    });

    it.each([
      ["passport.pdf", undefined, "application/pdf"],
      ["PHOTO.HEIC", undefined, "image/heic"],
      ["letter.docx", undefined, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"],
      ["no extension", undefined, "application/octet-stream"],
      ["what.is-this", undefined, "application/octet-stream"],
      ["named.png", "text/plain; charset=utf-8", "text/plain; charset=utf-8"],
    ])("guesses the type of %s, sent with %s", async (name, type, expected) => {
      const country = await withRecord();
      const headers = [`${disposition}; filename="${name}"`, ...(type === undefined ? [] : [`Content-Type: ${type}`])];
      const response = await uploadForm(
        caller(),
        attachmentsPath(country, "k"),
        handwritten(headers, new Uint8Array(1)),
      );
      expect(metadataOf(response).mime_type).toBe(expected);
    });

    it("rejects a name that the record already has, and keeps the existing file", async () => {
      const country = await withRecord();
      const first = metadataOf(await uploadFile(caller(), country, "k", patternBytes(10)));
      const again = await uploadFile(caller(), country, "k", patternBytes(20));
      expect([again.status, again.sources]).toEqual([409, ["filename"]]);
      expect(attachmentsOf((await caller().read(country, "k")).record)).toEqual([first]);
      // The same name in another record, or in capitals, is another name.
      await caller().write(country, { record_key: "other" });
      expect((await uploadFile(caller(), country, "other", patternBytes(1))).status).toBe(200);
      expect((await uploadFile(caller(), country, "k", patternBytes(1), { name: "FILE.bin" })).status).toBe(200);
    });

    it("accepts one of many concurrent uploads with the same name", async () => {
      const country = await withRecord();
      const uploads = Array.from({ length: 6 }, (_, index) =>
        uploadFile(caller(), country, "k", patternBytes(5_000, index)),
      );
      const statuses = (await Promise.all(uploads)).map((response) => response.status);
      expect(statuses.toSorted((one, other) => one - other)).toEqual([200, 409, 409, 409, 409, 409]);
      expect(attachmentsOf((await caller().read(country, "k")).record)).toHaveLength(1);
    });

    it("replaces by PUT, and adds if there is no file to replace", async () => {
      const country = await withRecord();
      const first = metadataOf(
        await uploadFile(caller(), country, "k", patternBytes(300_000), { method: "PUT", name: "a.txt" }),
      );
      const bytes = patternBytes(20, 2);
      const second = metadataOf(
        await uploadFile(caller(), country, "k", bytes, { method: "PUT", name: "a.txt", type: "image/gif" }),
      );
      expect(second).toEqual({
        ...first,
        mime_type: "image/gif",
        size: 20,
        hash: hashOf(bytes),
        updated_at: expect.any(String),
      });
      expect(second.updated_at > first.updated_at).toBe(true);
      const file = await caller().download(attachmentsPath(country, "k", first.file_id));
      expect(new Uint8Array(await file.arrayBuffer())).toEqual(bytes);
    });

    it("returns 404 if the record does not exist", async () => {
      for (const method of ["POST", "PUT"] as const) {
        const response = await uploadFile(caller(), await withRecord(), "no such key", patternBytes(10), { method });
        expect([response.status, response.sources]).toEqual([404, ["key"]]);
        expect((await uploadFile(caller(), freshCountry(), "k", patternBytes(10), { method })).status).toBe(404);
      }
    });

    const named = `${disposition}; filename="f"`;
    const wrong: readonly (readonly [string, readonly string[], string])[] = [
      ["another part", ['Content-Disposition: form-data; name="photo"; filename="f"'], "body"],
      ["a part without a name", ['Content-Disposition: form-data; filename="f"'], "body"],
      ["a part without a disposition", ["Content-Type: image/png"], "body"],
      ["a file without a name", [disposition], "filename"],
      ["an empty name", [`${disposition}; filename=""`], "filename"],
      ["a name that is too long", [`${disposition}; filename="${"x".repeat(1025)}"`], "filename"],
      ["an invalid type", [named, "Content-Type: picture"], "content-type"],
      ["an invalid head", ["what is this"], "body"],
    ];

    it.each(wrong)("rejects %s, and stores nothing", async (_title, headers, source) => {
      const country = await withRecord();
      const response = await uploadForm(
        caller(),
        attachmentsPath(country, "k"),
        handwritten(headers, patternBytes(10)),
      );
      expect([response.status, response.sources]).toEqual([400, [source]]);
      expect((await caller().read(country, "k")).record["attachments"]).toEqual([]);
    });

    it("reports an invalid name and an invalid type at once", async () => {
      const form = handwritten([disposition, "Content-Type: picture"], patternBytes(10));
      const response = await uploadForm(caller(), attachmentsPath(await withRecord(), "k"), form);
      expect([response.status, response.sources]).toEqual([400, ["content-type", "filename"]]);
    });

    it("rejects a second part and a truncated form, and stores nothing", async () => {
      const country = await withRecord();
      const { body, type } = handwritten([named], patternBytes(100_000));
      const second = handwritten([`${disposition}; filename="g"`], patternBytes(10)).body;
      const end = "--\r\n".length;
      const bodies = [
        Buffer.concat([body.subarray(0, -end), Buffer.from("\r\n"), second.subarray(second.indexOf(10) + 1)]),
        body.subarray(0, -end),
        body.subarray(0, 50_000),
        body.subarray(0, 30),
        new Uint8Array(0),
      ];
      for (const broken of bodies) {
        const response = await uploadForm(caller(), attachmentsPath(country, "k"), {
          body: new Uint8Array(broken),
          type,
        });
        expect([response.status, response.sources]).toEqual([400, ["body"]]);
      }
      expect((await caller().read(country, "k")).record["attachments"]).toEqual([]);
    });

    it("rejects a body that is not a form", async () => {
      const path = attachmentsPath(await withRecord(), "k");
      for (const type of ["image/png", "application/json", "multipart/mixed; boundary=x", "multipart/form-data; x=y"]) {
        expect((await caller().sendBytes("POST", path, new Uint8Array(3), { "content-type": type })).status).toBe(415);
      }
    });
  });

  describe("attachment metadata", () => {
    it("is in every response with its record, oldest first, and survives a rewrite", async () => {
      const country = await withRecord();
      await caller().write(country, { record_key: "other" });
      const uploaded = [];
      for (const name of ["b.txt", "a.txt", "c.txt"]) {
        uploaded.push(metadataOf(await uploadFile(caller(), country, "k", patternBytes(name.length), { name })));
      }
      const responses = [
        (await caller().read(country, "k")).record,
        (await caller().write(country, { record_key: "k", key1: "x" })).record,
        ...(await caller().batchWrite(country, [{ record_key: "k" }])).records,
        ...(await caller().find(country, { record_key: "k" })).found.data,
      ];
      expect(responses).toHaveLength(4);
      for (const record of responses) {
        const attachments = attachmentsOf(record);
        expect(attachments.map(({ file_id }) => file_id).toSorted()).toEqual(
          uploaded.map(({ file_id }) => file_id).toSorted(),
        );
        expect(attachments).toEqual(expect.arrayContaining(uploaded));
      }
      expect((await caller().read(country, "other")).record["attachments"]).toEqual([]);
    });

    it("is returned alone, and can be changed", async () => {
      const country = await withRecord();
      const uploaded = metadataOf(await uploadFile(caller(), country, "k", patternBytes(10), { name: "a.txt" }));
      const path = `${attachmentsPath(country, "k", uploaded.file_id)}/meta`;
      expect((await caller().send("GET", path)).json).toEqual(uploaded);

      const changes = [
        { filename: 'новое "имя"\r\n.pdf' },
        { mime_type: "application/pdf" },
        { filename: "b", mime_type: "text/html" },
      ];
      let before = uploaded;
      for (const change of changes) {
        const after = metadataOf(await caller().send("PATCH", path, { body: change }));
        expect(after).toEqual({ ...before, ...change, updated_at: after.updated_at });
        expect(after.updated_at > before.updated_at).toBe(true);
        expect((await caller().send("GET", path)).json).toEqual(after);
        before = after;
      }
      const file = await caller().download(attachmentsPath(country, "k", uploaded.file_id));
      expect(file.headers.get("content-type")).toBe("text/html");
      expect(new Uint8Array(await file.arrayBuffer())).toEqual(patternBytes(10));
    });

    it("accepts its own name again, but not that of another file", async () => {
      const country = await withRecord();
      const [one] = [
        metadataOf(await uploadFile(caller(), country, "k", patternBytes(1), { name: "one" })),
        metadataOf(await uploadFile(caller(), country, "k", patternBytes(2), { name: "other" })),
      ];
      const path = `${attachmentsPath(country, "k", one.file_id)}/meta`;
      const taken = await caller().send("PATCH", path, { body: { filename: "other" } });
      expect([taken.status, taken.sources]).toEqual([409, ["filename"]]);
      expect((await caller().send("PATCH", path, { body: { filename: "one" } })).status).toBe(200);
    });

    it.each<[object, string]>([
      [{}, "body"],
      [{ filename: "" }, "filename"],
      [{ filename: null }, "filename"],
      [{ filename: "NUL \0" }, "filename"],
      [{ mime_type: "picture" }, "mime_type"],
      [{ mime_type: "image/png\r\nx: y" }, "mime_type"],
      [{ size: 5 }, "size"],
      [{ file_id: "x", filename: "y" }, "file_id"],
    ])("rejects the change %j", async (body, source) => {
      const country = await withRecord();
      const { file_id: fileId } = metadataOf(await uploadFile(caller(), country, "k", patternBytes(1)));
      const response = await caller().send("PATCH", `${attachmentsPath(country, "k", fileId)}/meta`, { body });
      expect([response.status, response.sources]).toEqual([400, [source]]);
    });
  });

  describe("attachments", () => {
    it("are a 404 if the file or the record does not exist, or if it belongs to another record", async () => {
      const country = await withRecord();
      await caller().write(country, { record_key: "other" });
      const { file_id: fileId } = metadataOf(await uploadFile(caller(), country, "k", patternBytes(1)));
      const places = [
        attachmentsPath(country, "k", crypto.randomUUID()),
        attachmentsPath(country, "k", "no-id"),
        attachmentsPath(country, "other", fileId),
        attachmentsPath(country, "no such key", fileId),
        attachmentsPath(freshCountry(), "k", fileId),
      ];
      for (const path of places) {
        const responses = [
          await caller().send("GET", path),
          await caller().send("GET", `${path}/meta`),
          await caller().send("PATCH", `${path}/meta`, { body: { mime_type: "a/b" } }),
          await caller().send("DELETE", path),
        ];
        expect(responses.map((response) => [response.status, response.sources])).toEqual(
          responses.map(() => [404, ["fileId"]]),
        );
      }
      const own = attachmentsPath(country, "k", fileId);
      const stranger = caller().as(secondEnvironment);
      expect((await stranger.send("GET", own)).status).toBe(404);
      expect((await stranger.send("DELETE", own)).status).toBe(404);
      const unknown = caller().as({ ...firstEnvironment, apiKey: "wrong" });
      expect((await unknown.send("GET", own)).status).toBe(401);
      expect((await uploadFile(unknown, country, "k", patternBytes(1))).status).toBe(401);
      expect((await caller().send("GET", own)).status).toBe(200);
    });

    it("are deleted, and their names become free", async () => {
      const country = await withRecord();
      const { file_id: fileId } = metadataOf(await uploadFile(caller(), country, "k", patternBytes(1)));
      const path = attachmentsPath(country, "k", fileId);
      expect((await caller().send("DELETE", path)).status).toBe(200);
      expect((await caller().send("DELETE", path)).status).toBe(404);
      expect((await caller().read(country, "k")).record["attachments"]).toEqual([]);
      expect((await uploadFile(caller(), country, "k", patternBytes(2))).status).toBe(200);
    });

    it("are deleted with their record", async () => {
      const country = await withRecord();
      const { file_id: fileId } = metadataOf(await uploadFile(caller(), country, "k", patternBytes(1)));
      await caller().delete(country, "k");
      await caller().write(country, { record_key: "k" });
      expect((await caller().read(country, "k")).record["attachments"]).toEqual([]);
      expect((await caller().send("GET", attachmentsPath(country, "k", fileId))).status).toBe(404);
    });
  });
}
