import { type MigrateProgress, type SecretsData, StorageCryptoError, StorageIntegrityError } from "incountry-storage";
import { describe, expect, inject, it } from "vitest";
import { attachingTo, country } from "../../support/attachments/attaching.ts";
import { patternBytes } from "../../support/attachments/pattern-bytes.ts";
import { methodOf, urlOf } from "../../support/attachments/tampering.ts";
import { rejection } from "../../support/faults/fault-storage.ts";
import { attachmentsOf } from "../../support/hostile/attachments-of.ts";
import { popStorage, unique } from "../../support/pop-storage.ts";
import { editPage } from "../../support/rotation/intercept.ts";

const older: SecretsData = { currentVersion: 1, secrets: [{ version: 1, secret: "the first password" }] };
const both: SecretsData = {
  currentVersion: 2,
  secrets: [...older.secrets, { version: 2, secret: patternBytes(32), isKey: true }],
};
const file = patternBytes(5_000);

/** Ids and keys that would change the path of a request. */
const steps: Readonly<Record<string, string>> = {
  "a step back": "..",
  "no step": ".",
  nothing: "",
  "half of a surrogate pair": "\ud800",
  "the other half within words": "a\udfffb",
  "a mebibyte of letters": "a".repeat(1024 * 1024),
  "a mebibyte of characters that grow when encoded": "é".repeat(512 * 1024),
  "a path": "../../../countries",
  "a path with the slashes of Windows": "..\\..\\..",
  "an encoded step back": "%2e%2e",
  "a step back between tabs": "\t..\n",
  "a query": "?x=1",
  "a fragment": "#x",
  "another host": "//evil.example/x",
  "a whole address": "https://evil.example/x",
  "a null": "\0",
};

interface Watched {
  readonly fetch: typeof fetch;
  readonly urls: string[];
}

/** A `fetch` that records each address and lets a test change the responses. */
function watched(change: (response: Response, url: string, method: string) => Response | Promise<Response>): Watched {
  const urls: string[] = [];
  return {
    urls,
    fetch: async (input, init) => {
      const url = urlOf(input);
      urls.push(url);
      return change(await fetch(input, init), url, methodOf(input, init));
    },
  };
}

/** A `fetch` whose pages have this file id in the record with this `rangeKey1`. */
function renamingFiles(fileId: string, rangeKey1: number): Watched {
  return watched((response, url) =>
    url.endsWith("/find")
      ? editPage(response, (record) => ({
          ...record,
          attachments: attachmentsOf(record).map((meta) =>
            record.range_key1 === rangeKey1 ? { ...meta, file_id: fileId } : meta,
          ),
        }))
      : response,
  );
}

