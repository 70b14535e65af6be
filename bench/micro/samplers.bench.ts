import { bench, describe } from "vitest";
import { createSampler, type DistributionSpec } from "../../src/engine/distribution.js";
import { exp, log } from "../../src/engine/numeric.js";
import { createStreams } from "../../src/engine/random.js";

const DRAWS = 10_000;
const MS = 1000;
const SPECS: readonly DistributionSpec[] = [
  { kind: "exponential", meanUs: 100 * MS },
  { kind: "lognormal", meanUs: 100 * MS, cv: 1 },
  { kind: "gamma", meanUs: 100 * MS, cv: 0.5 },
  { kind: "normal", meanUs: 100 * MS, sdUs: 10 * MS },
  { kind: "pareto", scaleUs: 50 * MS, shape: 2 },
  { kind: "weibull", scaleUs: 100 * MS, shape: 1.5 },
];

/** Read at the end, so that no draw can be left out. */
let sum = 0;

describe(`${DRAWS} draws`, () => {
  const stream = createStreams("1").get("draws");

  bench("uniform, 32 bits", () => {
    for (let i = 0; i < DRAWS; i++) sum += stream.uniform();
  });

  bench("uniform, 53 bits", () => {
    for (let i = 0; i < DRAWS; i++) sum += stream.uniform53();
  });

  bench("log", () => {
    for (let i = 1; i <= DRAWS; i++) sum += log(i / DRAWS);
  });

  bench("exp", () => {
    for (let i = 1; i <= DRAWS; i++) sum += exp(i / DRAWS);
  });

  for (const spec of SPECS) {
    const sampler = createSampler(spec);
    bench(spec.kind, () => {
      for (let i = 0; i < DRAWS; i++) sum += sampler.sample(stream.uniform(), i);
      if (Number.isNaN(sum)) throw new Error("a draw was no number");
    });
  }
});
