import { describe, expect, it } from "vitest";
import { formatGoDuration, parseGoDuration, toMicroseconds } from "../../src/kube/go-duration.js";

describe("durations as Go reads and prints them", () => {
  it.each([
    ["0", "0s"],
    ["90s", "1m30s"],
    ["1h30m", "1h30m0s"],
    ["-1.5s", "-1.5s"],
    ["5999ms", "5.999s"],
    ["1ns", "1ns"],
    ["1us", "1µs"],
    ["1500ns", "1.5µs"],
    [".5s", "500ms"],
    ["+6s", "6s"],
  ])("prints %s as %s", (text, printed) => {
    const parsed = parseGoDuration(text);
    expect(parsed.ok && formatGoDuration(parsed.value)).toBe(printed);
  });

  it.each([
    ["60", 'time: missing unit in duration "60"'],
    ["", 'time: invalid duration ""'],
    ["abc", 'time: invalid duration "abc"'],
    ["1d", 'time: unknown unit "d" in duration "1d"'],
    ["5 µ", 'time: unknown unit " \\xc2\\xb5" in duration "5 \\xc2\\xb5"'],
    // 64 bits of nanoseconds end at 2562047 hours.
    ["9999999h", 'time: invalid duration "9999999h"'],
    [".s", 'time: invalid duration ".s"'],
  ])("refuses %j", (text, error) => {
    expect(parseGoDuration(text)).toMatchObject({ ok: false, error });
  });

  it("takes the most negative duration, whose positive twin does not exist", () => {
    expect(parseGoDuration("-9223372036854775808ns")).toEqual({ ok: true, value: -(2n ** 63n) });
    expect(parseGoDuration("9223372036854775808ns").ok).toBe(false);
  });

  it("rounds to the microseconds of the simulation, halves away from zero", () => {
    expect([499n, 500n, -500n, -1n, 1_500n].map(toMicroseconds)).toEqual([0, 1, -1, 0, 2]);
  });
});