/** Every address must be that of `find`, or of the attachments of one record. */
function expectOnPath(urls: readonly string[]): void {
  const records = `${inject("pop").url}/v2/storage/records/${country}`;
  for (const url of urls) {
    const { href } = new URL(url);
    expect(href.startsWith(`${records}/`), href.slice(0, 300)).toBe(true);
    const rest = href.slice(records.length);
    expect(rest).toMatch(/^\/(?:find|[^/?#]+\/attachments(?:\/[^/?#]+(?:\/meta)?)?)$/);
    // No segment of the path is one that a URL would resolve.
    expect(rest.split("/").slice(1)).not.toContain("");
  }
}

async function records(count: number): Promise<{ keys: string[]; options: { filter: { parentKey: string } } }> {
  const parentKey = unique("steps");
  const keys = Array.from({ length: count }, (_, index) => `${parentKey}-${index}`);
  const written = keys.map((recordKey, rangeKey1) => ({ recordKey, parentKey, rangeKey1 }));
  await popStorage().batchWrite(country, written);
  for (const recordKey of keys) {
    await attachingTo(recordKey, { getSecrets: () => older }).add({ file, fileName: "a file", encrypt: true });
  }
  return { keys, options: { filter: { parentKey } } };
}

async function migrated(fetch: Watched["fetch"], options: object): Promise<MigrateProgress[]> {
  const progress: MigrateProgress[] = [];
  const storage = popStorage({ getSecrets: () => both, fetch, httpOptions: { retryBaseDelay: 1, retryMaxDelay: 1 } });
  for await (const step of storage.migrateAttachments(country, options)) progress.push(step);
  return progress;
}

async function expectRotated(recordKey: string): Promise<void> {
  const { storage, bytes } = attachingTo(recordKey, {
    getSecrets: () => ({ ...both, secrets: both.secrets.slice(1) }),
  });
  const { record } = await popStorage().read(country, recordKey);
  const [meta] = record.attachments ?? [];
  expect(storage).toBeDefined();
  expect(await bytes(meta?.fileId ?? "")).toStrictEqual(file);
}

describe.each(Object.entries(steps))("a PoP that sends %s", (_, step) => {
  it("as the id of a file: no request leaves the path of its record, in a dry run either", async () => {
    const { keys, options } = await records(2);
    const { fetch, urls } = renamingFiles(step, 0);
    for (const dryRun of [true, false]) {
      const progress = await migrated(fetch, { ...options, dryRun }).catch((error: unknown) => {
        // An empty id is not valid in the protocol.
        expect(error).toMatchObject({ name: "StorageServerError" });
        expect(step).toBe("");
        return [];
      });
      expectOnPath(urls);
      if (progress.length === 0) return;
      expect(progress.at(-1)).toMatchObject({ total: 2, totalMigrated: 1 });
    }
    await expectRotated(keys[1] ?? "");
  });

  it("as the key of a record: no request leaves the path of its record", async () => {
    const { keys, options } = await records(2);
    const { fetch, urls } = watched((response, url) =>
      url.endsWith("/find")
        ? editPage(response, (record) => (record.range_key1 === 0 ? { ...record, record_key: step } : record))
        : response,
    );
    const progress = await migrated(fetch, options);
    expectOnPath(urls);
    expect(progress.at(-1)).toMatchObject({ total: 2, totalMigrated: 1 });
    await expectRotated(keys[1] ?? "");
  });

  it("as the id of a file that it replaced: no request leaves the path of its record", async () => {
    const { keys, options } = await records(1);
    const { fetch, urls } = watched(async (response, _url, method) => {
      if (method !== "PUT" || !response.ok) return response;
      const meta: unknown = await response.json();
      return Response.json({ ...Object(meta), file_id: step }, { status: response.status });
    });
    const progress = await migrated(fetch, options).catch((error: unknown) => {
      expect(error).toMatchObject({ name: expect.stringMatching(/^Storage(?:Server|Integrity|Crypto)Error$/) });
      return [];
    });
    expectOnPath(urls);
    expect(
      progress.flatMap(({ errors = [] }) => errors).every(({ error }) => error instanceof StorageCryptoError),
    ).toBe(true);
    expect(keys).toHaveLength(1);
  });
});

describe("a file whose id is a path segment with a meaning", () => {
  it.each(["..", ".", "\ud800", "a".repeat(1024 * 1024)])(
    "is an entry of errors, and the others are processed (%#)",
    async (step) => {
      const { options } = await records(3);
      const { fetch } = renamingFiles(step, 1);
      const progress = await migrated(fetch, options);
      expect(progress.at(-1)).toMatchObject({ total: 3, totalMigrated: 2, totalLeft: 1 });
      const errors = progress.flatMap((each) => each.errors ?? []);
      expect(errors.map(({ error }) => error)).toStrictEqual([expect.any(StorageIntegrityError)]);
    },
  );

  it.each(["..", "."])("is an entry of errors if the record has such a key: %s", async (step) => {
    const { options } = await records(3);
    const { fetch } = watched((response, url) =>
      url.endsWith("/find")
        ? editPage(response, (record) => (record.range_key1 === 1 ? { ...record, record_key: step } : record))
        : response,
    );
    const progress = await migrated(fetch, options);
    expect(progress.at(-1)).toMatchObject({ total: 3, totalMigrated: 2, totalLeft: 1 });
    expect(progress.flatMap((each) => each.errors ?? [])).toHaveLength(1);
  });

  it.each(["..", ".", "", "\ud800", "a".repeat(1024 * 1024)])(
    "is rejected before anything is sent (%#)",
    async (step) => {
      const { fetch, urls } = watched((response) => response);
      const storage = popStorage({ fetch });
      for (const call of [
        () => storage.deleteAttachment(country, "a key", step),
        () => storage.getAttachmentFile(country, "a key", step),
        () => storage.getAttachmentMeta(country, "a key", step),
        () => storage.updateAttachmentMeta(country, "a key", step, { fileName: "f" }),
      ]) {
        expect(await rejection(call())).toMatchObject({ name: "InputValidationError", issues: [{ path: "fileId" }] });
      }
      expect(urls).toStrictEqual([]);
    },
  );

  it.each(["..", "../..", "a/../.."])(
    "is rejected in the response to an upload, without a further request: %s",
    async (step) => {
      const recordKey = unique("steps");
      await popStorage().write(country, { recordKey });
      const { fetch, urls } = watched(async (response, _url, method) =>
        method === "POST" && response.status === 201
          ? Response.json({ ...Object(await response.json()), file_id: step }, { status: 201 })
          : response,
      );
      const { add } = attachingTo(recordKey, { fetch });
      await add({ file, fileName: "f", encrypt: true }).catch((error: unknown) =>
        expect(error).toMatchObject({ name: expect.stringMatching(/^Storage/) }),
      );
      expectOnPath(urls.filter((url) => !/\/[\da-f]{64}$/.test(url)));
    },
  );
});
