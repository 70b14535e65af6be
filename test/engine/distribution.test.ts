import { randomGamma, randomLogNormal, randomWeibull } from "d3-random";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createSampler, type DistributionSpec, meanUs } from "../../src/engine/distribution.js";
import { GammaQuantile, logGamma } from "../../src/engine/gamma-quantile.js";
import { normalQuantile } from "../../src/engine/normal-quantile.js";
import { createStreams } from "../../src/engine/random.js";

const SECOND = 1_000_000;

/** Mean and coefficient of variation over evenly spread uniforms: integration instead of chance. */
function moments(spec: DistributionSpec, points = 200_000): { mean: number; cv: number } {
  const sampler = createSampler(spec);
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < points; i++) {
    const value = sampler.sample((i + 0.5) / points, i);
    sum += value;
    squares += value * value;
  }
  const mean = sum / points;
  return { mean, cv: Math.sqrt(squares / points - mean * mean) / mean };
}

function quantile(spec: DistributionSpec, p: number): number {
  return createSampler(spec).sample(p, 0);
}

describe("the normal quantile", () => {
  it.each([
    [0.5, 0],
    [0.95, 1.6448536269514722],
    [0.975, 1.959963984540054],
    [0.999, 3.090232306167813],
    [0.25, -0.6744897501960817],
    [1e-10, -6.361340902404056],
    [1e-300, -37.0470964],
  ])("at %d is %d", (p, z) => {
    expect(normalQuantile(p)).toBeCloseTo(z, Math.abs(z) > 30 ? 5 : 12);
  });

  it("is symmetric, and infinite at the ends", () => {
    for (const p of [0.01, 0.07, 0.0750001, 0.3, 0.49])
      expect(normalQuantile(1 - p)).toBeCloseTo(-normalQuantile(p), 12);
    expect([normalQuantile(0), normalQuantile(1)]).toEqual([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
  });
});

describe("the gamma quantile", () => {
  it("is the exponential's for shape 1", () => {
    const gamma = new GammaQuantile(1);
    for (let p = 0.001; p < 1; p += 0.001) expect(gamma.at(normalQuantile(p)) / -Math.log1p(-p)).toBeCloseTo(1, 7);
  });

  it("solves the Erlang distribution function for shape 3", () => {
    const gamma = new GammaQuantile(3);
    for (const p of [1e-9, 0.001, 0.1, 0.5, 0.9, 0.999]) {
      const x = gamma.at(normalQuantile(p));
      const exact = p < 1e-6 ? x ** 3 / 6 - x ** 4 / 8 + x ** 5 / 20 : 1 - Math.exp(-x) * (1 + x + (x * x) / 2);
      expect(exact / p).toBeCloseTo(1, 6);
    }
  });

  it.each([
    // 2 × the quantile for shape 1/2 is the square of the normal quantile halfway to the end.
    [0.5, 0.3],
    [0.5, 0.99],
  ])("for shape %d is the square of a normal variable at %d", (shape, p) => {
    const z = normalQuantile(0.5 + p / 2);
    expect((2 * new GammaQuantile(shape).at(normalQuantile(p))) / (z * z)).toBeCloseTo(1, 7);
  });

  it("approaches the normal distribution for large shapes without a jump where the method changes", () => {
    const [below, above] = [999_999, 1_000_001].map((shape) => new GammaQuantile(shape).at(3) / shape);
    // The relative quantile changes by about 3 / (2 · 10^6 · 10^3) · 2 between the two: 3e-9.
    expect(Math.abs(below - above)).toBeLessThan(1e-8);
    expect(below).toBeCloseTo(1 + 3 / 1000, 5);
  });

  it("knows Γ at whole and half numbers", () => {
    expect(logGamma(11)).toBeCloseTo(Math.log(3_628_800), 12);
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.PI) / 2, 12);
    expect(logGamma(1)).toBeCloseTo(0, 13);
  });
});

