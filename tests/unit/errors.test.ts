import * as sdk from "incountry-storage";
import {
  InputValidationError,
  isStorageError,
  SecretsProviderError,
  SecretsValidationError,
  StorageAuthenticationError,
  StorageClientError,
  StorageConfigError,
  StorageCryptoError,
  StorageError,
  StorageIntegrityError,
  StorageNetworkError,
  StorageResidencyError,
  StorageServerError,
} from "incountry-storage";
import { describe, expect, it } from "vitest";
import * as copy from "../../src/errors.ts?copy";

const cause = new Error("the original");
const facts = {
  method: "POST",
  url: "https://pop.example/find",
  status: 400,
  requestId: "r-1",
  errors: [{ title: "Bad" }],
  cause,
};
const issues = [{ path: "record.key1", message: "expected a string, got a number" }];

/** The hierarchy of the public API. */
const hierarchy = [
  { make: () => new StorageError("m", { cause }), name: "StorageError", code: "storage_error", parents: [] },
  {
    make: () => new StorageClientError("m", { cause }),
    name: "StorageClientError",
    code: "client_error",
    parents: ["StorageError"],
  },
  {
    make: () => new StorageConfigError("m", { cause }),
    name: "StorageConfigError",
    code: "config_error",
    parents: ["StorageClientError", "StorageError"],
  },
  {
    make: () => new SecretsProviderError("m", { cause }),
    name: "SecretsProviderError",
    code: "secrets_provider_error",
    parents: ["StorageClientError", "StorageError"],
  },
  {
    make: () => new SecretsValidationError("m", { cause }),
    name: "SecretsValidationError",
    code: "secrets_validation_error",
    parents: ["StorageClientError", "StorageError"],
  },
  {
    make: () => new InputValidationError("m", issues, { cause }),
    name: "InputValidationError",
    code: "input_validation_error",
    parents: ["StorageClientError", "StorageError"],
  },
  {
    make: () => new StorageResidencyError("m", { cause }),
    name: "StorageResidencyError",
    code: "residency_error",
    parents: ["StorageClientError", "StorageError"],
  },
  {
    make: () => new StorageAuthenticationError("m", { cause }),
    name: "StorageAuthenticationError",
    code: "authentication_error",
    parents: ["StorageClientError", "StorageError"],
  },
  {
    make: () => new StorageServerError("m", facts),
    name: "StorageServerError",
    code: "server_error",
    parents: ["StorageError"],
  },
  {
    make: () => new StorageNetworkError("m", facts),
    name: "StorageNetworkError",
    code: "network_error",
    parents: ["StorageServerError", "StorageError"],
  },
  {
    make: () => new StorageCryptoError("m", { cause }),
    name: "StorageCryptoError",
    code: "crypto_error",
    parents: ["StorageError"],
  },
  {
    make: () => new StorageIntegrityError("m", { cause }),
    name: "StorageIntegrityError",
    code: "integrity_error",
    parents: ["StorageCryptoError", "StorageError"],
  },
];
const names = hierarchy.map(({ name }) => name);

function classOf(module: object, name: string): (value: unknown) => boolean {
  const found: unknown = Reflect.get(module, name);
  if (typeof found !== "function") throw new TypeError(`There is no class ${name}.`);
  return (value) => value instanceof found;
}

