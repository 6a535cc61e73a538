/** Options of which each is good and the whole is not: callers put them together in parts, so no type of an interface says it. */
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
  fetch: () => Promise.reject(new Error("A constructor asks for nothing.")),
};

const without = (...names: (keyof StorageOptions)[]): StorageOptions =>
  Object.fromEntries(Object.entries(complete).filter(([name]) => !names.some((left) => left === name)));

const refused: readonly (readonly [string, StorageOptions])[] = [
  ["Both apiKey and oauth are given: give one of them", { ...complete, oauth: { token: "token" } }],
  ["Both apiKey and oauth are given", { ...complete, oauth: { clientId: "id", clientSecret: "secret" } }],
  ["There are no credentials: give oauth", without("apiKey")],
  ["There are no credentials: give oauth", { ...without("apiKey"), oauth: {} }],
  ["There are no credentials: give oauth", { ...without("apiKey"), oauth: { clientId: "id" } }],
  ["There are no credentials: give oauth", { ...without("apiKey"), oauth: { clientSecret: "secret" } }],
  ["There is no environment id: give environmentId", without("environmentId")],
  ["There are no secrets to encrypt with: give getSecrets, or set encrypt to false", without("getSecrets")],
  ["There are no secrets to encrypt with: give getSecrets", { ...without("getSecrets"), encrypt: true }],
  [
    "customEncryptionConfigs need keys: give getSecrets",
    { ...without("getSecrets"), encrypt: false, customEncryptionConfigs },
  ],
];

describe("options that do not go together", () => {
  it.each(refused)("%s, %#", async (message, options) => {
    const error = await rejection(Promise.resolve().then(() => new Storage(options)));
    expect(error).toBeInstanceOf(StorageConfigError);
    expect(error).toHaveProperty("message", expect.stringContaining(message));
  });
});

describe("options that do", () => {
  it.each([
    complete,
    { ...without("getSecrets"), encrypt: false },
    { ...without("apiKey"), oauth: { token: "token" } },
    { ...complete, customEncryptionConfigs },
    { ...without("apiKey"), oauth: { clientId: "id", clientSecret: "secret", token: undefined } },
    { ...without("apiKey"), oauth: { token: "token", clientId: undefined, authEndpoints: undefined } },
  ])("make a Storage, %#", (options) => {
    expect(storageWith(options)).toBeInstanceOf(Storage);
  });
});
