import { describe, expect, it } from "vitest";
import { parseQuantity } from "../../src/kube/quantity.js";

describe("Kubernetes quantities", () => {
  it.each([
    ["25m", 0.025],
    ["1.5", 1.5],
    ["2e3", 2000],
    ["5E-1", 0.5],
    ["128Mi", 134217728], // 128 × 1024²
    ["1Gi", 1073741824],
    ["1.5Gi", 1610612736],
    ["1G", 1e9],
    ["500k", 5e5],
    ["100n", 1e-7],
    ["1E", 1e18],
    ["-2", -2],
    ["0", 0],
  ])("reads %s", (text, value) => {
    expect(parseQuantity(text)).toEqual({ ok: true, value });
  });

  it("rounds what is finer than a billionth up, as Kubernetes does", () => {
    expect(parseQuantity("0.1n")).toEqual({ ok: true, value: 1e-9 });
  });

  it.each(["", "abc", "1 Gi", "1.2.3", "1,5"])("refuses %j as no quantity", (text) => {
    expect(parseQuantity(text)).toMatchObject({
      error: "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
    });
  });

  it.each(["1mi", "1KK", "1GG", "1ee3"])("refuses the suffix of %s", (text) => {
    expect(parseQuantity(text)).toMatchObject({ error: "unable to parse quantity's suffix" });
  });
});
