import { assert, constantFrom, integer, oneof, property, string } from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { delay, parseRetryAfter, retryDelay } from "../../src/http/retry.ts";

const minute = 60_000;

describe("the wait before a repetition", () => {
  const milliseconds = integer({ min: 1, max: 120_000 });

  it("is between the base delay and the greatest, and within 20 % of what doubling gives", () => {
    assert(
      property(milliseconds, milliseconds, integer({ min: 0, max: 40 }), (one, other, repetition) => {
        const [baseDelay, maxDelay] = one < other ? [one, other] : [other, one];
        const wait = retryDelay({ baseDelay, maxDelay }, repetition, undefined);
        expect(wait).toBeGreaterThanOrEqual(baseDelay);
        expect(wait).toBeLessThanOrEqual(maxDelay);
        const doubled = Math.min(baseDelay * 2 ** repetition, maxDelay);
        expect(Math.abs(wait - doubled)).toBeLessThanOrEqual(0.2 * doubled + 1e-6);
      }),
    );
  });

  it("differs from one client to the next", () => {
    const waits = Array.from({ length: 20 }, () => retryDelay({ baseDelay: 1_000, maxDelay: 32_000 }, 2, null));
    expect(new Set(waits).size).toBeGreaterThan(1);
  });

  it("is no longer than the greatest where the base delay is longer", () => {
    expect(retryDelay({ baseDelay: 1_000, maxDelay: 10 }, 0, null)).toBe(10);
  });

  it("is what the server asks for, whatever the policy", () => {
    const policy = { baseDelay: 1_000, maxDelay: 2_000 };
    expect(retryDelay(policy, 0, "0")).toBe(0);
    expect(retryDelay(policy, 3, "7")).toBe(7_000);
  });

  it.each(["61", "3600", "99999999999999999999", new Date(Date.now() + 100 * minute).toUTCString()])(
    "is a minute where the server asks for more: %s",
    (retryAfter) => {
      expect(retryDelay({ baseDelay: 1, maxDelay: 2 }, 0, retryAfter)).toBe(minute);
    },
  );

  it("is the policy's where the header says nothing of use", () => {
    const useless = oneof(string(), constantFrom("", " ", "-1", "1.5", "soon", "1e3", "Infinity", "NaN", "0x10"));
    assert(
      property(useless, (retryAfter) => {
        if (/^\s*\d+\s*$/.test(retryAfter) || !Number.isNaN(Date.parse(retryAfter))) return;
        expect(retryDelay({ baseDelay: 5, maxDelay: 5 }, 0, retryAfter)).toBe(5);
      }),
    );
  });
});

describe("Retry-After", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"], now: Date.UTC(2026, 0, 1, 12) }));
  afterEach(() => void vi.useRealTimers());

  const cases: [value: string | null | undefined, milliseconds: number | undefined][] = [
    ["120", 120_000],
    [" 1 ", 1_000],
    ["Thu, 01 Jan 2026 12:00:30 GMT", 30_000],
    ["Thu, 01 Jan 2026 11:00:00 GMT", 0],
    [null, undefined],
    [undefined, undefined],
    ["", undefined],
    ["-5", undefined],
    ["1.5", undefined],
    ["tomorrow", undefined],
  ];

  it.each(cases)("%s is %s ms", (value, milliseconds) => {
    expect(parseRetryAfter(value)).toBe(milliseconds);
  });
});

describe("a wait", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
  afterEach(() => void vi.useRealTimers());

  it("ends with the caller's own reason, and leaves no timer behind", async () => {
    const controller = new AbortController();
    const reason = { why: "the user left" };
    const waiting = delay(minute, controller.signal);
    controller.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("does not begin where the signal was aborted before", async () => {
    await expect(delay(minute, AbortSignal.abort("before"))).rejects.toBe("before");
    expect(vi.getTimerCount()).toBe(0);
  });

  it("ends when its time is up", async () => {
    const waiting = delay(minute, new AbortController().signal);
    await vi.advanceTimersByTimeAsync(minute);
    await expect(waiting).resolves.toBeUndefined();
  });
});
