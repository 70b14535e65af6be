import { exp, log } from "./numeric.js";

/**
 * ln Γ(x) for x > 0, to about 1e-14: Stirling's series after moving x above 10 by Γ(x + 1) = x Γ(x).
 *
 * @see Abramowitz & Stegun 1964, 6.1.41
 */
export function logGamma(x: number): number {
  let shifted = x;
  let product = 1;
  while (shifted < 10) product *= shifted++;
  const inverse = 1 / shifted;
  const square = inverse * inverse;
  const series = inverse * (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square / 1188))));
  const halfLogTwoPi = 0.5 * log(2 * Math.PI);
  return (shifted - 0.5) * log(shifted) - shifted + halfLogTwoPi + series - log(product);
}

/** Beyond, the transformed normal is as good as the table (2e-9 relative). */
const LARGEST_EXACT_SHAPE = 1e6;

/** How far out the table reaches: 53 random bits end at 8.3 standard deviations. */
const REACH = 8.3;
const FIRST_INTERVALS = 32;
const MOST_INTERVALS = 1 << 15;
/** Accepted error of a logarithm in the last table but one; halving the intervals divides it by sixteen once more. */
const TOLERANCE = 1e-7;

/**
 * Quantiles of a gamma distribution by a table: the logarithm of the quantile over the normal quantile of the same
 * probability is nearly straight, so cubic pieces through a few dozen exact values and slopes reproduce it to 1e-8.
 */
export class GammaQuantile {
  /** ln of the quantile, and its slope times the spacing, at each point. */
  private readonly values: Float64Array;
  private readonly slopes: Float64Array;
  private readonly intervalsPerUnit: number;

  /** @param shape > 0; the scale is 1 */
  constructor(shape: number) {
    const gamma = new StandardGamma(shape);
    let intervals = FIRST_INTERVALS;
    let values = new Float64Array(intervals + 1);
    for (let i = 0; i <= intervals; i++) values[i] = gamma.logQuantile(abscissa(i, intervals));
    let slopes = slopesOf(gamma, values);
    for (let error = 1; error > TOLERANCE && intervals < MOST_INTERVALS; ) {
      error = 0;
      const finer = new Float64Array(2 * intervals + 1);
      for (let i = 0; i <= intervals; i++) finer[2 * i] = values[i];
      for (let i = 0; i < intervals; i++) {
        const exact = gamma.logQuantile(abscissa(2 * i + 1, 2 * intervals));
        finer[2 * i + 1] = exact;
        error = Math.max(error, Math.abs(exact - cubic(values, slopes, i, 0.5)));
      }
      intervals *= 2;
      values = finer;
      slopes = slopesOf(gamma, values);
    }
    this.values = values;
    this.slopes = slopes;
    this.intervalsPerUnit = intervals / (2 * REACH);
  }

  /** @param z the normal quantile of the probability; beyond ±8.3 the value there */
  at(z: number): number {
    const last = this.values.length - 2;
    const position = (z + REACH) * this.intervalsPerUnit;
    if (!(position > 0)) return exp(this.values[0]);
    const interval = position < last ? Math.floor(position) : last;
    const within = position - interval;
    return exp(cubic(this.values, this.slopes, interval, Math.min(within, 1)));
  }
}

function abscissa(i: number, intervals: number): number {
  return (2 * REACH * i) / intervals - REACH;
}

/** The cubic through two neighbouring values with their slopes (Hermite), `within` 0 … 1 of the interval. */
function cubic(values: Float64Array, slopes: Float64Array, interval: number, within: number): number {
  const left = values[interval];
  const rise = values[interval + 1] - left;
  const enters = slopes[interval] - rise;
  const leaves = rise - slopes[interval + 1];
  return left + within * (rise + (1 - within) * (enters * (1 - within) + leaves * within));
}

function slopesOf(gamma: StandardGamma, values: Float64Array): Float64Array {
  const intervals = values.length - 1;
  return values.map((value, i) => (gamma.slope(abscissa(i, intervals), value) * 2 * REACH) / intervals);
}