describe("a constant", () => {
  it.each<[string, DistributionSpec, number]>([
    ["itself", { kind: "constant", us: 30 }, 30],
    ["itself, cut", { kind: "constant", us: 30, maxUs: 20 }, 20],
    ["an exponential of mean 0", { kind: "exponential", meanUs: 0 }, 0],
    ["a lognormal without variation", { kind: "lognormal", meanUs: 500, cv: 0 }, 500],
    ["a lognormal whose p95 is its median", { kind: "lognormal", medianUs: 500, p95Us: 500 }, 500],
    ["a lognormal whose p95 is its mean", { kind: "lognormal", meanUs: 500, p95Us: 500 }, 500],
    ["a lognormal of mean 0", { kind: "lognormal", meanUs: 0, cv: 1 }, 0],
    ["a gamma without variation", { kind: "gamma", meanUs: 500, cv: 0 }, 500],
    ["a uniform of one point", { kind: "uniform", lowUs: 7, highUs: 7 }, 7],
    ["a normal without deviation", { kind: "normal", meanUs: 9, sdUs: 0 }, 9],
    ["a Pareto above its cut", { kind: "pareto", scaleUs: 100, shape: 2, maxUs: 100 }, 100],
    ["an empirical of equal values", { kind: "empirical", valuesUs: [4, 4, 4] }, 4],
    ["a sequence of equal values", { kind: "sequence", valuesUs: [4, 4] }, 4],
    [
      "percentiles on one level",
      {
        kind: "percentiles",
        points: [
          [0, 5],
          [100, 5],
        ],
      },
      5,
    ],
    ["anything between equal cuts", { kind: "weibull", scaleUs: 100, shape: 2, minUs: 8, maxUs: 8 }, 8],
  ])("is %s", (_, spec, value) => {
    const sampler = createSampler(spec);
    expect(sampler.varies).toBe(false);
    expect([0, 0.5, 0.999].map((u) => sampler.sample(u, 3))).toEqual([value, value, value]);
  });

  it("is nothing that varies", () => {
    expect(createSampler({ kind: "uniform", lowUs: 7, highUs: 8 }).varies).toBe(true);
    expect(createSampler({ kind: "exponential", meanUs: 100, minUs: 5 }).varies).toBe(true);
  });
});

