import { quantile } from "d3-array";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Histogram } from "../../src/measure/histogram.js";
import { EXACT_LIMIT, LatencySample } from "../../src/measure/latency-sample.js";
import { nearestRank } from "../../src/measure/quantile.js";

const QS = [0, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1];

function sampleOf(values: Iterable<number>): LatencySample {
  const sample = new LatencySample();
  for (const value of values) sample.add(value);
  return sample;
}

/** Latencies with a long tail, 0 … about 10^8 µs; the same every time. */
function longTail(count: number): number[] {
  let state = 12345;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    const u = (state + 1) / 4294967297;
    return Math.floor(80_000 / Math.sqrt(1 - u) - 80_000);
  });
}

const exact = (values: readonly number[], q: number): number =>
  [...values].sort((a, b) => a - b)[nearestRank(q, values.length) - 1];

describe("quantiles of latencies", () => {
  it("are null when nothing was measured", () => {
    expect(new LatencySample().quantiles([0.5, 0.99])).toEqual([null, null]);
  });

  it("are exact up to 65,536 requests", () => {
    const values = longTail(EXACT_LIMIT);
    const sorted = [...values].sort((a, b) => a - b);
    expect(sampleOf(values).quantiles(QS)).toEqual(QS.map((q) => sorted[nearestRank(q, values.length) - 1]));
  });

  it("are within 0.05 % of the exact ones from 65,537 on, minimum and maximum exact", () => {
    const values = longTail(EXACT_LIMIT + 1);
    const sorted = [...values].sort((a, b) => a - b);
    const found = sampleOf(values).quantiles(QS);
    QS.forEach((q, i) => {
      const want = sorted[nearestRank(q, sorted.length) - 1];
      expect(Math.abs(found[i]! - want)).toBeLessThanOrEqual(0.0005 * want);
    });
    // One of the values is no whole cell wide off: the population is large enough to be kept as a histogram.
    expect(found.some((value, i) => value !== sorted[nearestRank(QS[i], sorted.length) - 1])).toBe(true);
  });

  it("agree with d3's interpolated quantiles to the distance of neighbouring values", () => {
    const values = longTail(20_001); // (n − 1) q is whole: type 7 interpolates nothing
    expect(sampleOf(values).quantiles([0.5])[0]).toBe(quantile(values, 0.5));
    expect(Math.abs(sampleOf(values).quantiles([0.9])[0]! - quantile(values, 0.9)!)).toBeLessThan(100);
  });

  it("do not depend on how a population was split before it was merged", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1e9), { maxLength: 300 }), fc.nat(300), (values, cut) => {
        const left = sampleOf(values.slice(0, cut));
        left.merge(sampleOf(values.slice(cut)));
        expect(left.count).toBe(values.length);
        expect(left.quantiles(QS)).toEqual(sampleOf(values).quantiles(QS));
      }),
    );
  });

  it.each([
    [10, EXACT_LIMIT + 10],
    [EXACT_LIMIT + 10, 10],
    [EXACT_LIMIT - 5, EXACT_LIMIT - 5],
    [EXACT_LIMIT + 5, EXACT_LIMIT + 5],
  ])("are the same whether %i and %i requests are merged or counted together", (first, second) => {
    const values = longTail(first + second);
    const merged = sampleOf(values.slice(0, first));
    merged.merge(sampleOf(values.slice(first)));
    expect(merged.quantiles(QS)).toEqual(sampleOf(values).quantiles(QS));
  });

  it("start anew after clear", () => {
    const sample = sampleOf(longTail(EXACT_LIMIT + 1));
    sample.clear();
    expect(sample.quantiles([0.5])).toEqual([null]);
    sample.add(7);
    expect(sample.quantiles([0, 1])).toEqual([7, 7]);
  });
});

describe("the histogram", () => {
  it("is exact below 2048 µs, where every value has a cell of its own", () => {
    const histogram = new Histogram();
    for (let us = 0; us < 2048; us++) histogram.add(us);
    const ranks = Array.from({ length: 2048 }, (_, i) => i + 1);
    expect(histogram.valuesAt(ranks)).toEqual(ranks.map((rank) => rank - 1));
  });

  it("puts every value within 0.05 % of itself, as far as whole microseconds go", () => {
    fc.assert(
      fc.property(fc.nat({ max: Number.MAX_SAFE_INTEGER }), (us) => {
        const histogram = new Histogram();
        // With neighbours far away, clamping to the range seen cannot help.
        for (const value of [0, us, Number.MAX_SAFE_INTEGER]) histogram.add(value);
        const [value] = histogram.valuesAt([2]);
        expect(Math.abs(value - us)).toBeLessThanOrEqual(0.0005 * us);
      }),
    );
  });

  it("counts as one what two histograms counted", () => {
    const values = longTail(5000);
    const [left, right, both] = [new Histogram(), new Histogram(), new Histogram()];
    values.forEach((us, i) => {
      (i % 3 === 0 ? left : right).add(us);
      both.add(us);
    });
    left.merge(right);
    expect(left.count).toBe(5000);
    expect(left.valuesAt([1, 2500, 4999, 5000])).toEqual(both.valuesAt([1, 2500, 4999, 5000]));
    expect(left.valuesAt([5000])).toEqual([exact(values, 1)]);
  });
});