/** The gamma distribution with scale 1, over ln x: there its distribution function spans any range without underflow. */
class StandardGamma {
  private readonly logGammaOfShape: number;
  /** Mean and standard deviation of the cube root of x / shape, which is nearly normal (Wilson & Hilferty 1931). */
  private readonly rootMean: number;
  private readonly rootDeviation: number;

  constructor(private readonly shape: number) {
    this.logGammaOfShape = logGamma(shape);
    this.rootMean = 1 - 1 / (9 * shape);
    this.rootDeviation = 1 / (3 * Math.sqrt(shape));
  }

  /** ln of the quantile at the probability of the normal quantile z. */
  logQuantile(z: number): number {
    const isLower = z < 0;
    const target = logNormalTail(Math.abs(z));
    const root = this.rootMean + z * this.rootDeviation;
    // Far down, the distribution function is x^shape / Γ(shape + 1).
    const fromBelow = ((isLower ? target : 0) + this.logGammaOfShape + log(this.shape)) / this.shape;
    let y = root > 0.3 ? log(this.shape) + 3 * log(root) : fromBelow;
    if (this.shape > LARGEST_EXACT_SHAPE) return y;
    // ln of either tail is concave in ln x, so Newton's steps converge from anywhere.
    for (let round = 0; round < 100; round++) {
      const { value, slope } = this.tail(y, isLower);
      const step = (target - value) / slope;
      y += step;
      if (Math.abs(step) <= 1e-13 * Math.max(1, Math.abs(y))) break;
    }
    return y;
  }

  /** d ln(quantile) / dz where ln(quantile) is y: the ratio of the two densities. */
  slope(z: number, y: number): number {
    if (this.shape > LARGEST_EXACT_SHAPE) return (3 * this.rootDeviation) / (this.rootMean + z * this.rootDeviation);
    return exp(-0.5 * z * z - 0.5 * log(2 * Math.PI) - this.logDensity(y));
  }

  /** ln of the probability below (or above) e^y, and its derivative in y. */
  tail(y: number, isLower: boolean): { value: number; slope: number } {
    const x = exp(y);
    const isSeries = x < this.shape + 1;
    // Either gives one tail divided by the density; the other tail is what is missing to 1.
    const ratio = isSeries ? this.series(x) : this.fraction(x);
    const density = this.logDensity(y);
    const sign = isLower ? 1 : -1;
    const direct = density + log(ratio);
    if (isSeries === isLower) return { value: direct, slope: sign / ratio };
    const other = log(1 - exp(direct));
    return { value: other, slope: sign * exp(density - other) };
  }

  /** ln of the density of ln x. */
  private logDensity(y: number): number {
    return this.shape * y - exp(y) - this.logGammaOfShape;
  }

  /** The lower tail ÷ density by its power series (Abramowitz & Stegun 1964, 6.5.29). */
  private series(x: number): number {
    let term = 1 / this.shape;
    let sum = term;
    for (let n = 1; term > sum * 1e-17; n++) {
      term *= x / (this.shape + n);
      sum += term;
    }
    return sum;
  }

  /** The upper tail ÷ density by its continued fraction (A&S 6.5.31), evaluated after Lentz 1976. */
  private fraction(x: number): number {
    let b = x + 1 - this.shape;
    let c = Number.POSITIVE_INFINITY;
    let d = 1 / b;
    let value = d;
    for (let n = 1, factor = 0; Math.abs(factor - 1) > 4e-16; n++) {
      const a = n * (this.shape - n);
      b += 2;
      d = 1 / (a * d + b);
      c = b + a / c;
      factor = c * d;
      value *= factor;
    }
    return value;
  }
}

const HALF = new StandardGamma(0.5);

/** ln of the probability beyond z ≥ 0 of a standard normal variable, whose half square is a gamma variable. */
function logNormalTail(z: number): number {
  const ln2 = log(2);
  return z === 0 ? -ln2 : HALF.tail(2 * log(z) - ln2, false).value - ln2;
}
