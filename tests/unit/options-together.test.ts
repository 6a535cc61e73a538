/**
 * Options that are valid alone but not together. Callers assemble them in parts, so no type of an interface excludes
 * them.
 */
import { Storage, StorageConfigError, type StorageOptions } from "incountry-storage";
import { describe, expect, it } from "vitest";
import { rejection } from "../support/faults/fault-storage.ts";
import { storageWith } from "../support/storage/call.ts";

const own = (text: string): string => text;
const customEncryptionConfigs = [{ version: "own", encrypt: own, decrypt: own }];

const complete: StorageOptions = {
  environmentId: "together",
  endpoint: "https://pop.example",
  apiKey: "key",
  getSecrets: () => "secret",
  fetch: () => Promise.reject(new Error("A constructor sends no request.")),
};

const without = (...names: (keyof StorageOptions)[]): StorageOptions =>
  Object.fromEntries(Object.entries(complete).filter(([name]) => !names.some((left) => left === name)));

const refused: readonly (readonly [string, StorageOptions])[] = [
  ["`apiKey` and `oauth` cannot be combined: remove one of them", { ...complete, oauth: { token: "token" } }],
  ["`apiKey` and `oauth` cannot be combined", { ...complete, oauth: { clientId: "id", clientSecret: "secret" } }],
  ["Credentials are required: set `oauth`", without("apiKey")],
  ["Credentials are required: set `oauth`", { ...without("apiKey"), oauth: {} }],
  ["Credentials are required: set `oauth`", { ...without("apiKey"), oauth: { clientId: "id" } }],
  ["Credentials are required: set `oauth`", { ...without("apiKey"), oauth: { clientSecret: "secret" } }],
  ["`environmentId` is required", without("environmentId")],
  ["`getSecrets` is required when `encrypt` is true", without("getSecrets")],
  ["`getSecrets` is required when `encrypt` is true", { ...without("getSecrets"), encrypt: true }],
  [
    "`getSecrets` is required with `customEncryptionConfigs`",
    { ...without("getSecrets"), encrypt: false, customEncryptionConfigs },
  ],
];

describe("conflicting options", () => {
  it.each(refused)("%s, %#", async (message, options) => {
    const error = await rejection(Promise.resolve().then(() => new Storage(options)));
    expect(error).toBeInstanceOf(StorageConfigError);
    expect(error).toHaveProperty("message", expect.stringContaining(message));
  });
});

describe("compatible options", () => {
  it.each([
    complete,
    { ...without("getSecrets"), encrypt: false },
    { ...without("apiKey"), oauth: { token: "token" } },
    { ...complete, customEncryptionConfigs },
    { ...without("apiKey"), oauth: { clientId: "id", clientSecret: "secret", token: undefined } },
    { ...without("apiKey"), oauth: { token: "token", clientId: undefined, authEndpoints: undefined } },
  ])("create a Storage, %#", (options) => {
    expect(storageWith(options)).toBeInstanceOf(Storage);
  });
});
