/** z² · σ² / e² for 95 % confidence (z = 1.96), a standard deviation of 10 and an error of 5. */
const UNCORRECTED = (1.96 * 1.96 * 100) / 25;

/**
 * How many of a revision's ready pods are scraped; the result is scaled up to all of them.
 *
 * @param population ready pods, ≥ 0
 * @returns all of up to three, and never more than 16
 * @see knative/serving pkg/autoscaler/metrics/sample_size.go; Cochran 1977, sample size with finite population correction
 */
export function sampleSize(population: number): number {
  if (population <= 3) return population;
  return Math.ceil((population * UNCORRECTED) / (population + UNCORRECTED - 1));
}
