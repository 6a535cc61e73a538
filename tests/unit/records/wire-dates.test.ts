import { parse } from "valibot";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { wireDateSchema } from "../../../src/records/wire.ts";

describe("a date from the PoP", () => {
  beforeEach(() => void vi.stubEnv("TZ", "America/New_York"));
  afterEach(() => void vi.unstubAllEnvs());

  it("is tested outside UTC", () => {
    expect(new Date("2026-07-01T12:30:00").toISOString()).toBe("2026-07-01T16:30:00.000Z");
  });

  it.each([
    "2026-07-01T12:30:00.000Z",
    "2026-07-01T12:30:00Z",
    "2026-07-01T12:30:00.000",
    "2026-07-01T12:30:00",
    "2026-07-01T12:30",
    "2026-07-01T14:30:00+02:00",
  ])("is in UTC unless it has an offset: %s", (written) => {
    expect(parse(wireDateSchema, written).toISOString()).toBe("2026-07-01T12:30:00.000Z");
  });

  it("has at most 1,024 characters", () => {
    const long = `2026-07-01T12:30:00.${"0".repeat(2000)}Z`;
    expect(() => parse(wireDateSchema, long)).toThrow("expected an ISO 8601 date, got another text");
  });
});
