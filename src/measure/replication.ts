import { invariant } from "../engine/invariant.js";
import { studentQuantile } from "./student-t.js";

/** Of all intervals: the probability that such an interval covers the true mean. */
export const CONFIDENCE_LEVEL = 0.95;

/** One figure over several replications. */
export interface Spread {
  readonly mean: number;
  /** Half of the 95 % confidence interval of the mean (Student t); null for a single replication. */
  readonly halfWidth: number | null;
  readonly min: number;
  readonly max: number;
}

/**
 * Mean and confidence half-width of independent replications (Law 2015, ch. 9.4: t(n − 1) · s / √n, s with n − 1).
 *
 * The deviations are taken from the first value before they are squared, so that equal values have no width at all.
 *
 * @param values at least one
 */
export function spreadOf(values: readonly number[]): Spread {
  invariant(values.length > 0, "a spread of no values");
  const count = values.length;
  const first = values[0];
  const shift = values.reduce((sum, value) => sum + (value - first), 0) / count;
  const mean = first + shift;
  const squares = values.reduce((sum, value) => sum + (value - first - shift) * (value - first - shift), 0);
  return {
    mean,
    halfWidth:
      count < 2 ? null : studentQuantile(CONFIDENCE_LEVEL, count - 1) * Math.sqrt(squares / (count - 1) / count),
    min: values.reduce((least, value) => Math.min(least, value), first),
    max: values.reduce((most, value) => Math.max(most, value), first),
  };
}

/** The middle value; the mean of the two middle ones when their number is even. @param values at least one */
export function medianOf(values: readonly number[]): number {
  invariant(values.length > 0, "a median of no values");
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}
