import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nearestRank, selectRanks } from "../../src/measure/quantile.js";

describe("nearest rank", () => {
  it("is the ceil(q n)-th smallest; q = 0 is the minimum", () => {
    expect([0, 0.5, 0.95, 0.99, 1].map((q) => nearestRank(q, 100))).toEqual([1, 50, 95, 99, 100]);
    expect(nearestRank(0.5, 5)).toBe(3); // ceil(2.5)
    expect(nearestRank(0.999, 999)).toBe(999); // ceil(998.001): fewer than 1000 values, p999 is the maximum
    expect(nearestRank(0.999, 1000)).toBe(999);
  });

  it("is not misled by products that doubles miss by a little: 7 % of 100 is the 7th", () => {
    expect(0.07 * 100).toBeGreaterThan(7);
    expect(nearestRank(0.07, 100)).toBe(7);
  });
});

describe("selecting ranks", () => {
  it("gives what sorting would give, for any population and any ascending ranks", () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(50), { minLength: 1, maxLength: 200 }),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true })),
        (values, qs) => {
          const ranks = qs.sort((a, b) => a - b).map((q) => nearestRank(q, values.length));
          const sorted = [...values].sort((a, b) => a - b);
          expect(selectRanks(Float64Array.from(values), values.length, ranks)).toEqual(
            ranks.map((rank) => sorted[rank - 1]),
          );
        },
      ),
    );
  });
});
