import { Histogram } from "./histogram.js";
import { nearestRank, selectRanks } from "./quantile.js";

/** Populations up to this size are kept value by value, larger ones as a histogram (contract details A8). */
export const EXACT_LIMIT = 65_536;

const EMPTY = new Float64Array(0);
const FIRST_CAPACITY = 16;

/** A population of latencies (whole µs) that answers for its quantiles: exactly while small, within 0.05 % when large. */
export class LatencySample {
  /** Empty when the histogram has taken over. */
  private values = EMPTY;
  private histogram: Histogram | null = null;
  private size = 0;

  get count(): number {
    return this.size;
  }

  add(us: number): void {
    const index = this.size++;
    if (index < this.values.length) this.values[index] = us;
    else this.addBeyondCapacity(us, index);
  }

  /** Adds all of another's values; the same as if each had been added here. */
  merge(other: LatencySample): void {
    if (other.histogram === null) {
      for (let i = 0; i < other.size; i++) this.add(other.values[i]);
    } else {
      this.intoHistogram().merge(other.histogram);
      this.size += other.size;
    }
  }

  /**
   * Quantiles by nearest rank.
   *
   * @param qs 0 … 1, ascending
   * @returns µs, one per q; null for each when empty
   */
  quantiles(qs: readonly number[]): (number | null)[] {
    if (this.size === 0) return qs.map(() => null);
    const ranks = qs.map((q) => nearestRank(q, this.size));
    return this.histogram === null ? selectRanks(this.values, this.size, ranks) : this.histogram.valuesAt(ranks);
  }

  /** Forgets all values and keeps the room for the next. */
  clear(): void {
    this.size = 0;
    this.histogram = null;
  }

  private addBeyondCapacity(us: number, index: number): void {
    if (this.histogram !== null) {
      this.histogram.add(us);
    } else if (index < EXACT_LIMIT) {
      const grown = new Float64Array(Math.max(FIRST_CAPACITY, index * 2));
      grown.set(this.values);
      this.values = grown;
      grown[index] = us;
    } else {
      this.size--;
      this.intoHistogram().add(us);
      this.size++;
    }
  }

  private intoHistogram(): Histogram {
    if (this.histogram === null) {
      const histogram = new Histogram();
      for (let i = 0; i < this.size; i++) histogram.add(this.values[i]);
      this.histogram = histogram;
      this.values = EMPTY;
    }
    return this.histogram;
  }
}
