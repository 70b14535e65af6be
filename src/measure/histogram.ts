/** 2^10 cells per octave: each cell is about 0.1 % wide, its midpoint within 0.05 % of every value in it. */
const CELL_BITS = 10;
const CELLS_PER_OCTAVE = 1 << CELL_BITS;

/** The upper word of a double holds sign, 11 bits of exponent and 20 of mantissa: its upper bits are a log-linear index. */
const SHIFT = 20 - CELL_BITS;
const INDEX_OF_ONE = 1023 << CELL_BITS;

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);
const HIGH_WORD = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 1 : 0; // big-endian machines keep it first

/**
 * Counts of durations in log-linear cells, so that memory stays flat however many there are.
 *
 * Values are whole microseconds ≥ 0. A quantile is the midpoint of its cell, rounded down to a whole microsecond and
 * clamped to the range seen: off by at most 0.05 %; below 2048 µs every value has a cell of its own and is exact.
 */
export class Histogram {
  /** Cell 0 counts zeros; cell 1 + i the values whose shifted upper word is i above that of 1.0. */
  private counts = new Float64Array(CELLS_PER_OCTAVE);
  private total = 0;
  private min = Number.POSITIVE_INFINITY;
  private max = 0;

  get count(): number {
    return this.total;
  }

  add(us: number): void {
    const cell = cellOf(us);
    if (cell >= this.counts.length) this.growTo(cell);
    this.counts[cell]++;
    this.total++;
    if (us < this.min) this.min = us;
    if (us > this.max) this.max = us;
  }

  /** Adds all of another's counts. */
  merge(other: Histogram): void {
    if (other.counts.length > this.counts.length) this.growTo(other.counts.length - 1);
    for (let cell = 0; cell < other.counts.length; cell++) this.counts[cell] += other.counts[cell];
    this.total += other.total;
    this.min = Math.min(this.min, other.min);
    this.max = Math.max(this.max, other.max);
  }

  /**
   * Values at several ranks in one pass.
   *
   * @param ranks 1 … count, ascending
   * @returns µs, one per rank
   */
  valuesAt(ranks: readonly number[]): number[] {
    const values: number[] = [];
    let seen = 0;
    let cell = -1;
    for (const rank of ranks) {
      while (seen < rank && cell < this.counts.length - 1) seen += this.counts[++cell];
      const midpoint = Math.floor((lowerBound(cell) + lowerBound(cell + 1)) / 2);
      values.push(Math.min(this.max, Math.max(this.min, midpoint)));
    }
    return values;
  }

  private growTo(cell: number): void {
    const grown = new Float64Array(Math.ceil((cell + 1) / CELLS_PER_OCTAVE) * CELLS_PER_OCTAVE);
    grown.set(this.counts);
    this.counts = grown;
  }
}

function cellOf(us: number): number {
  if (us < 1) return 0;
  double[0] = us;
  return (words[HIGH_WORD] >>> SHIFT) - INDEX_OF_ONE + 1;
}

/** The smallest value of a cell. */
function lowerBound(cell: number): number {
  if (cell <= 0) return 0;
  words[HIGH_WORD] = (cell - 1 + INDEX_OF_ONE) << SHIFT;
  words[1 - HIGH_WORD] = 0;
  return double[0];
}
