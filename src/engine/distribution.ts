import { logGamma } from "./gamma-quantile.js";
import { lognormalOf } from "./lognormal.js";
import { exp } from "./numeric.js";
import {
  ConstantSampler,
  EmpiricalSampler,
  ExponentialSampler,
  GammaSampler,
  LARGEST_SAMPLE_US,
  LognormalSampler,
  NormalSampler,
  ParetoSampler,
  PercentilesSampler,
  SequenceSampler,
  UniformSampler,
  WeibullSampler,
} from "./samplers.js";

/** A distribution of durations as data; all times in whole microseconds. `minUs`/`maxUs` cut the drawn value. */
export type DistributionSpec = (
  | { readonly kind: "constant"; readonly us: number }
  | { readonly kind: "exponential"; readonly meanUs: number }
  | { readonly kind: "lognormal"; readonly meanUs: number; readonly cv: number }
  | { readonly kind: "lognormal"; readonly meanUs: number; readonly p95Us: number }
  | { readonly kind: "lognormal"; readonly medianUs: number; readonly p95Us: number }
  | { readonly kind: "gamma"; readonly meanUs: number; readonly cv: number }
  | { readonly kind: "uniform"; readonly lowUs: number; readonly highUs: number }
  | { readonly kind: "normal"; readonly meanUs: number; readonly sdUs: number }
  | { readonly kind: "pareto"; readonly scaleUs: number; readonly shape: number }
  | { readonly kind: "weibull"; readonly scaleUs: number; readonly shape: number }
  | { readonly kind: "empirical"; readonly valuesUs: readonly number[] }
  | { readonly kind: "percentiles"; readonly points: readonly (readonly [percent: number, us: number])[] }
  | { readonly kind: "sequence"; readonly valuesUs: readonly number[] }
) & { readonly minUs?: number; readonly maxUs?: number };

/**
 * Turns one uniform number into one duration by inverting the distribution function, so that the same uniform asks
 * for the same quantile under every distribution (contract details A9).
 */
export interface Sampler {
  /** False when every draw gives the same value: callers may skip drawing the uniform. */
  readonly varies: boolean;
  /**
   * @param uniform in [0, 1)
   * @param index the request's (or pod's) number from 0; only `sequence` looks at it
   * @returns whole microseconds, ≥ 0
   */
  sample(uniform: number, index: number): number;
}

/**
 * The sampler of a distribution. Draws below `minUs` count as it, draws above `maxUs` likewise; what is left is at
 * least 0, at most 2^52 µs (143 years), and rounded once.
 *
 * @param spec checked where scenarios are read: means and scales ≥ 0, shapes > 0, lists not empty, percentiles from 0 to
 *   100 and never falling, min ≤ max
 */
export function createSampler(spec: DistributionSpec): Sampler {
  const lowUs = Math.min(LARGEST_SAMPLE_US, Math.max(0, spec.minUs ?? 0));
  const highUs = Math.max(lowUs, Math.min(LARGEST_SAMPLE_US, spec.maxUs ?? LARGEST_SAMPLE_US));
  const [smallest, largest] = support(spec);
  const smallestSample = cut(smallest, lowUs, highUs);
  if (smallestSample === cut(largest, lowUs, highUs)) return new ConstantSampler(smallestSample);
  switch (spec.kind) {
    case "constant":
      return new ConstantSampler(smallestSample);
    case "exponential":
      return new ExponentialSampler(spec.meanUs, lowUs, highUs);
    case "lognormal": {
      const { medianUs, sigma } = lognormalOf(spec);
      return new LognormalSampler(medianUs, sigma, lowUs, highUs);
    }
    case "gamma":
      return new GammaSampler(spec.meanUs, spec.cv, lowUs, highUs);
    case "uniform":
      return new UniformSampler(spec.lowUs, spec.highUs, lowUs, highUs);
    case "normal":
      return new NormalSampler(spec.meanUs, spec.sdUs, lowUs, highUs);
    case "pareto":
      return new ParetoSampler(spec.scaleUs, spec.shape, lowUs, highUs);
    case "weibull":
      return new WeibullSampler(spec.scaleUs, spec.shape, lowUs, highUs);
    case "empirical":
      return new EmpiricalSampler(spec.valuesUs, lowUs, highUs);
    case "percentiles":
      return new PercentilesSampler(spec.points, lowUs, highUs);
    case "sequence":
      return new SequenceSampler(spec.valuesUs, lowUs, highUs);
  }
}

/** Less spread than this is less than a microsecond in a quarter of an hour. */
const SMALLEST_GAMMA_CV = 1e-9;

function cut(us: number, lowUs: number, highUs: number): number {
  return Math.round(Math.min(highUs, Math.max(lowUs, us)));
}

/** The smallest and the largest value before any cut; the same one twice when nothing varies. */
function support(spec: DistributionSpec): readonly [smallest: number, largest: number] {
  switch (spec.kind) {
    case "constant":
      return [spec.us, spec.us];
    case "exponential":
      return [0, spec.meanUs === 0 ? 0 : Infinity];
    case "lognormal": {
      const { medianUs, sigma } = lognormalOf(spec);
      return medianUs === 0 || sigma === 0 ? [medianUs, medianUs] : [0, Infinity];
    }
    case "gamma":
      return spec.meanUs === 0 || spec.cv < SMALLEST_GAMMA_CV ? [spec.meanUs, spec.meanUs] : [0, Infinity];
    case "uniform":
      return [spec.lowUs, spec.highUs];
    case "normal":
      return spec.sdUs === 0 ? [spec.meanUs, spec.meanUs] : [-Infinity, Infinity];
    case "pareto":
      return [spec.scaleUs, spec.scaleUs === 0 ? 0 : Infinity];
    case "weibull":
      return [0, spec.scaleUs === 0 ? 0 : Infinity];
    case "percentiles":
      return [spec.points[0][1], spec.points[spec.points.length - 1][1]];
    case "empirical":
    case "sequence":
      return [
        spec.valuesUs.reduce((least, us) => Math.min(least, us)),
        spec.valuesUs.reduce((most, us) => Math.max(most, us)),
      ];
  }
}

/**
 * The mean in microseconds, in closed form, for estimates.
 *
 * @returns null where there is none (`min`/`max` cuts, `normal` cut at 0) or it is infinite (Pareto, shape ≤ 1)
 */
export function meanUs(spec: DistributionSpec): number | null {
  if (spec.minUs !== undefined || spec.maxUs !== undefined) return null;
  switch (spec.kind) {
    case "constant":
      return spec.us;
    case "exponential":
    case "gamma":
      return spec.meanUs;
    case "lognormal": {
      const { medianUs, sigma } = lognormalOf(spec);
      return "meanUs" in spec ? spec.meanUs : medianUs * exp((sigma * sigma) / 2);
    }
    case "uniform":
      return (spec.lowUs + spec.highUs) / 2;
    case "normal":
      return spec.sdUs === 0 ? spec.meanUs : null;
    case "pareto":
      return spec.shape > 1 ? (spec.scaleUs * spec.shape) / (spec.shape - 1) : null;
    case "weibull":
      return spec.scaleUs * exp(logGamma(1 + 1 / spec.shape));
    case "empirical":
    case "sequence":
      return spec.valuesUs.reduce((sum, us) => sum + us, 0) / spec.valuesUs.length;
    case "percentiles":
      return spec.points.reduce((sum, [percent, us], i) => {
        const [before, usBefore] = spec.points[Math.max(0, i - 1)];
        return sum + ((percent - before) / 100) * ((us + usBefore) / 2);
      }, 0);
  }
}
