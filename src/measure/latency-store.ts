import { WIDE } from "../engine/time.js";
import { LatencySample } from "./latency-sample.js";
import { averageMilliseconds, wholeMilliseconds } from "./rounding.js";
import type { LatencyFigures } from "./run-record.js";

/** Squares are summed in two limbs of this base, 2^52, so that the sum stays a whole number at any size. */
const LIMB = 4_503_599_627_370_496;
const HALF_LIMB = 67_108_864;

const QUANTILES = [0.5, 0.75, 0.9, 0.95, 0.99, 0.999] as const;

/**
 * Latencies of one population: quantiles by `LatencySample`, and exact minimum, maximum, mean and standard deviation.
 *
 * Sums are whole numbers, so the order of additions changes nothing and stores can be merged. The sum of values is exact
 * below 2^53 µs, 285 years of waiting.
 */
export class LatencyStore {
  readonly sample = new LatencySample();
  private sum = WIDE;
  private squaresHigh = WIDE;
  private squaresLow = WIDE;
  private min = Number.POSITIVE_INFINITY;
  private max = -1;

  constructor() {
    this.sum = this.squaresHigh = this.squaresLow = 0;
  }

  get count(): number {
    return this.sample.count;
  }

  /** Sum of all values, µs. */
  get sumUs(): number {
    return this.sum;
  }

  /** @param us whole microseconds, 0 or more */
  add(us: number): void {
    this.sample.add(us);
    this.sum += us;
    if (us < this.min) this.min = us;
    if (us > this.max) this.max = us;
    if (us < HALF_LIMB) this.addSquares(0, us * us);
    else this.addLargeSquare(us);
  }

  merge(other: LatencyStore): void {
    this.sample.merge(other.sample);
    this.sum += other.sum;
    this.addSquares(other.squaresHigh, other.squaresLow);
    this.min = Math.min(this.min, other.min);
    this.max = Math.max(this.max, other.max);
  }

  /** Mean in µs; null when empty. */
  get meanUs(): number | null {
    return this.count === 0 ? null : this.sum / this.count;
  }

  get minUs(): number | null {
    return this.count === 0 ? null : this.min;
  }

  get maxUs(): number | null {
    return this.count === 0 ? null : this.max;
  }

  /** Standard deviation of the population (÷ n) in µs; null when empty. */
  get stddevUs(): number | null {
    if (this.count === 0) return null;
    const n = BigInt(this.count);
    const sum = BigInt(this.sum);
    const squares = BigInt(this.squaresHigh) * BigInt(LIMB) + BigInt(this.squaresLow);
    // n² variance = n Σx² − (Σx)², a whole number: nothing cancels.
    return Math.sqrt(Number(n * squares - sum * sum)) / this.count;
  }

  /** The figures of summary.json: milliseconds to a whole microsecond, averages with six decimals; all null when empty. */
  figures(): LatencyFigures {
    const [p50, p75, p90, p95, p99, p999] = this.sample.quantiles(QUANTILES).map(wholeMilliseconds);
    return {
      unit: "ms",
      mean: averageMilliseconds(this.meanUs),
      stddev: averageMilliseconds(this.stddevUs),
      min: wholeMilliseconds(this.minUs),
      p50,
      p75,
      p90,
      p95,
      p99,
      p999,
      max: wholeMilliseconds(this.maxUs),
    };
  }

  /** @param low below 2^52 */
  private addSquares(high: number, low: number): void {
    this.squaresHigh += high;
    this.squaresLow += low;
    if (this.squaresLow >= LIMB) {
      this.squaresLow -= LIMB;
      this.squaresHigh++;
    }
  }

  /** The square of a value of 2^26 µs (67 s) or more, which one double cannot hold: (h 2^26 + l)². */
  private addLargeSquare(us: number): void {
    const high = Math.floor(us / HALF_LIMB);
    const low = us % HALF_LIMB;
    const cross = 2 * high * low; // counts 2^26 each
    this.addSquares(high * high + Math.floor(cross / HALF_LIMB), (cross % HALF_LIMB) * HALF_LIMB);
    this.addSquares(0, low * low);
  }
}
