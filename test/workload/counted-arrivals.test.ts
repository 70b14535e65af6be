import { describe, expect, it } from "vitest";
import { createStreams } from "../../src/engine/random.js";
import { MINUTE } from "../../src/engine/time.js";
import { createArrivals } from "../../src/workload/arrivals.js";

function arrivals(counts: readonly number[], placement: "uniform" | "even", window = { fromUs: 0, untilUs: Infinity }) {
  const streams = createStreams("1");
  const plan = { kind: "counts", countsPerMinute: Uint32Array.from(counts), placement } as const;
  const process = createArrivals(plan, window, { arrivals: streams.get("arrivals"), think: streams.get("think") });
  const times: number[] = [];
  while (Number.isFinite(process.nextAt)) {
    times.push(process.nextAt);
    process.take();
  }
  return times;
}

describe("counted arrivals", () => {
  it("are exactly as many in each minute as were counted", () => {
    const counts = [3, 0, 1000, 1];
    const times = arrivals(counts, "uniform");
    const found = counts.map((_, minute) => times.filter((us) => Math.floor(us / MINUTE) === minute).length);
    expect(found).toEqual(counts);
    expect(times).toEqual([...times].sort((left, right) => left - right));
    expect(times.every(Number.isInteger)).toBe(true);
  });

  it("lie evenly in their minute, or uniformly", () => {
    expect(arrivals([4, 0, 3], "even")).toEqual([0, 15e6, 30e6, 45e6, 120e6, 140e6, 160e6]);
    const uniform = arrivals([10_000], "uniform");
    const mean = uniform.reduce((sum, us) => sum + us, 0) / uniform.length;
    // The standard error of the mean of 10,000 uniform numbers is 60 s / √12 / 100 = 0.173 s.
    expect(Math.abs(mean - 30e6)).toBeLessThan(4 * 0.173e6);
  });

  it("begin at the start of their source and end with it", () => {
    expect(arrivals([2, 2], "even", { fromUs: 5e6, untilUs: 70e6 })).toEqual([5e6, 35e6, 65e6]);
  });

  it("are none when nothing was counted", () => {
    expect(arrivals([], "uniform")).toEqual([]);
    expect(arrivals([0, 0], "even")).toEqual([]);
  });
});
