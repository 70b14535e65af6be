import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { activatorCapacity, assignPods } from "../../src/model/pod-assignment.js";

describe("pods shared among activators", () => {
  it("gives three activators two of seven pods each, and the last one to the first", () => {
    expect([0, 1, 2].map((index) => assignPods(7, index, 3))).toEqual([
      [0, 1, 6], // 7 = 3 × 2 + 1
      [2, 3],
      [4, 5],
    ]);
  });

  it("gives all pods to an activator that does not know its index", () => {
    expect(assignPods(4, -1, 3)).toEqual([0, 1, 2, 3]);
  });

  it("shares pods when there are fewer than activators", () => {
    expect([0, 1, 2].map((index) => assignPods(2, index, 3))).toEqual([[0], [1], [0]]);
  });

  it("leaves no pod out, and gives none twice while there are enough", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 20 }), (pods, activators) => {
        const all = Array.from({ length: activators }, (_, index) => assignPods(pods, index, activators)).flat();
        expect(new Set(all).size).toBe(pods);
        if (activators <= pods) expect(all.length).toBe(pods);
      }),
    );
  });

  it("divides the capacity behind a service's address among activators, at least one each", () => {
    const capacity = { containerConcurrency: 3, backends: 5, assignedPods: 0 };
    expect(activatorCapacity({ ...capacity, activators: 2 })).toBe(7); // 15 / 2
    expect(activatorCapacity({ ...capacity, activators: 40 })).toBe(1);
    expect(activatorCapacity({ ...capacity, backends: 0, activators: 2 })).toBe(0);
  });
});
