import { describe, expect, it } from "vitest";
import { activatorCount } from "../../src/model/autoscaler/activator-count.js";
import { sampleSize } from "../../src/model/autoscaler/sample-size.js";
import { judge } from "./vectors.js";

describe("sample-size", () => {
  it("scrapes as many pods of every recorded population as Knative does", () => {
    const { cases, mismatches } = judge<{ population: number; want: number }>("sample-size", ({ population, want }) => {
      const got = sampleSize(population);
      return got === want ? [] : [`of ${population}: got ${got}, want ${want}`];
    });
    expect(mismatches.slice(0, 10)).toEqual([]);
    expect(cases).toBeGreaterThan(0);
  });
});

describe("activator-count", () => {
  it("puts as many activators into every recorded path as Knative does", () => {
    interface Case {
      readonly ready: number;
      readonly totalValue: number;
      readonly targetBurstCapacity: number;
      readonly activatorCapacity: number;
      readonly want: number;
    }
    const { cases, mismatches } = judge<Case>("activator-count", ({ ready, totalValue: total, want, ...settings }) => {
      const got = activatorCount({ total, ...settings }, ready);
      return got === want ? [] : [`${JSON.stringify({ ready, total, ...settings })}: got ${got}, want ${want}`];
    });
    expect(mismatches.slice(0, 10)).toEqual([]);
    expect(cases).toBeGreaterThan(0);
  });
});
