import { isStorageError, type Logger, type LogLevel, type Storage, type StorageOptions } from "incountry-storage";
import { describe, expect, it } from "vitest";
import { faultStorage, rejection } from "../support/faults/fault-storage.ts";
import { genuine, head, reset, respondJson, type Turn } from "../support/faults/script.ts";
import { scripted } from "../support/faults/scripted.ts";
import { clientCredentials } from "../support/http/credentials.ts";
import { holdsPlanted, planted, plantedText } from "../support/leaks/planted.ts";
import { printedForms } from "../support/leaks/printed-forms.ts";
import { popStorage, unique } from "../support/pop-storage.ts";
import { callWith, storageWith } from "../support/storage/call.ts";

const record = {
  recordKey: planted.recordKey,
  profileKey: planted.otherKey,
  key1: planted.key,
  key2: `${planted.key} "quoted" \\ and\nbroken`,
  key3: "Jo",
  body: JSON.stringify({ name: planted.body, nested: { text: `${planted.body} "again"` } }),
  precommitBody: planted.precommitBody,
  rangeKey1: 9876543210,
};

/** As much as possible readable by the server: unhashed search keys, encoded bodies. */
const open: Partial<StorageOptions> = { encrypt: false, hashSearchKeys: false };

const calls: Readonly<Record<string, (storage: Storage) => Promise<unknown>>> = {
  write: (storage) => storage.write("de", record),
  batchWrite: (storage) => storage.batchWrite("de", [record, { ...record, recordKey: plantedText("Second") }]),
  read: (storage) => storage.read("de", record.recordKey),
  find: (storage) =>
    storage.find("de", { key1: planted.key, key2: { $not: [record.key2] }, rangeKey1: record.rangeKey1 }),
  "find by part": (storage) => storage.find("de", { searchKeys: planted.key }),
  findOne: (storage) => storage.findOne("de", { key1: [planted.key, planted.otherKey] }),
  delete: (storage) => storage.delete("de", record.recordKey),
  batchDelete: (storage) => storage.batchDelete("de", [record.recordKey]),
};

interface Line {
  readonly level: LogLevel;
  readonly message: string;
  readonly meta: Record<string, unknown> | undefined;
}

/** The log and the errors of a Storage, printed in every form. */
async function shown(
  make: (logger: Logger) => Storage | Promise<Storage>,
  call: (storage: Storage) => Promise<unknown>,
): Promise<{ error: Error; forms: string[] }> {
  const lines: Line[] = [];
  const logger: Logger = { write: (level, message, meta) => void lines.push({ level, message, meta }) };
  const error = await rejection(
    Promise.resolve()
      .then(() => make(logger))
      .then(call),
  );
  if (!isStorageError(error)) return expect.unreachable(`Not a StorageError: ${String(error)}`);
  return { error, forms: [...printedForms(error), ...lines.flatMap(printedForms)] };
}

function expectNothingPlanted(forms: readonly string[]): void {
  expect(forms.length).toBeGreaterThan(5);
  for (const form of forms) expect(holdsPlanted(form), form).toBe(false);
}

const echo = (status: string): Turn => [{ act: "echo", status }];

describe.each(["400 Bad Request", "401 Unauthorized", "404 Not Found", "409 Conflict", "429 Too Many", "500 Failed"])(
  "a PoP that responds with %s and echoes the request",
  (status) => {
    it.each(Object.entries(calls))("%s: prints none of it", async (_, call) => {
      const server = await scripted(echo(status));
      const { error, forms } = await shown(
        (logger) => faultStorage(server, { ...open, logger, oauth: { token: planted.token } }),
        call,
      );
      expect(error.message).toContain(`responded ${status.slice(0, 3)} (`);
      expectNothingPlanted(forms);
      for (const form of forms) expect(form).not.toContain("9876543210");
    });
  },
);

describe("a PoP that echoes the request", () => {
  it("in custom headers is not printed", async () => {
    const server = await scripted(echo("400 Bad Request"));
    const { forms } = await shown(
      (logger) => faultStorage(server, { logger }),
      (storage) => storage.find("de", {}, {}, { headers: { "x-trace": plantedText("Header") } }),
    );
    expectNothingPlanted(forms);
  });

  it("has its texts in errors, but not in printed output", async () => {
    const detail = `key1 (${planted.key}) is too long.`;
    const server = await scripted(
      respondJson({ errors: [{ detail, source: "record.key1" }] }, { status: "400 Bad Request" }),
    );
    const { error, forms } = await shown(
      () => faultStorage(server, open),
      (storage) => storage.write("de", record),
    );
    expect(error).toMatchObject({ errors: [{ detail }] });
    expectNothingPlanted(forms);
  });

  it("with a good status and an invalid response is not printed", async () => {
    for (const turn of [respondJson({ [planted.key]: planted.body, record_key: 7 }), respondJson(planted.body)]) {
      const server = await scripted(turn);
      const { forms } = await shown(
        (logger) => faultStorage(server, { ...open, logger }),
        (storage) => storage.write("de", record),
      );
      expectNothingPlanted(forms);
    }
  });
});

describe("a token endpoint that echoes the request", () => {
  it.each(["400 Bad Request", "401 Unauthorized", "500 Failed"])("with %s: prints none of it", async (status) => {
    const { oauth } = await clientCredentials(echo(status));
    const { error, forms } = await shown(
      (logger) => popStorage({ logger, oauth: { ...oauth, clientSecret: planted.clientSecret } }),
      (storage) => storage.read("de", "any"),
    );
    expect(error.name).toBe(status.startsWith("5") ? "StorageServerError" : "StorageAuthenticationError");
    expectNothingPlanted(forms);
  });
});

const failing = (text: string): never => {
  throw new Error(`cannot handle ${text}: ${planted.secret}`);
};

