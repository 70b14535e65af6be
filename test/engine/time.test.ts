import { describe, expect, it } from "vitest";
import {
  formatDuration,
  formatSeconds,
  fromMilliseconds,
  fromSeconds,
  parseDuration,
  roundHalfAway,
} from "../../src/engine/time.js";

describe("durations in Go's syntax", () => {
  // The forms of Go's own documentation and tests of package time, as far as a microsecond can hold them.
  it.each([
    ["0", 0, "0s"],
    ["5s", 5_000_000, "5s"],
    ["+5s", 5_000_000, "5s"],
    ["-5s", -5_000_000, "-5s"],
    ["5.s", 5_000_000, "5s"],
    [".5s", 500_000, "500ms"],
    ["1.004s", 1_004_000, "1.004s"],
    ["100.00100s", 100_001_000, "1m40.001s"],
    ["11us", 11, "11µs"],
    ["12µs", 12, "12µs"],
    ["12μs", 12, "12µs"],
    ["2200us", 2_200, "2.2ms"],
    ["13ms", 13_000, "13ms"],
    ["1m30s", 90_000_000, "1m30s"],
    ["10.5s4m", 250_500_000, "4m10.5s"],
    ["-2m3.4s", -123_400_000, "-2m3.4s"],
    ["1h2m3s4ms5us", 3_723_004_005, "1h2m3.004005s"],
    ["39h9m14.425s", 140_954_425_000, "39h9m14.425s"],
    ["1h", 3_600_000_000, "1h0m0s"],
  ])("reads %s and prints it", (text, us, printed) => {
    expect(parseDuration(text)).toEqual({ ok: true, us, rounded: false });
    expect(formatDuration(us)).toBe(printed);
  });

  it.each([
    ["60", 'time: missing unit in duration "60"'],
    ["1m30", 'time: missing unit in duration "1m30"'],
    ["", 'time: invalid duration ""'],
    ["-", 'time: invalid duration "-"'],
    [".s", 'time: invalid duration ".s"'],
    ["soon", 'time: invalid duration "soon"'],
    ["1d", 'time: unknown unit "d" in duration "1d"'],
    ["3000000h", 'time: invalid duration "3000000h"'],
  ])("refuses %j in Go's words", (text, error) => {
    expect(parseDuration(text)).toEqual({ ok: false, error });
  });

  it("rounds what is finer than a microsecond half away from zero, and says so", () => {
    expect(parseDuration("1500ns")).toEqual({ ok: true, us: 2, rounded: true });
    expect(parseDuration("-1500ns")).toEqual({ ok: true, us: -2, rounded: true });
    expect(parseDuration("499ns")).toEqual({ ok: true, us: 0, rounded: true });
    expect(fromSeconds(1.0000005)).toBe(1_000_001);
    expect(fromMilliseconds(-0.0005)).toBe(-1);
    expect([2.5, -2.5, 2.4, -2.4].map(roundHalfAway)).toEqual([3, -3, 2, -2]);
  });

  it("prints seconds as the exact image of microseconds", () => {
    expect([0, 1, 1_500_000, 90_000_000, -250].map(formatSeconds)).toEqual(["0", "0.000001", "1.5", "90", "-0.00025"]);
  });
});
