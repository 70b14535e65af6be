import { type Instant, NEVER } from "./time.js";

/**
 * When each of several rings of periodic work is due, and which of them comes first, by time, then rank.
 *
 * The loop asks for the first at every event, and few events change it: looking at all rings each time took 260 of the
 * 4,000 instructions of a request.
 */
export class RingDues {
  private readonly ranks: number[] = [];
  private readonly times: Instant[] = [];
  private first = -1;
  private firstTime: Instant = NEVER;

  /** When the first ring is due; NEVER when none is. */
  get nextTime(): Instant {
    return this.firstTime;
  }

  /** Number of the ring that is due first, in order of `add`; −1 when none is. */
  get next(): number {
    return this.first;
  }

  /** Rank of the ring that is due first; there must be one. */
  get nextRank(): number {
    return this.ranks[this.first];
  }

  /** One more ring, that is not due yet. @returns its number */
  add(rank: number): number {
    this.times.push(NEVER);
    return this.ranks.push(rank) - 1;
  }

  /** @param at NEVER = the ring has nobody to call */
  set(ring: number, at: Instant): void {
    const { times, ranks } = this;
    times[ring] = at;
    let first = -1;
    let firstTime = NEVER;
    for (let i = 0; i < times.length; i++) {
      const isEarlier = times[i] < firstTime || (first >= 0 && times[i] === firstTime && ranks[i] < ranks[first]);
      if (!isEarlier) continue;
      first = i;
      firstTime = times[i];
    }
    this.first = first;
    this.firstTime = firstTime;
  }
}
