import { isStorageError, StorageError } from "incountry-storage";
import { describe, expect, inject, it } from "vitest";
import { Log } from "../../src/logging.ts";
import { isPage } from "../support/faults/engine.ts";
import { holdsPlanted, planted } from "../support/leaks/planted.ts";
import { printedForms } from "../support/leaks/printed-forms.ts";
import { expectNoLeaks } from "../support/leaks/witness.ts";
import { popStorage, unique } from "../support/pop-storage.ts";

describe("the leak detector", () => {
  it("finds a planted value in an error, in a cause of this package, and in its issues", () => {
    const inner = new StorageError(`A message with ${planted.body}.`);
    expect(expectNoLeaks).toThrow("something planted");
    const outer = new StorageError("A message.", { cause: inner });
    expect(printedForms(outer).some(holdsPlanted)).toBe(true);
    expect(expectNoLeaks).toThrow("something planted");
  });

  it("finds a logged value", () => {
    new Log(undefined, false).once("warn", `A message with ${planted.token}.`);
    expect(expectNoLeaks).toThrow("something planted");
  });

  it("finds a value given to a Storage, planted or not", async () => {
    const recordKey = unique("entrusted");
    await popStorage({ getSecrets: () => "a confidential text" }).write("de", { recordKey, body: "very private" });
    for (const value of [recordKey, "very private", "a confidential text", inject("pop").apiKey]) {
      const error = new StorageError(`A message with ${value}.`);
      expect(isStorageError(error)).toBe(true);
      expect(expectNoLeaks, value).toThrow(value);
    }
  });

  it("checks an error as this runtime prints it", () => {
    const error = new StorageError("A message.", { cause: new Error("inner") });
    // A page can print only the error's text and JSON.
    expect(printedForms(error).length).toBeGreaterThan(isPage ? 6 : 12);
  });

  it("finds a planted value in base64 at any offset, in hex, and in other cases", () => {
    for (const before of ["", "a", "ab", "abc"]) expect(holdsPlanted(btoa(`${before}${planted.key}`))).toBe(true);
    const hex = Array.from(planted.key, (character) => character.charCodeAt(0).toString(16)).join("");
    for (const form of [hex, hex.toUpperCase(), planted.key.toUpperCase(), encodeURIComponent(planted.key)]) {
      expect(holdsPlanted(form)).toBe(true);
    }
    expect(holdsPlanted("nothing secret")).toBe(false);
  });
});
