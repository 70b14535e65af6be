/**
 * Student's t distribution with whole degrees of freedom, from + − × ÷ and square roots alone, so that every JavaScript
 * engine gives the same interval.
 *
 * The finite sums of Abramowitz & Stegun 1964, 26.7.3 (odd) and 26.7.4 (even), with tan θ = t / √ν; the quantile by
 * bisection. Agrees with published tables to ten digits (test/measure/student-t.test.ts).
 */

/** P(−t ≤ T ≤ t). @param degrees of freedom, a whole number from 1 @param t at least 0 */
export function studentCentralProbability(t: number, degrees: number): number {
  const cosineSquared = degrees / (degrees + t * t);
  const sine = t / Math.sqrt(degrees + t * t);
  const isOdd = degrees % 2 === 1;
  let term = isOdd ? Math.sqrt(cosineSquared) : 1;
  let sum = degrees === 1 ? 0 : term;
  for (let k = isOdd ? 3 : 2; k <= degrees - 2; k += 2) {
    term *= (cosineSquared * (k - 1)) / k;
    sum += term;
  }
  return isOdd ? (arctangent(t / Math.sqrt(degrees)) + sine * sum) * (2 / Math.PI) : sine * sum;
}

/**
 * The t with P(−t ≤ T ≤ t) = level: half-widths of two-sided intervals are t · s / √n.
 *
 * @param level of confidence, above 0 and below 1: 0.95
 * @param degrees of freedom, a whole number from 1
 */
export function studentQuantile(level: number, degrees: number): number {
  let low = 0;
  let high = 1;
  while (studentCentralProbability(high, degrees) < level) {
    low = high;
    high *= 2;
  }
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return middle;
    if (studentCentralProbability(middle, degrees) < level) low = middle;
    else high = middle;
  }
}

const HALVINGS = 4;
const SERIES_TERMS = 16;

/** Halves the angle until the series converges at once: arctan x = 2 arctan(x / (1 + √(1 + x²))). */
function arctangent(x: number): number {
  let reduced = x;
  for (let i = 0; i < HALVINGS; i++) reduced /= 1 + Math.sqrt(1 + reduced * reduced);
  const square = reduced * reduced;
  let sum = 0;
  for (let k = SERIES_TERMS; k >= 0; k--) sum = 1 / (2 * k + 1) - square * sum;
  return reduced * sum * (1 << HALVINGS);
}
