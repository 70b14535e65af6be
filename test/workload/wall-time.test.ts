import { describe, expect, it } from "vitest";
import { parseInstant, parseRfc3339 } from "../../src/workload/wall-time.js";

describe("a time in RFC 3339", () => {
  it.each([
    "2023-11-14T22:00:00Z",
    "1970-01-01T00:00:00Z",
    "2000-02-29T23:59:59.25Z",
    "2024-03-01T01:30:00+05:30",
    "1969-12-31T23:00:00-01:00",
    "2100-03-01t00:00:00z",
  ])("%s is what JavaScript's Date makes of it", (text) => {
    expect(parseRfc3339(text)).toBe(Date.parse(text.toUpperCase()) * 1000);
  });

  it.each(["2023-02-29T00:00:00Z", "2023-13-01T00:00:00Z", "2023-01-01T24:00:00Z", "2023-01-01", "x", ""])(
    "%j is none",
    (text) => {
      expect(parseRfc3339(text)).toBeNull();
    },
  );

  it("may be a number of seconds where either is taken", () => {
    expect(parseInstant("1699999200")).toBe(1_699_999_200_000_000);
    expect(parseInstant("0.0000005")).toBe(1);
    expect(parseInstant("1s")).toBeNull();
  });
});
