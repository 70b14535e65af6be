import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LatencyStore } from "../../src/measure/latency-store.js";
import { NO_LATENCY } from "./no-latency.js";

function storeOf(values: Iterable<number>): LatencyStore {
  const store = new LatencyStore();
  for (const value of values) store.add(value);
  return store;
}

describe("figures of latencies", () => {
  it("are all null when there are none", () => {
    expect(new LatencyStore().figures()).toEqual(NO_LATENCY);
  });

  it("are worked out by hand for 1, 2, 3, 4 and 10 ms", () => {
    // mean 20/5 = 4; variance (9 + 4 + 1 + 0 + 36)/5 = 10; ranks ceil(5q): 3, 4, 5, 5, 5, 5
    expect(storeOf([10_000, 1000, 3000, 2000, 4000]).figures()).toEqual({
      unit: "ms",
      mean: 4,
      stddev: 3.162278, // √10 = 3.16227766
      min: 1,
      p50: 3,
      p75: 4,
      p90: 10,
      p95: 10,
      p99: 10,
      p999: 10,
      max: 10,
    });
  });

  it("have six decimals of a mean, so that mean times count is the time spent to 1e-6", () => {
    expect(storeOf([1000, 1001]).figures().mean).toBe(1.0005); // 1000.5 µs
    expect(storeOf([1000, 1000, 1001]).figures().mean).toBe(1.000333); // 3001 µs ÷ 3
  });
});

describe("the standard deviation", () => {
  it("does not lose small differences between large latencies", () => {
    // Naive sums of squares near 1e22 would leave nothing of a deviation of 1 µs.
    expect(storeOf([1e11, 1e11 + 2]).stddevUs).toBe(1);
    expect(storeOf(Array.from({ length: 100_000 }, (_, i) => 3_600_000_000 + (i % 2) * 2)).stddevUs).toBe(1);
  });

  it("is that of exact arithmetic, around the size where a square needs more than a double", () => {
    const sizes = fc.oneof(fc.nat(1000), fc.integer({ min: 67_108_000, max: 67_110_000 }), fc.nat(9e12));
    fc.assert(
      fc.property(fc.array(sizes, { minLength: 1, maxLength: 50 }), (values) => {
        const n = BigInt(values.length);
        const sum = values.reduce((total, value) => total + BigInt(value), 0n);
        const squares = values.reduce((total, value) => total + BigInt(value) * BigInt(value), 0n);
        expect(storeOf(values).stddevUs).toBe(Math.sqrt(Number(n * squares - sum * sum)) / values.length);
      }),
    );
  });
});

describe("merging", () => {
  it("gives the same figures as counting together, in any order", () => {
    const values = fc.array(fc.nat(1e10), { maxLength: 40 });
    fc.assert(
      fc.property(values, values, (a, b) => {
        const [ab, ba] = [storeOf(a), storeOf(b)];
        ab.merge(storeOf(b));
        ba.merge(storeOf(a));
        expect(ab.figures()).toEqual(storeOf([...a, ...b]).figures());
        expect(ba.figures()).toEqual(ab.figures());
        expect(ab.sumUs).toBe(ba.sumUs);
      }),
    );
  });

  it("with nothing changes nothing", () => {
    const store = storeOf([5, 7]);
    store.merge(new LatencyStore());
    expect(store.figures()).toEqual(storeOf([5, 7]).figures());
  });
});
