import { describe, expect, it } from "vitest";
import { exp, log, sineOfTurns } from "../../src/engine/numeric.js";
import { createStreams } from "../../src/engine/random.js";

/** The distance of two doubles in units of the second's last place. */
function ulps(value: number, reference: number): number {
  const spacing =
    Math.abs(reference) < 2.3e-308 ? Number.MIN_VALUE : 2 ** (Math.floor(Math.log2(Math.abs(reference))) - 52);
  return Math.abs(value - reference) / spacing;
}

function worst(
  draw: (uniform: number) => number,
  own: (x: number) => number,
  reference: (x: number) => number,
): number {
  const stream = createStreams("numeric").get("x");
  let most = 0;
  for (let i = 0; i < 50_000; i++) {
    const x = draw(stream.uniform53());
    most = Math.max(most, ulps(own(x), reference(x)));
  }
  return most;
}

// Math.exp and Math.log are themselves off by up to 1 unit.
describe("exp", () => {
  it.each([
    ["near 0", 0.1],
    ["for durations", 40],
    ["over the whole range", 1400],
  ])("agrees with the platform's within 2.5 units in the last place %s", (_, width) => {
    expect(worst((u) => (u - 0.5) * width, exp, Math.exp)).toBeLessThanOrEqual(2.5);
  });

  it("is exact where it must be", () => {
    expect([0, -0, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, Number.NaN].map(exp)).toEqual([
      1,
      1,
      0,
      Number.POSITIVE_INFINITY,
      Number.NaN,
    ]);
    expect(exp(1)).toBe(Math.E);
  });

  it("runs out into 0 and Infinity where doubles end", () => {
    expect([-746, 710].map(exp)).toEqual([0, Number.POSITIVE_INFINITY]);
    expect(exp(-745)).toBe(Number.MIN_VALUE);
    expect(ulps(exp(709.7), Math.exp(709.7))).toBeLessThanOrEqual(4);
    expect(ulps(exp(-720), Math.exp(-720))).toBeLessThanOrEqual(2);
  });
});

describe("log", () => {
  it.each([
    ["around 1", (u: number) => 0.98 + 0.04 * u],
    ["of probabilities", (u: number) => u],
    ["over the whole range", (u: number) => Math.exp((u - 0.5) * 1400)],
  ])("agrees with the platform's within 3 units in the last place %s", (_, draw) => {
    expect(worst(draw, log, Math.log)).toBeLessThanOrEqual(3);
  });

  it("is exact where it must be", () => {
    expect([1, 0, -0, -1, Number.POSITIVE_INFINITY, Number.NaN].map(log)).toEqual([
      0,
      Number.NEGATIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      Number.NaN,
    ]);
    expect(log(2)).toBe(Math.LN2);
  });

  it("takes the smallest doubles", () => {
    for (const x of [Number.MIN_VALUE, 1e-310, 2.2250738585072014e-308]) {
      expect(ulps(log(x), Math.log(x))).toBeLessThanOrEqual(2);
    }
  });
});

describe("the sine of turns", () => {
  it("agrees with the platform's to 1e-15 over several turns", () => {
    const stream = createStreams("numeric").get("turns");
    for (let i = 0; i < 20_000; i++) {
      const x = stream.uniform() * 4 - 2;
      expect(Math.abs(sineOfTurns(x) - Math.sin(2 * Math.PI * x))).toBeLessThan(3e-15);
    }
  });

  it("is exact at the quarters", () => {
    expect([0, 0.25, 0.75, 1].map(sineOfTurns)).toEqual([0, 1, -1, 0]);
    expect(Math.abs(sineOfTurns(0.5))).toBe(0);
  });
});
