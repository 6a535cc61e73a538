import { Storage, StorageConfigError, type StorageOptions } from "incountry-storage";
import { afterEach, describe, expect, it, vi } from "vitest";

const options: StorageOptions = {
  environmentId: "environment",
  apiKey: "a key of the tests",
  getSecrets: () => "a password of the tests",
};

afterEach(() => vi.unstubAllEnvs());

function configError(given: Partial<StorageOptions>): StorageConfigError {
  try {
    const storage = new Storage({ ...options, ...given });
    return expect.unreachable(`It was accepted: ${typeof storage}`);
  } catch (error) {
    return error instanceof StorageConfigError ? error : expect.unreachable(String(error));
  }
}

describe("strictResidency: true", () => {
  it("is rejected with INC_ENDPOINT in the environment; the error names both", () => {
    vi.stubEnv("INC_ENDPOINT", "https://pop.example");
    const { message } = configError({ strictResidency: true });
    expect(message).toContain("INC_ENDPOINT");
    expect(message).toContain("strictResidency");
    expect(message).not.toContain("pop.example");
  });

  it.each([undefined, "-mask.example"])(
    "is rejected with the option endpoint; the error names both (mask: %s)",
    (mask) => {
      const given = { strictResidency: true, endpoint: "https://pop.example" };
      const { message } = configError(mask === undefined ? given : { ...given, endpointMask: mask });
      expect(message).toContain("endpoint");
      expect(message).toContain("strictResidency");
      expect(message).not.toContain("INC_ENDPOINT");
    },
  );

  it("is rejected with INC_ENDPOINT even if a mask is given", () => {
    vi.stubEnv("INC_ENDPOINT", "https://pop.example");
    expect(configError({ strictResidency: true, endpointMask: "-mask.example" }).message).toContain("INC_ENDPOINT");
  });

  it("is accepted without an endpoint, also with a mask", () => {
    expect(() => new Storage({ ...options, strictResidency: true })).not.toThrow();
    expect(() => new Storage({ ...options, strictResidency: true, endpointMask: "-mask.example" })).not.toThrow();
  });
});

describe("strictResidency: false or absent", () => {
  it.each([{}, { strictResidency: false }])("accepts an endpoint from either source: %j", (given) => {
    expect(() => new Storage({ ...options, ...given, endpoint: "https://pop.example" })).not.toThrow();
    vi.stubEnv("INC_ENDPOINT", "https://pop.example");
    expect(() => new Storage({ ...options, ...given })).not.toThrow();
  });
});
