import { describe, expect, it } from "vitest";
import { medianOf, spreadOf } from "../../src/measure/replication.js";
import { studentCentralProbability, studentQuantile } from "../../src/measure/student-t.js";

/** t(0.975, ν) and t(0.995, ν), as R's qt() gives them; the first digits are in every printed table. */
const TABLE: readonly (readonly [degrees: number, t95: number, t99: number])[] = [
  [1, 12.7062047362, 63.6567411629],
  [2, 4.3026527297, 9.9248432009],
  [3, 3.1824463053, 5.8409093097],
  [4, 2.7764451052, 4.6040948713],
  [5, 2.5705818356, 4.0321429836],
  [9, 2.2621571628, 3.2498355416],
  [10, 2.228138852, 3.1692726726],
  [29, 2.0452296421, 2.7563859037],
  [30, 2.0422724563, 2.749995654],
  [100, 1.9839715185, 2.6258905214],
  [1000, 1.9623390808, 2.5807546981],
];

describe("Student's t", () => {
  it.each(TABLE)("has the tabulated quantiles with %i degrees of freedom", (degrees, t95, t99) => {
    expect(studentQuantile(0.95, degrees)).toBeCloseTo(t95, 9);
    expect(studentQuantile(0.99, degrees)).toBeCloseTo(t99, 8);
  });

  it("has the closed forms of one and two degrees of freedom", () => {
    // ν = 1 (Cauchy): 2/π · arctan t, so arctan 1 = π/4 gives a half. ν = 2: t / √(2 + t²), so t = √2 gives 1/√2.
    expect(studentCentralProbability(1, 1)).toBeCloseTo(0.5, 14);
    expect(studentCentralProbability(Math.sqrt(2), 2)).toBeCloseTo(Math.SQRT1_2, 14);
  });
});

describe("the spread of replications", () => {
  it("is the mean with Student's half-width", () => {
    // s² = (4 + 0 + 4) / 2 = 4, s/√n = 2/√3, t(0.975, 2) = 4.3026527297
    const { mean, halfWidth, min, max } = spreadOf([3, 5, 7]);
    expect(mean).toBe(5);
    expect(halfWidth).toBeCloseTo((4.3026527297 * 2) / Math.sqrt(3), 9);
    expect([min, max]).toEqual([3, 7]);
  });

  it("has no width for equal values, however many digits they have, and none known for a single one", () => {
    expect(spreadOf([0.1, 0.1, 0.1])).toEqual({ mean: 0.1, halfWidth: 0, min: 0.1, max: 0.1 });
    expect(spreadOf([7]).halfWidth).toBeNull();
  });

  it("has the middle value, or the mean of the two middle ones, as its median", () => {
    expect(medianOf([9, 1, 5])).toBe(5);
    expect(medianOf([9, 1, 5, 6])).toBe(5.5);
  });
});
