import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatFixed, formatFloat, quote } from "../../src/kube/go-format.js";
import { parseAtoi, parseBool, parseFloat64, parseInt32, parseInt64, parseUint64 } from "../../src/kube/go-parse.js";

describe("numbers as Go reads them", () => {
  it.each([
    ["1_000", 1000],
    ["0x1p4", 16],
    ["0x_1.8p+1", 3], // 1.5 × 2
    [".5e1", 5],
    ["5.", 5],
    ["+infinity", Infinity],
    ["-Inf", -Infinity],
    ["nan", Number.NaN],
    ["1e-400", 0],
  ])("reads the float %s", (text, value) => {
    expect(parseFloat64(text)).toEqual({ ok: true, value });
  });

  it.each(["", " 5", "5 ", "1,5", "0x10", "1__0", "_1", "1_", "1_.5", "1e", ".", "+nan", "50%", "1d"])(
    "refuses the float %j as malformed",
    (text) => {
      const error = `strconv.ParseFloat: parsing "${text}": invalid syntax`;
      expect(parseFloat64(text)).toEqual({ ok: false, error, outOfRange: false });
    },
  );

  it("refuses a float beyond 64 bits as out of range", () => {
    const error = 'strconv.ParseFloat: parsing "1e400": value out of range';
    expect(parseFloat64("1e400")).toEqual({ ok: false, error, outOfRange: true });
  });

  it("keeps integers within their bits", () => {
    expect(parseInt32("2147483647")).toEqual({ ok: true, value: 2147483647 });
    expect(parseInt32("-2147483648")).toEqual({ ok: true, value: -2147483648 });
    expect(parseInt32("2147483648")).toMatchObject({ ok: false, outOfRange: true });
    expect(parseInt64("2147483648")).toEqual({ ok: true, value: 2147483648 });
    expect(parseInt64("9223372036854775808")).toMatchObject({ ok: false, outOfRange: true });
    expect(parseUint64("18446744073709551615")).toEqual({ ok: true, value: 2n ** 64n - 1n });
  });

  it("names Go's function in the error, and takes no sign for an unsigned number", () => {
    expect(parseAtoi("380s")).toMatchObject({ error: 'strconv.Atoi: parsing "380s": invalid syntax' });
    expect(parseInt32("1_0")).toMatchObject({ error: 'strconv.ParseInt: parsing "1_0": invalid syntax' });
    expect(parseUint64("+1")).toMatchObject({ error: 'strconv.ParseUint: parsing "+1": invalid syntax' });
  });

  it("takes Go's twelve spellings of a boolean and no other", () => {
    expect(["1", "t", "T", "true", "TRUE", "True"].map(parseBool)).toEqual(Array(6).fill({ ok: true, value: true }));
    expect(parseBool("False")).toEqual({ ok: true, value: false });
    expect(parseBool("yes")).toMatchObject({ error: 'strconv.ParseBool: parsing "yes": invalid syntax' });
    expect(parseBool("toString").ok).toBe(false);
  });
});

describe("values as Go prints them", () => {
  it.each([
    [0.5, "0.5"],
    [101, "101"],
    [123456, "123456"],
    [1e6, "1e+06"],
    [123456789, "1.23456789e+08"],
    [0.0001, "0.0001"],
    [0.00001, "1e-05"],
    [-0, "-0"],
    [Infinity, "+Inf"],
  ])("prints the float %d shortest", (value, text) => {
    expect(formatFloat(value)).toBe(text);
  });

  it("reads back every float it printed", () => {
    fc.assert(
      fc.property(fc.double(), (value) => {
        const parsed = parseFloat64(formatFloat(value));
        expect(parsed).toEqual({ ok: true, value });
      }),
    );
  });

  it("rounds halves to even at six decimals, unlike JavaScript", () => {
    // 0.0078125 = 2^-7 lies exactly between 0.007812 and 0.007813.
    expect(formatFixed(0.0078125)).toBe("0.007812");
    expect(formatFixed(0.0234375)).toBe("0.023438");
    expect(formatFixed(-2)).toBe("-2.000000");
    expect(formatFixed(1e21)).toBe("1000000000000000000000.000000");
    expect(formatFixed(-0)).toBe("-0.000000");
  });

  it("quotes with Go's escapes and leaves printable letters alone", () => {
    expect(quote('é "x"\n\t\u0001\u00a0\u200b')).toBe('"é \\"x\\"\\n\\t\\x01\\u00a0\\u200b"');
  });
});
