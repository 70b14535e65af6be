import { describe, expect, it } from "vitest";
import { compareFigures } from "../../src/measure/comparison.js";
import type { Summary } from "../../src/measure/run-record.js";
import { isWithin, parseTolerance, parseTolerances } from "../../src/measure/tolerance.js";
import { SAMPLE_SUMMARY as summary } from "../report/sample-run.js";

const withP95 = (p95: number | null): Summary => ({ ...summary, latency: { ...summary.latency, p95 } });
const withErrors = (failed: number): Summary => ({ ...summary, requests: { ...summary.requests, failed } });

const figure = (a: readonly Summary[], b: readonly Summary[], name: string) =>
  compareFigures(a, b, null).figures.find((each) => each.name === name);

/**
 * Extra hours of sleep of ten people with each of two drugs (Student 1908, "The probable error of a mean", table 1): the
 * textbook case of paired differences.
 */
const FIRST_DRUG = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2];
const SECOND_DRUG = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];

describe("paired differences", () => {
  it("have the known interval of Student's own example", () => {
    // Known: mean 1.58, 95 % interval 0.7001142 to 2.4598858 with 9 degrees of freedom (R: t.test(paired = TRUE)).
    const compared = figure(FIRST_DRUG.map(withP95), SECOND_DRUG.map(withP95), "p95");
    expect(compared?.difference).toBeCloseTo(1.58, 6);
    expect((compared?.difference ?? 0) - (compared?.halfWidth ?? 0)).toBeCloseTo(0.7001142, 6);
    expect((compared?.difference ?? 0) + (compared?.halfWidth ?? 0)).toBeCloseTo(2.4598858, 6);
    expect(compared?.significant).toBe(true);
    // 0.75 → 2.33 hours: 1.58 / 0.75
    expect(compared?.relative).toBeCloseTo(1.58 / 0.75, 6);
  });

  it("are not significant where the interval covers zero", () => {
    // Differences 1, −1, 1: mean 1/3, s² = 4/3, half-width 4.302653 × 2/3 ≈ 2.87
    const compared = figure([10, 20, 30].map(withP95), [11, 19, 31].map(withP95), "p95");
    expect(compared?.halfWidth).toBeCloseTo((4.3026527297 * 2) / 3, 6);
    expect(compared?.significant).toBe(false);
  });

  it("that are all the same are certain, however much the runs themselves vary", () => {
    const compared = figure([10, 200, 3000].map(withP95), [11, 201, 3001].map(withP95), "p95");
    expect(compared).toMatchObject({ difference: 1, halfWidth: 0, significant: true });
  });

  it("of a single pair have no interval", () => {
    expect(figure([withP95(100)], [withP95(110)], "p95")).toMatchObject({
      ...{ a: 100, b: 110, difference: 10, relative: 0.1, halfWidth: null, significant: null, within: null },
    });
  });

  it("leave out pairs in which one side has no value", () => {
    expect(figure([10, null, 30].map(withP95), [12, 5, 32].map(withP95), "p95")).toMatchObject({
      a: 20,
      b: 22,
      difference: 2,
    });
  });

  it("have no relative size against zero", () => {
    expect(figure([withErrors(0)], [withErrors(3)], "errors")).toMatchObject({ difference: 3, relative: null });
  });
});

describe("tolerances", () => {
  const tolerance = (text: string) => {
    const parsed = parseTolerances(text);
    if (!parsed.ok) throw new Error(parsed.error);
    return parsed.toleranceOf;
  };

  it("are for all figures, for named ones, or for named ones and the rest", () => {
    expect(tolerance("5%")("p99")).toEqual({ kind: "relative", fraction: 0.05 });
    const named = tolerance("p95=5%,pod_seconds=2%,errors=0");
    expect(named("p95")).toEqual({ kind: "relative", fraction: 0.05 });
    expect(named("errors")).toEqual({ kind: "absolute", amount: 0 });
    expect(named("p99")).toBeNull();
    const both = tolerance("10%, latency.p95=20ms, failed=1");
    expect(both("p95")).toEqual({ kind: "absolute", amount: 20 });
    expect(both("errors")).toEqual({ kind: "absolute", amount: 1 });
    expect(both("p50")).toEqual({ kind: "relative", fraction: 0.1 });
  });

  it("are durations only for figures of time, in the figure's unit", () => {
    expect(parseTolerance("1m", "s")).toEqual({ kind: "absolute", amount: 60 });
    expect(parseTolerance("1m", "pods")).toBeNull();
    expect(parseTolerance("-5%", "ms")).toBeNull();
  });

  it("name what they do not know", () => {
    expect(parseTolerances("p59=3")).toMatchObject({ ok: false, found: "p59" });
    expect(parseTolerances("p95=much")).toMatchObject({ ok: false, error: expect.stringContaining('"much"') });
    expect(parseTolerances("")).toMatchObject({ ok: false });
  });

  it("include the limit itself, in both directions", () => {
    const five = { kind: "relative", fraction: 0.05 } as const;
    expect(isWithin(100, 105, five)).toBe(true);
    expect(isWithin(100, 95, five)).toBe(true);
    expect(isWithin(100, 105.01, five)).toBe(false);
    expect(isWithin(0, 1, five)).toBe(false);
    expect(isWithin(null, null, five)).toBe(true);
    expect(isWithin(null, 0, five)).toBe(false);
  });

  it("are held against the mean difference, significant or not", () => {
    // +1, −1, +1 of 20 on average is 1.7 %: not significant, and beyond 1 %.
    const a = [10, 20, 30].map(withP95);
    const b = [11, 19, 31].map(withP95);
    expect(compareFigures(a, b, tolerance("p95=1%"))).toMatchObject({ withinTolerance: false });
    expect(compareFigures(a, b, tolerance("p95=2%"))).toMatchObject({ withinTolerance: true });
  });
});