describe.each(hierarchy)("$name", ({ make, name, code, parents }) => {
  it("has its name, its code, its message and its cause", () => {
    const error = make();
    expect(error).toBeInstanceOf(Error);
    expect({ name: error.name, code: error.code, message: error.message }).toStrictEqual({ name, code, message: "m" });
    expect(error.cause).toBe(cause);
    expect(isStorageError(error)).toBe(true);
    expect(String(error)).toBe(`${name}: m`);
  });

  it("is an instance of its own and its parent classes, and of no other class", () => {
    const error = make();
    const of = names.filter((other) => classOf(sdk, other)(error));
    expect(new Set(of)).toStrictEqual(new Set([name, ...parents]));
  });

  it("is recognized by another copy of the package, both ways", () => {
    const error = make();
    expect(copy.isStorageError(error)).toBe(true);
    expect(new Set(names.filter((other) => classOf(copy, other)(error)))).toStrictEqual(new Set([name, ...parents]));
    const theirs: unknown = Reflect.construct(Object(Reflect.get(copy, name)), [
      "m",
      name.startsWith("Input") ? issues : {},
    ]);
    expect(Object.getPrototypeOf(theirs)).not.toBe(Object.getPrototypeOf(error));
    expect(isStorageError(theirs)).toBe(true);
    expect(new Set(names.filter((other) => classOf(sdk, other)(theirs)))).toStrictEqual(new Set([name, ...parents]));
  });

  it("has no cause if none is given", () => {
    const bare: unknown = Reflect.construct(Object(Reflect.get(sdk, name)), [
      "m",
      name.startsWith("Input") ? issues : undefined,
    ]);
    expect(bare).not.toHaveProperty("cause");
  });
});

describe("the message of an error", () => {
  it("has the exchange, if the PoP failed", () => {
    const { method, url, status, requestId, errors } = facts;
    const error = new StorageNetworkError("m", facts);
    expect(error).toMatchObject({ method, url, status, requestId, errors });
    expect(error.toJSON()).toStrictEqual({
      name: "StorageNetworkError",
      code: "network_error",
      message: "m",
      cause: "Error",
      method,
      url,
      status,
      requestId,
    });
  });

  it("has each issue of an invalid input", () => {
    const error = new InputValidationError("m", issues);
    expect(error.issues).toStrictEqual(issues);
    expect(error.toJSON()).toMatchObject({ issues });
  });

  it("has the safe parts of a cause of this package, and only the kind of another", () => {
    const server = new StorageServerError("inner", { status: 401 });
    expect(new StorageAuthenticationError("outer", { cause: server }).toJSON()).toMatchObject({
      cause: { name: "StorageServerError", message: "inner", status: 401 },
    });
    for (const [other, expected] of [
      [new TypeError("x"), "TypeError"],
      ["text", "string"],
      [{ a: 1 }, "object"],
      [null, "object"],
      [7n, "bigint"],
    ]) {
      expect(new StorageError("outer", { cause: other }).toJSON()).toMatchObject({ cause: expected });
    }
  });
});

describe("isStorageError", () => {
  const hostile = new Proxy(
    {},
    {
      has: () => expect.unreachable("looked at"),
      get: () => {
        throw new Error("not to be read");
      },
    },
  );
  const { proxy: revoked, revoke } = Proxy.revocable({}, {});
  revoke();

  it.each([
    undefined,
    null,
    0,
    "StorageError",
    {},
    [],
    new Error("x"),
    () => new StorageError("m"),
    { name: "StorageError", code: "storage_error" },
  ])("is false for %o", (value) => {
    expect(isStorageError(value)).toBe(false);
    expect(value instanceof StorageError).toBe(false);
  });

  it("is false for a value that throws when inspected", () => {
    expect(isStorageError(hostile)).toBe(false);
    expect(isStorageError(revoked)).toBe(false);
    expect(isStorageError(Object.assign(new Error("x"), { [Symbol.for("incountry-storage.error")]: "toString" }))).toBe(
      false,
    );
    expect(isStorageError({ [Symbol.for("incountry-storage.error")]: "StorageError" })).toBe(false);
  });

  it("prints an error whose cause throws when inspected", () => {
    for (const odd of [hostile, revoked, Object.create(null)]) {
      expect(JSON.stringify(new StorageError("m", { cause: odd }))).toContain('"message":"m"');
    }
  });
});

describe("an application's subclass", () => {
  class OwnError extends StorageServerError {}

  it("is an instance of its parents, which are not instances of it", () => {
    const own = new OwnError("m");
    expect(own).toBeInstanceOf(OwnError);
    expect(own).toBeInstanceOf(StorageServerError);
    expect(isStorageError(own)).toBe(true);
    expect(new StorageServerError("m")).not.toBeInstanceOf(OwnError);
  });
});
