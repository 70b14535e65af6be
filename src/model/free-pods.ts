/** Bits per word. */
const WORD = 32;

/**
 * Which pods have a free slot, as a bit map by position, so that finding one does not cost more with more pods.
 *
 * A second map has one bit for each word of the first that is not empty: a thousand full pods are skipped in one step.
 */
export class FreePods {
  private words = new Int32Array(1);
  private summary = new Int32Array(1);

  /** Makes room for `count` positions, none of them free. */
  reset(count: number): void {
    const words = Math.max(1, Math.ceil(count / WORD));
    if (words > this.words.length) {
      this.words = new Int32Array(2 * words);
      this.summary = new Int32Array(Math.ceil((2 * words) / WORD));
    } else {
      this.words.fill(0);
      this.summary.fill(0);
    }
  }

  /** The pod at `position` has a free slot. */
  add(position: number): void {
    const word = position >>> 5;
    this.words[word] |= 1 << (position & 31);
    this.summary[word >>> 5] |= 1 << (word & 31);
  }

  /** The pod at `position` is full. */
  remove(position: number): void {
    const word = position >>> 5;
    if ((this.words[word] &= ~(1 << (position & 31))) === 0) this.summary[word >>> 5] &= ~(1 << (word & 31));
  }

  /**
   * The lowest free position that is not below `from`.
   *
   * @param from 0 … the number of positions
   * @returns −1 when there is none
   */
  next(from: number): number {
    const { words, summary } = this;
    const word = from >>> 5;
    if (word >= words.length) return -1;
    const rest = words[word] & (-1 << (from & 31));
    if (rest !== 0) return word * WORD + lowestBit(rest);
    // Two shifts: a shift by 32 would be one by 0.
    let nonEmpty = summary[word >>> 5] & ((-1 << (word & 31)) << 1);
    for (let index = word >>> 5; ; nonEmpty = summary[index]) {
      if (nonEmpty !== 0) {
        const found = index * WORD + lowestBit(nonEmpty);
        return found * WORD + lowestBit(words[found]);
      }
      if (++index >= summary.length) return -1;
    }
  }
}

function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}
