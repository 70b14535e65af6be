import { FIXED_ONE, fixedExp, fixedLog, fixedMultiply, splitDouble, toDouble } from "./fixed-point.js";

/**
 * The few transcendental functions of the simulator, from + − × ÷ only, so that every machine and every version of
 * JavaScript gives the same bits: `Math.exp`, `Math.log`, `Math.sin` and `**` are not bound to.
 *
 * Table look-up followed by a short series, after Tang 1989 and 1990 ("Table-driven implementation of the exponential
 * function / logarithm function in IEEE floating-point arithmetic"). Tests hold them to 2 units in the last place.
 */

const CELLS = 128;
const SMALLEST_NORMAL_EXPONENT = -1022;
const SMALLEST_NORMAL = 2.2250738585072014e-308;

/** 2^(j/128). */
const ROOTS_OF_TWO = new Float64Array(CELLS);
/** ln(1 + j/128), less ln 2 from j = 54 on, so that all lie within ±0.35 and both ends are exactly 0. */
const LOGS = new Float64Array(CELLS + 1);
/** 1 / (1 + j/128). */
const INVERSES = new Float64Array(CELLS + 1);
/** 2^e for every e of a normal double, from −1022. */
const POWERS_OF_TWO = new Float64Array(1023 - SMALLEST_NORMAL_EXPONENT + 1);

const LN2 = logOfTwo();
// An exponent has 11 bits, n of `exp` 18: their products with the upper parts must be exact.
const [LN2_HIGH, LN2_LOW] = splitDouble(LN2, 40n);
const [STEP_HIGH, STEP_LOW] = splitDouble(LN2 / BigInt(CELLS), 40n);
const STEPS_PER_UNIT = CELLS / toDouble(LN2);

fillTables();

/**
 * e^x; 0 from about −745.14 down, Infinity from about 709.79 up, NaN for NaN.
 */
export function exp(x: number): number {
  if (!(x < 708 && x > -708)) return farExp(x);
  // x = n · ln 2 / 128 + rest, |rest| ≤ ln 2 / 256, where a series of degree 5 is good to 2^-60.
  const n = Math.floor(x * STEPS_PER_UNIT + 0.5);
  const rest = x - n * STEP_HIGH - n * STEP_LOW;
  const square = rest * rest;
  const series = rest + square * (0.5 + rest * (1 / 6) + square * (1 / 24 + rest * (1 / 120)));
  const root = ROOTS_OF_TWO[n & (CELLS - 1)];
  return (root + root * series) * POWERS_OF_TWO[(n >> 7) - SMALLEST_NORMAL_EXPONENT];
}

/** Where the power of two alone would overflow, or the result is subnormal; half a unit less exact. */
function farExp(x: number): number {
  if (x > 1416) return Number.POSITIVE_INFINITY;
  if (x < -1416) return 0;
  if (Number.isNaN(x)) return Number.NaN;
  const half = exp(x / 2);
  return half * half;
}

const double = new Float64Array(1);
const words = new Int32Array(double.buffer);
const HIGH_WORD = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 1 : 0; // big-endian machines keep it first

/** Natural logarithm; −Infinity for 0, NaN for negative numbers and NaN. */
export function log(x: number): number {
  if (!(x >= SMALLEST_NORMAL && x < Number.POSITIVE_INFINITY)) return specialLog(x);
  double[0] = x;
  const word = words[HIGH_WORD];
  const exponent = (word >> 20) - 1023;
  // The nearest 1 + j/128 to the mantissa; for j ≥ 54, above √2, the next power of two is nearer to x.
  const j = ((word & 0xfffff) + 0x1000) >> 13;
  const mantissa = x * POWERS_OF_TWO[-exponent - SMALLEST_NORMAL_EXPONENT];
  // The subtraction is exact, the quotient at most 1/256: degree 7 is good to 2^-58.
  const rest = (mantissa - (1 + j / CELLS)) * INVERSES[j];
  const square = rest * rest;
  const series = square * (rest * (1 / 3) - 0.5 + square * (rest * 0.2 - 0.25 + square * (rest * (1 / 7) - 1 / 6)));
  const power = exponent + ((j + 74) >> 7);
  return power * LN2_HIGH + LOGS[j] + (rest + (power * LN2_LOW + series));
}

function specialLog(x: number): number {
  if (x === 0) return Number.NEGATIVE_INFINITY;
  if (!(x > 0)) return Number.NaN;
  if (x === Number.POSITIVE_INFINITY) return x;
  // Subnormal: made normal by 2^54.
  return log(x * 18_014_398_509_481_984) - 54 * LN2_HIGH - 54 * LN2_LOW;
}

/** (−1)^k / (2k + 1)!, for k = 0 … 10: the sine's series is good to 2^-59 up to π/2. */
const SINE_SERIES = sineSeries(11);

/** sin(2πx): the sine of x full turns, within 3e-16. */
export function sineOfTurns(x: number): number {
  const turn = x - Math.floor(x + 0.5);
  const folded = turn > 0.25 ? 0.5 - turn : turn < -0.25 ? -0.5 - turn : turn;
  const angle = folded * (2 * Math.PI);
  const square = angle * angle;
  let sum = 0;
  for (let k = SINE_SERIES.length - 1; k >= 0; k--) sum = sum * square + SINE_SERIES[k];
  return angle * sum;
}

function sineSeries(terms: number): Float64Array {
  const series = new Float64Array(terms);
  let factorial = 1;
  for (let k = 0; k < terms; k++) {
    if (k > 0) factorial *= -2 * k * (2 * k + 1);
    series[k] = 1 / factorial;
  }
  return series;
}

function logOfTwo(): bigint {
  return fixedLog(2n, 1n);
}

function fillTables(): void {
  const step = fixedExp(LN2 / BigInt(CELLS));
  let root = FIXED_ONE;
  let logarithm = 0n;
  for (let j = 0; j < CELLS; j++) {
    ROOTS_OF_TWO[j] = toDouble(root);
    root = fixedMultiply(root, step);
  }
  for (let j = 0; j <= CELLS; j++) {
    INVERSES[j] = 1 / (1 + j / CELLS);
    LOGS[j] = j === CELLS ? 0 : toDouble(j < 54 ? logarithm : logarithm - LN2);
    logarithm += fixedLog(BigInt(CELLS + j + 1), BigInt(CELLS + j));
  }
  let power = SMALLEST_NORMAL;
  for (let i = 0; i < POWERS_OF_TWO.length; i++) {
    POWERS_OF_TWO[i] = power;
    power *= 2;
  }
}