describe("a custom function that fails with its arguments in the error", () => {
  const cause = Object.assign(new Error(`The vault said: ${planted.secret}`), {
    name: planted.secret,
    secret: planted.secret,
  });
  const fail = (): never => {
    throw cause;
  };
  const customKeys = {
    currentVersion: 1,
    secrets: [{ secret: btoa(planted.secret), version: 1, isForCustomEncryption: true }],
  };
  const custom = { version: "own", isCurrent: true, encrypt: failing, decrypt: failing };
  const cases: [what: string, options: Partial<StorageOptions>, name: string][] = [
    ["getSecrets", { getSecrets: fail }, "SecretsProviderError"],
    ["a token function", { oauth: { token: fail } }, "StorageAuthenticationError"],
    ["a custom encryption", { getSecrets: () => customKeys, customEncryptionConfigs: [custom] }, "StorageCryptoError"],
    ["a fetch", { fetch: fail }, "StorageNetworkError"],
  ];

  it.each(cases)("%s: the error has it as its cause and does not print it", async (_, options, name) => {
    const httpOptions = { retryBaseDelay: 1, retryMaxDelay: 1 };
    const { error, forms } = await shown(
      (logger) => popStorage({ logger, httpOptions, ...options }),
      (storage) => storage.write("de", record),
    );
    expect(error.name).toBe(name);
    expect(String(error.cause)).toContain(planted.secret);
    expectNothingPlanted(forms);
  });

  it("validate() does not print it either", async () => {
    const options = { getSecrets: () => customKeys, customEncryptionConfigs: [custom] };
    const { error, forms } = await shown(
      (logger) => popStorage({ logger, ...options }),
      (storage) => storage.validate(),
    );
    expect(error.name).toBe("StorageConfigError");
    expectNothingPlanted(forms);
  });
});

describe("invalid secrets", () => {
  const { secret, formerSecret } = planted;
  const unusable: unknown[] = [
    { secret },
    [secret],
    { currentVersion: 1, secrets: [{ secret, version: 2 }] },
    {
      currentVersion: 1,
      secrets: [
        { secret, version: 1 },
        { secret: formerSecret, version: 1 },
      ],
    },
    { currentVersion: 1, secrets: [{ secret, version: 1, isKey: true }] },
    { currentVersion: secret, secrets: [{ secret, version: secret }] },
    { currentVersion: 1, secrets: [{ secret, version: 1, isKey: secret }] },
    { currentVersion: 1, secrets: [{ secret, version: 1, isForCustomEncryption: true }] },
  ];

  it.each(unusable.map((value, index) => ({ index, value })))(
    "are reported without their values, $index",
    async ({ value }) => {
      const getSecrets = (): unknown => value;
      const { error, forms } = await shown(
        (logger) =>
          storageWith({ logger, getSecrets, environmentId: "any", apiKey: "any", endpoint: "http://127.0.0.1:1" }),
        (storage) => storage.write("de", record),
      );
      expect(["SecretsValidationError", "StorageConfigError"]).toContain(error.name);
      expectNothingPlanted(forms);
    },
  );
});

describe("invalid arguments", () => {
  const text = planted.body;
  const key = record.recordKey;
  const cases: [method: string, ...given: unknown[]][] = [
    ["write", text, record],
    ["write", "de", text],
    ["write", "de", { ...record, rangeKey1: text, expiresAt: text }],
    ["write", "de", { ...record, key1: [text], body: { text } }],
    ["batchWrite", "de", [record, record]],
    ["find", "de", { key1: { $no: text }, key2: { $not: { text } }, createdAt: text }],
    ["find", "de", {}, { limit: text, sort: [{ key1: text }] }],
    ["read", "de", [text]],
    ["read", "de", key, { headers: { authorization: planted.token, "x-y": `${text}\n` } }],
    ["read", "de", key, { signal: text, timeout: text, maxRetries: text, meta: text }],
  ];

  it.each(cases)("are reported without their values: %s, %#", async (method, ...given) => {
    const { error, forms } = await shown(
      (logger) => popStorage({ ...open, logger }),
      (storage) => callWith(storage, method, ...given),
    );
    expect(error.name).toBe("InputValidationError");
    expectNothingPlanted(forms);
  });

  it("of the constructor are reported without their values", async () => {
    const options = {
      environmentId: ` ${text}`,
      apiKey: `${planted.token}\n`,
      endpoint: `ftp://${planted.secret}@x`,
      httpOptions: { timeout: text },
    };
    const { error, forms } = await shown(
      (logger) => storageWith({ logger, ...options }),
      (storage) => storage.validate(),
    );
    expect(error.name).toBe("StorageConfigError");
    expectNothingPlanted(forms);
  });
});

describe("a record, decryptable or not,", () => {
  it("is logged and rejected without its content", async () => {
    const recordKey = unique("printed");
    const write = popStorage({ getSecrets: () => planted.secret });
    await write.write("de", { ...record, recordKey, key3: null });
    const { error, forms } = await shown(
      (logger) => popStorage({ logger, getSecrets: () => planted.formerSecret }),
      (storage) => storage.read("de", recordKey),
    );
    expect(error.name).toBe("StorageCryptoError");
    expectNothingPlanted(forms);
  });

  it("is logged without its content if the connection fails", async () => {
    for (const turn of [
      [head({ announced: 7 }), reset],
      [genuine({ share: 0.5 }), reset],
    ]) {
      const server = await scripted(turn);
      const { error, forms } = await shown(
        (logger) => faultStorage(server, { ...open, logger }),
        (storage) => storage.write("de", record),
      );
      expect(error.name).toBe("StorageNetworkError");
      expectNothingPlanted(forms);
    }
  });
});
