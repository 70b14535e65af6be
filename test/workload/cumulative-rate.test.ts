import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MINUTE, SECOND } from "../../src/engine/time.js";
import { cumulativeRate } from "../../src/workload/cumulative-rate.js";
import type { RateProfile } from "../../src/workload/profile.js";

const PROFILES: Readonly<Record<string, RateProfile>> = {
  constant: { kind: "constant", ratePerSecond: 50 },
  "rising ramp": { kind: "ramp", from: 0, to: 100, overUs: MINUTE },
  "falling ramp": { kind: "ramp", from: 100, to: 10, overUs: MINUTE },
  "level ramp": { kind: "ramp", from: 10, to: 10, overUs: MINUTE },
  "sudden ramp": { kind: "ramp", from: 10, to: 20, overUs: 0 },
  "steps with a pause": {
    kind: "steps",
    steps: [
      [5 * SECOND, 10],
      [10 * SECOND, 0],
      [20 * SECOND, 300],
    ],
  },
  sine: { kind: "sine", mean: 50, amplitude: 40, periodUs: MINUTE },
  "sine touching 0": { kind: "sine", mean: 50, amplitude: 50, periodUs: MINUTE },
  "sine below 0": { kind: "sine", mean: 50, amplitude: 80, periodUs: MINUTE },
  "half sine": { kind: "sine", mean: 0, amplitude: 80, periodUs: MINUTE },
  "flat sine": { kind: "sine", mean: 5, amplitude: 0, periodUs: MINUTE },
};

/** The rate at a time, straight from the contract. */
function rateAt(profile: RateProfile, us: number): number {
  switch (profile.kind) {
    case "constant":
      return profile.ratePerSecond;
    case "ramp":
      return us < profile.overUs ? profile.from + ((profile.to - profile.from) * us) / profile.overUs : profile.to;
    case "steps":
      return profile.steps.findLast(([start]) => start <= us)?.[1] ?? 0;
    case "sine":
      return Math.max(0, profile.mean + profile.amplitude * Math.sin((2 * Math.PI * us) / profile.periodUs));
  }
}

describe.each(Object.entries(PROFILES))("the cumulative rate of a %s", (_, profile) => {
  const rate = cumulativeRate(profile);

  it("is the integral of the rate", () => {
    // The midpoint rule at 10 ms; its error is largest where a step or the dry part begins: 0.01 s · 300/s.
    let integral = 0;
    for (let us = 0; us < 150 * SECOND; us += 10_000) {
      expect(Math.abs(rate.countUntil(us) - integral)).toBeLessThan(0.01);
      integral += rateAt(profile, us + 5_000) * 0.01;
    }
  });

  it("is undone by its inverse, and the inverse lies where the rate is not 0", () => {
    const most = rate.countUntil(150 * SECOND);
    fc.assert(
      fc.property(fc.double({ min: 0, max: 0.999, noNaN: true }), (part) => {
        const count = part * most;
        const us = rate.timeOf(count);
        expect(Math.abs(rate.countUntil(us) - count)).toBeLessThan(1e-7);
        // A microsecond later more is expected, unless that is lost in rounding near a rate of 0.
        expect(rate.countUntil(us + 1_000)).toBeGreaterThan(count);
      }),
      { numRuns: 2_000 },
    );
  });

  it("has an inverse that never falls", () => {
    const most = rate.countUntil(150 * SECOND);
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: most, noNaN: true }),
        fc.double({ min: 0, max: most, noNaN: true }),
        (a, b) => {
          return Math.round(rate.timeOf(Math.min(a, b))) <= Math.round(rate.timeOf(Math.max(a, b)));
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe("the moment of a count", () => {
  it("of a rising ramp goes with the square root", () => {
    // 0 → 100/s in 60 s: Λ = 100/60 · t²/2, so request 750 is due at 30 s and request 3000 at 60 s; then 100/s.
    const rate = cumulativeRate({ kind: "ramp", from: 0, to: 100, overUs: MINUTE });
    expect([0, 750, 3000, 3100].map((count) => rate.timeOf(count))).toEqual([0, 30 * SECOND, 60 * SECOND, 61 * SECOND]);
  });

  it("of a ramp down to nothing is never after the last request", () => {
    const rate = cumulativeRate({ kind: "ramp", from: 100, to: 0, overUs: 10 * SECOND });
    expect(rate.timeOf(500)).toBe(Number.POSITIVE_INFINITY);
    // Λ = 100 t − 5 t² = 495 at t = 9 s.
    expect(rate.timeOf(495)).toBeCloseTo(9 * SECOND, 3);
  });

  it("of steps lies after a pause, not at its beginning", () => {
    const rate = cumulativeRate(PROFILES["steps with a pause"]);
    expect([0, 49, 50, 350].map((count) => rate.timeOf(count))).toEqual(
      [5, 9.9, 20, 21].map((seconds) => seconds * SECOND),
    );
  });

  it("of a sine is that of its mean after whole periods", () => {
    const rate = cumulativeRate(PROFILES.sine);
    expect(rate.timeOf(3_000_000)).toBeCloseTo(1000 * MINUTE, 0);
    // Half a period: 50 · 30 + 40 · 60 / π.
    expect(rate.countUntil(30 * SECOND)).toBeCloseTo(1500 + 2400 / Math.PI, 9);
  });

  it("of a sine that dips below 0 skips the dry part", () => {
    // 50 + 80 sin is 0 from where sin = −5/8: 30 s + 60 s · 0.10745 = 36.447 s, until 53.553 s.
    const rate = cumulativeRate(PROFILES["sine below 0"]);
    const plateau = rate.countUntil(45 * SECOND);
    expect(rate.countUntil(37 * SECOND)).toBe(plateau);
    expect(rate.timeOf(plateau * 0.9999)).toBeLessThan(36.45 * SECOND);
    expect(rate.timeOf(plateau * 1.0001)).toBeGreaterThan(53.55 * SECOND);
  });

  it("is never at a rate of 0", () => {
    expect(cumulativeRate({ kind: "constant", ratePerSecond: 0 }).timeOf(0)).toBe(Number.POSITIVE_INFINITY);
    expect(cumulativeRate({ kind: "steps", steps: [[0, 0]] }).timeOf(0)).toBe(Number.POSITIVE_INFINITY);
    expect(cumulativeRate({ kind: "sine", mean: 0, amplitude: 0, periodUs: MINUTE }).timeOf(0)).toBe(
      Number.POSITIVE_INFINITY,
    );
  });
});