describe("quantiles", () => {
  it("of an exponential are −ln(1 − p) means", () => {
    const spec: DistributionSpec = { kind: "exponential", meanUs: SECOND };
    expect(quantile(spec, 0.5)).toBe(Math.round(Math.LN2 * SECOND));
    expect(quantile(spec, 0.99)).toBe(Math.round(Math.log(100) * SECOND));
    expect(quantile(spec, 0)).toBe(0);
  });

  it("of a lognormal hit the median and the p95 that were asked for", () => {
    const spec: DistributionSpec = { kind: "lognormal", medianUs: 1_900_000, p95Us: 2_300_000 };
    expect([quantile(spec, 0.5), quantile(spec, 0.95)]).toEqual([1_900_000, 2_300_000]);
  });

  it("of a lognormal by mean and p95 have that mean and p95, with the smaller of two deviations", () => {
    const spec: DistributionSpec = { kind: "lognormal", meanUs: SECOND, p95Us: 3 * SECOND };
    expect(quantile(spec, 0.95)).toBe(3 * SECOND);
    expect(moments(spec).mean / SECOND).toBeCloseTo(1, 3);
    // z ± √(z² − 2 ln 3) = 1.645 ± 0.713: σ = 0.932, not 2.357, and the median exp(−σ²/2) = 0.647777 s.
    expect(quantile(spec, 0.5)).toBe(647_777);
  });

  it("of a Pareto and a Weibull are their closed forms", () => {
    // 100 ms / (1 − 0.75)^(1/2) = 200 ms; 1 s · (ln 4)^(1/2) = 1.17741 s
    expect(quantile({ kind: "pareto", scaleUs: 100_000, shape: 2 }, 0.75)).toBe(200_000);
    expect(quantile({ kind: "weibull", scaleUs: SECOND, shape: 2 }, 0.75)).toBe(1_177_410);
  });

  it("of a uniform are linear, those of a normal never negative", () => {
    expect(quantile({ kind: "uniform", lowUs: 100, highUs: 300 }, 0.25)).toBe(150);
    expect(quantile({ kind: "normal", meanUs: 100, sdUs: 100 }, 0.01)).toBe(0);
    expect(quantile({ kind: "normal", meanUs: SECOND, sdUs: 100_000 }, 0.975)).toBe(1_195_996);
  });

  it("of percentiles are linear in between", () => {
    const spec: DistributionSpec = {
      kind: "percentiles",
      points: [
        [0, 0],
        [50, 100],
        [99, 200],
        [100, 1000],
      ],
    };
    expect([0, 0.25, 0.5, 0.745, 0.995].map((p) => quantile(spec, p))).toEqual([0, 50, 100, 150, 600]);
  });

  it("of an empirical are its values in order of size, each with the same share", () => {
    const spec: DistributionSpec = { kind: "empirical", valuesUs: [30, 10, 20] };
    expect([0, 0.33, 0.34, 0.66, 0.67, 0.999999].map((p) => quantile(spec, p))).toEqual([10, 10, 20, 20, 30, 30]);
    expect(quantile(spec, 1 - 2 ** -53)).toBe(30);
  });

  it("do not exist for a sequence, which goes by the number of the request", () => {
    const sampler = createSampler({ kind: "sequence", valuesUs: [30, 10, 20], maxUs: 25 });
    expect([0, 1, 2, 3, 4].map((index) => sampler.sample(0.9, index))).toEqual([25, 10, 20, 25, 10]);
  });

  it("are cut at min and max and at 143 years", () => {
    const cut: DistributionSpec = { kind: "exponential", meanUs: 100, minUs: 50, maxUs: 150 };
    expect([0.01, 0.632, 0.99].map((p) => quantile(cut, p))).toEqual([50, 100, 150]);
    expect(quantile({ kind: "pareto", scaleUs: SECOND, shape: 0.01 }, 0.99)).toBe(2 ** 52);
  });
});

const VARYING: readonly DistributionSpec[] = [
  { kind: "exponential", meanUs: 100_000 },
  { kind: "lognormal", meanUs: 80_000, cv: 0.5 },
  { kind: "lognormal", meanUs: 1_000, p95Us: 3_000 },
  { kind: "lognormal", medianUs: 450_000, p95Us: 800_000 },
  { kind: "gamma", meanUs: 100_000, cv: 0.3 },
  { kind: "gamma", meanUs: 100_000, cv: 3 },
  { kind: "uniform", lowUs: 10, highUs: 50_000 },
  { kind: "normal", meanUs: 100_000, sdUs: 20_000 },
  { kind: "pareto", scaleUs: 10_000, shape: 3 },
  { kind: "weibull", scaleUs: 100_000, shape: 0.7 },
  { kind: "empirical", valuesUs: [5, 1, 3] },
  {
    kind: "percentiles",
    points: [
      [0, 10],
      [90, 500],
      [100, 90_000],
    ],
  },
];

describe("every sampler that inverts", () => {
  it.each(VARYING.map((spec) => [JSON.stringify(spec), spec] as const))(
    "gives whole microseconds that rise with the uniform: %s",
    (_, spec) => {
      const sampler = createSampler(spec);
      expect(sampler.varies).toBe(true);
      const unit = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
      fc.assert(
        fc.property(unit, unit, (a, b) => {
          const [low, high] = [Math.min(a, b), Math.max(a, b)].map((u) => sampler.sample(u, 0));
          return Number.isInteger(low) && low >= 0 && low <= high && high <= 2 ** 52;
        }),
        { numRuns: 1000 },
      );
    },
  );

  it.each(VARYING.filter(({ kind }) => kind !== "normal").map((spec) => [JSON.stringify(spec), spec] as const))(
    "has its mean in closed form: %s",
    (_, spec) => {
      // Heavy tails lie between the last points of the integration: half a percent.
      expect(Math.abs(moments(spec).mean / meanUs(spec)! - 1)).toBeLessThan(0.005);
    },
  );
});

