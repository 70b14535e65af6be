/**
 * Elementary functions in fixed-point big integers: slow, exact to about 90 bits, and the same on every machine.
 * They fill the tables of `numeric.ts` once, at load.
 */

/** A real number in units of 2^-96. */
export type Fixed = bigint;

const FRACTION_BITS = 96n;

export const FIXED_ONE: Fixed = 1n << FRACTION_BITS;

/** ln(numerator / denominator) for whole numbers ≥ 1, as 2 artanh((n − d) / (n + d)); quick when the two are close. */
export function fixedLog(numerator: bigint, denominator: bigint): Fixed {
  const difference = numerator - denominator;
  const sum = numerator + denominator;
  let power = (difference << FRACTION_BITS) / sum;
  let total = 0n;
  for (let odd = 1n; power !== 0n; odd += 2n) {
    total += power / odd;
    power = (power * difference * difference) / (sum * sum);
  }
  return 2n * total;
}

/** e^x by its power series; meant for small x. */
export function fixedExp(x: Fixed): Fixed {
  let term = FIXED_ONE;
  let total = 0n;
  for (let n = 1n; term !== 0n; n++) {
    total += term;
    term = fixedMultiply(term, x) / n;
  }
  return total;
}

export function fixedMultiply(a: Fixed, b: Fixed): Fixed {
  return (a * b) / FIXED_ONE;
}

/** The nearest double: a big integer converts correctly rounded, and the scaling is by a power of two. */
export function toDouble(x: Fixed): number {
  return Number(x) / Number(FIXED_ONE);
}

/** Splits x = high + low, both doubles, `high` a multiple of 2^-bits, so that its product with a small integer is exact. */
export function splitDouble(x: Fixed, bits: bigint): readonly [high: number, low: number] {
  const unit = FRACTION_BITS - bits;
  const high = (x >> unit) << unit;
  return [toDouble(high), toDouble(x - high)];
}
