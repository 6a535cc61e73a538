import { assert, constantFrom, integer, oneof, property, string } from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { delay } from "../../../src/async/abort.ts";
import { retryAfter, retryDelay } from "../../../src/http/retry-policy.ts";

const minute = 60_000;

function headersOf(retryAfter: string | undefined, date?: string): Headers {
  const headers = new Headers();
  if (retryAfter !== undefined) headers.set("retry-after", retryAfter);
  if (date !== undefined) headers.set("date", date);
  return headers;
}

describe("the delay before a retry", () => {
  const milliseconds = integer({ min: 1, max: 120_000 });

  it("is between the base delay and the maximum, and within 20 % of doubling", () => {
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
    const waits = Array.from({ length: 20 }, () => retryDelay({ baseDelay: 1_000, maxDelay: 32_000 }, 2, undefined));
    expect(new Set(waits).size).toBeGreaterThan(1);
  });

  it("is at most the maximum if the base delay is longer", () => {
    expect(retryDelay({ baseDelay: 1_000, maxDelay: 10 }, 0, undefined)).toBe(10);
  });

  it("is what the server requests, whatever the policy", () => {
    const policy = { baseDelay: 1_000, maxDelay: 2_000 };
    expect(retryDelay(policy, 0, headersOf("0"))).toBe(0);
    expect(retryDelay(policy, 3, headersOf("7"))).toBe(7_000);
  });

  it.each(["61", "3600", "99999999999999999999", new Date(Date.now() + 100 * minute).toUTCString()])(
    "is a minute if the server requests more: %s",
    (asked) => {
      expect(retryDelay({ baseDelay: 1, maxDelay: 2 }, 0, headersOf(asked))).toBe(minute);
    },
  );

  it("follows the policy if the header is of no use", () => {
    const useless = oneof(
      string({ unit: "grapheme-ascii" }),
      constantFrom("", " ", "-1", "1.5", "soon", "1e3", "Infinity", "NaN", "0x10"),
    );
    assert(
      property(useless, (asked) => {
        if (/^\s*\d+\s*$/.test(asked) || !Number.isNaN(Date.parse(asked))) return;
        expect(retryDelay({ baseDelay: 5, maxDelay: 5 }, 0, headersOf(asked))).toBe(5);
      }),
    );
  });
});

describe("Retry-After", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"], now: Date.UTC(2026, 0, 1, 12) }));
  afterEach(() => void vi.useRealTimers());

  const cases: [value: string | undefined, date: string | undefined, milliseconds: number | undefined][] = [
    ["120", undefined, 120_000],
    [" 1 ", undefined, 1_000],
    ["0", undefined, 0],
    ["Thu, 01 Jan 2026 12:00:30 GMT", undefined, 30_000],
    ["Thu, 01 Jan 2026 11:00:00 GMT", undefined, undefined],
    // The client's clock is an hour ahead of the server's, or behind.
    ["Thu, 01 Jan 2026 11:00:30 GMT", "Thu, 01 Jan 2026 11:00:00 GMT", 30_000],
    ["Thu, 01 Jan 2026 13:00:30 GMT", "Thu, 01 Jan 2026 13:00:00 GMT", 30_000],
    ["Thu, 01 Jan 2026 13:00:00 GMT", "Thu, 01 Jan 2026 13:00:00 GMT", undefined],
    ["Thu, 01 Jan 2026 13:00:00 GMT", "Thu, 01 Jan 2026 13:00:01 GMT", undefined],
    ["Thu, 01 Jan 2026 12:00:30 GMT", "now", 30_000],
    ["120", "Thu, 01 Jan 2026 11:00:00 GMT", 120_000],
    [undefined, "Thu, 01 Jan 2026 11:00:00 GMT", undefined],
    [undefined, undefined, undefined],
    ["", undefined, undefined],
    ["-5", undefined, undefined],
    ["1.5", undefined, undefined],
    ["tomorrow", undefined, undefined],
  ];

  it.each(cases)("%s in a response of %s is %s ms", (value, date, milliseconds) => {
    expect(retryAfter(headersOf(value, date))).toBe(milliseconds);
  });

  it("with a date in the past leaves the delay to the policy", () => {
    const past = headersOf("Thu, 01 Jan 2026 11:00:00 GMT");
    expect(retryDelay({ baseDelay: 5, maxDelay: 5 }, 0, past)).toBe(5);
  });
});

describe("a wait", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
  afterEach(() => void vi.useRealTimers());

  it("rejects with the caller's reason, and leaves no timer behind", async () => {
    const controller = new AbortController();
    const reason = { why: "the user left" };
    const waiting = delay(minute, controller.signal);
    controller.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("does not start if the signal is already aborted", async () => {
    await expect(delay(minute, AbortSignal.abort("before"))).rejects.toBe("before");
    expect(vi.getTimerCount()).toBe(0);
  });

  it("ends after its time", async () => {
    const waiting = delay(minute, new AbortController().signal);
    await vi.advanceTimersByTimeAsync(minute);
    await expect(waiting).resolves.toBeUndefined();
  });
});