describe("moments", () => {
  it.each<[DistributionSpec, number]>([
    [{ kind: "gamma", meanUs: SECOND, cv: 0.05 }, 0.05],
    [{ kind: "gamma", meanUs: SECOND, cv: 0.5 }, 0.5],
    [{ kind: "gamma", meanUs: SECOND, cv: 2 }, 2],
    [{ kind: "gamma", meanUs: SECOND, cv: 10 }, 10],
    [{ kind: "lognormal", meanUs: SECOND, cv: 0.5 }, 0.5],
    [{ kind: "lognormal", meanUs: SECOND, cv: 1 }, 1],
  ])("of %j are those asked for", (spec, cv) => {
    const found = moments(spec, 1_000_000);
    expect(Math.abs(found.mean / SECOND - 1)).toBeLessThan(0.002);
    expect(Math.abs(found.cv / cv - 1)).toBeLessThan(0.01);
  });

  it("agree with d3-random, which samples otherwise", () => {
    const count = 200_000;
    const source = createStreams("d3").get("uniform");
    const meanOf = (draw: () => number) => Array.from({ length: count }, draw).reduce((a, b) => a + b, 0) / count;
    // Five standard errors of the mean at coefficients of variation of 0.5 … 0.53.
    const close = (ours: number, theirs: number) =>
      expect(Math.abs(ours / theirs - 1)).toBeLessThan((5 * 0.53) / Math.sqrt(count));
    const sigma = Math.sqrt(Math.log(1.25));
    close(
      moments({ kind: "lognormal", meanUs: SECOND, cv: 0.5 }).mean / SECOND,
      meanOf(randomLogNormal.source(() => source.uniform53())(-(sigma * sigma) / 2, sigma)),
    );
    close(
      moments({ kind: "gamma", meanUs: SECOND, cv: 0.5 }).mean / SECOND,
      meanOf(randomGamma.source(() => source.uniform53())(4, 0.25)),
    );
    close(
      moments({ kind: "weibull", scaleUs: SECOND, shape: 2 }).mean / SECOND,
      meanOf(randomWeibull.source(() => source.uniform53())(2, 0, 1)),
    );
  });
});

describe("the mean for estimates", () => {
  it("is not given where it is not closed or not finite", () => {
    expect(meanUs({ kind: "exponential", meanUs: 100, maxUs: 50 })).toBeNull();
    expect(meanUs({ kind: "normal", meanUs: 100, sdUs: 50 })).toBeNull();
    expect(meanUs({ kind: "pareto", scaleUs: 100, shape: 1 })).toBeNull();
  });
});

describe("a distribution of any parameters that a scenario may have", () => {
  const times = [0, 1, 1000, 1e9, 4.5e15];
  const numbers = [1e-300, 1e-12, 1e-6, 0.01, 1, 10, 1000];
  const specs = times.flatMap((us): DistributionSpec[] => [
    { kind: "exponential", meanUs: us },
    ...times.map((sdUs): DistributionSpec => ({ kind: "normal", meanUs: us, sdUs })),
    ...numbers.flatMap((number): DistributionSpec[] => [
      { kind: "lognormal", meanUs: us, cv: number },
      { kind: "gamma", meanUs: us, cv: number },
      { kind: "pareto", scaleUs: us, shape: number },
      { kind: "weibull", scaleUs: us, shape: number },
    ]),
  ]);

  it("gives whole microseconds that virtual time can hold", () => {
    for (const spec of specs) {
      const sampler = createSampler(spec);
      for (const uniform of [0, 1e-17, 2 ** -53, 0.001, 0.5, 0.999, 1 - 2 ** -53]) {
        const us = sampler.sample(uniform, 0);
        expect(Number.isSafeInteger(us) && us >= 0, `${JSON.stringify(spec)} at ${uniform}: ${us}`).toBe(true);
      }
    }
  });
});
