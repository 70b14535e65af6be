import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { utcTime } from "../../src/report/utc-time.js";

describe("a moment of wall time in words", () => {
  it("is RFC 3339 in UTC, with as many decimals as it needs", () => {
    expect(utcTime(0)).toBe("1970-01-01T00:00:00Z");
    expect(utcTime(1_699_999_200_000_000)).toBe("2023-11-14T22:00:00Z");
    expect(utcTime(1_709_251_199_500_000)).toBe("2024-02-29T23:59:59.5Z");
  });

  it("is the calendar's, for every day of centuries", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 7_258_118_399 }), (seconds) => {
        expect(utcTime(seconds * 1_000_000)).toBe(new Date(seconds * 1000).toISOString().replace(".000Z", "Z"));
      }),
    );
  });
});
