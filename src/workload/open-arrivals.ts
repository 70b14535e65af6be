import { log } from "../engine/numeric.js";
import type { RandomStream } from "../engine/random.js";
import { type Instant, NEVER, WIDE } from "../engine/time.js";
import type { ActiveWindow, ArrivalProcess } from "./arrivals.js";
import type { CumulativeRate } from "./cumulative-rate.js";

/** Arrivals that come whatever happens to the requests before them. */
export abstract class OpenArrivals implements ArrivalProcess {
  private next: Instant = WIDE;

  constructor(private readonly window: ActiveWindow) {}

  get nextAt(): Instant {
    return this.next;
  }

  take(): number {
    this.setNext(this.following());
    return -1;
  }

  requestEnded(): void {
    // Nobody waits for it.
  }

  close(): void {
    this.next = NEVER;
  }

  /** The time of the next arrival nobody asked for yet; Infinity when there is none. */
  protected abstract following(): Instant;

  /** At or beyond the end of the window nothing arrives. */
  protected setNext(at: Instant): void {
    this.next = at < this.window.untilUs ? at : NEVER;
  }
}

/** Arrival k = 0, 1, … at round(from + Λ⁻¹(k)): from k itself, so that rounding errors do not add up. */
export class EvenArrivals extends OpenArrivals {
  private readonly fromUs: Instant;
  private count = 0;

  constructor(
    private readonly rate: CumulativeRate,
    window: ActiveWindow,
  ) {
    super(window);
    this.fromUs = window.fromUs;
    this.setNext(this.following());
  }

  protected following(): Instant {
    return Math.floor(this.fromUs + this.rate.timeOf(this.count++) + 0.5);
  }
}

/** Arrivals that are drawn together. */
const DRAWN_TOGETHER = 16;

/**
 * A Poisson process of rate 1, mapped through Λ⁻¹: the same stream serves every profile.
 *
 * Each gap takes 53 random bits, not 32: those would end at 22 mean gaps and, at a few requests per hour, put arrivals
 * on a grid coarser than the microsecond. The second draw costs about 1 ns. Several are drawn together, so that the
 * logarithms need not wait for one another.
 */
export class PoissonArrivals extends OpenArrivals {
  private readonly fromUs: Instant;
  /** Expected requests until the last arrival drawn: a sum of exponential gaps of mean 1. */
  private count = WIDE;
  private readonly drawn = new Float64Array(DRAWN_TOGETHER);
  private position = DRAWN_TOGETHER;

  constructor(
    private readonly rate: CumulativeRate,
    window: ActiveWindow,
    private readonly stream: RandomStream,
  ) {
    super(window);
    this.count = 0;
    this.fromUs = window.fromUs;
    this.setNext(this.following());
  }

  protected following(): Instant {
    if (this.position === DRAWN_TOGETHER) this.drawSeveral();
    return this.drawn[this.position++];
  }

  private drawSeveral(): void {
    const { rate, stream, drawn, fromUs } = this;
    for (let i = 0; i < DRAWN_TOGETHER; i++) {
      this.count -= log(1 - stream.uniform53());
      drawn[i] = Math.floor(fromUs + rate.timeOf(this.count) + 0.5);
    }
    this.position = 0;
  }
}

/** Arrivals at given times, those before the window left out. */
export class ListedArrivals extends OpenArrivals {
  private readonly times: Float64Array;
  private position = 0;

  /** @param timesUs in any order, a Float64Array in the order of time; equal times are as many arrivals */
  constructor(timesUs: readonly Instant[] | Float64Array, window: ActiveWindow) {
    super(window);
    this.times = timesUs instanceof Float64Array ? timesUs : Float64Array.from(timesUs).sort();
    while (this.times[this.position] < window.fromUs) this.position++;
    this.setNext(this.following());
  }

  protected following(): Instant {
    return this.position < this.times.length ? this.times[this.position++] : NEVER;
  }
}
