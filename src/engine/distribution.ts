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
  /** True when every draw gives the same value: callers may skip drawing the uniform. */
  readonly isConstant: boolean;
  /**
   * @param uniform in [0, 1)
   * @param index the request's (or pod's) number from 0; only `sequence` looks at it
   * @returns whole microseconds, ≥ 0
   */
  sample(uniform: number, index: number): number;
}
