import type { DistributionSpec } from "./distribution.js";
import { Z95 } from "./normal-quantile.js";
import { exp, log } from "./numeric.js";

/**
 * Median and σ of a lognormal from any of its three parametrisations.
 *
 * Mean and p95 leave two solutions, σ = z ± √(z² − 2 ln(p95/mean)); the smaller σ is taken, the only one whose p95
 * grows with its spread. A p95 out of the reach of any σ counts as the nearest that is within.
 *
 * @returns median 0 and σ 0 when the mean or the median is 0
 */
export function lognormalOf(spec: Extract<DistributionSpec, { kind: "lognormal" }>): {
  medianUs: number;
  sigma: number;
} {
  if ("medianUs" in spec) {
    if (spec.medianUs === 0) return { medianUs: 0, sigma: 0 };
    return { medianUs: spec.medianUs, sigma: Math.max(0, log(spec.p95Us / spec.medianUs) / Z95) };
  }
  if (spec.meanUs === 0) return { medianUs: 0, sigma: 0 };
  const sigma = "cv" in spec ? Math.sqrt(log(1 + spec.cv * spec.cv)) : smallerSigma(spec.p95Us / spec.meanUs);
  return { medianUs: spec.meanUs * exp((-sigma * sigma) / 2), sigma };
}

function smallerSigma(p95OverMean: number): number {
  const distance = Math.max(0, log(p95OverMean));
  return Z95 - Math.sqrt(Math.max(0, Z95 * Z95 - 2 * distance));
}
