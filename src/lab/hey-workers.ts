import { Calendar } from "../engine/calendar.js";
import { type Duration, type Instant, MILLISECOND, NEVER } from "../engine/time.js";
import type { ArrivalProcess } from "../workload/arrivals.js";

/** What hey was asked for. */
export interface HeyLoad {
  readonly startUs: Instant;
  readonly workers: number;
  /** Requests of each worker; Infinity with a duration. */
  readonly requestsEach: number;
  /** No request starts from here on; NEVER without a duration. */
  readonly untilUs: Instant;
  /** Between two ticks of a worker's ticker; 0 = unpaced. */
  readonly tickUs: Duration;
}

/**
 * hey's workers: each sends its next request after the answer to the one before, and with `-q` not before a tick.
 *
 * A ticker keeps one tick for a worker that is late, never more.
 *
 * @see rakyll/hey requester/requester.go (runWorker)
 */
export class HeyWorkers implements ArrivalProcess {
  private readonly due = new Calendar();
  private readonly sent: Float64Array;
  /** Ticks that each worker has used up. */
  private readonly ticks: Float64Array;
  private waiting = 0;
  private isClosed = false;

  constructor(private readonly load: HeyLoad) {
    this.sent = new Float64Array(load.workers);
    this.ticks = new Float64Array(load.workers);
    for (let worker = 0; worker < load.workers; worker++) this.plan(worker, load.startUs);
  }

  get nextAt(): Instant {
    return this.isClosed ? NEVER : this.due.nextTime;
  }

  /** Whether every request was answered and none is to come. */
  get isDone(): boolean {
    return this.waiting === 0 && this.nextAt === NEVER;
  }

  take(): number {
    const worker = this.due.entityOf(this.due.pop());
    this.sent[worker]++;
    this.waiting++;
    return worker;
  }

  requestEnded(worker: number, sentAt: Instant, now: Instant): void {
    this.waiting--;
    // An answer in no time at all must not let a worker ask again at the same instant, for ever.
    this.plan(worker, now > sentAt ? now : now + MILLISECOND);
  }

  close(): void {
    this.isClosed = true;
  }

  private plan(worker: number, free: Instant): void {
    if (this.sent[worker] >= this.load.requestsEach) return;
    const at = this.load.tickUs === 0 ? free : this.tickFor(worker, free);
    if (at < this.load.untilUs) this.due.schedule(at, 0, 0, worker, 0);
  }

  /** The tick that a worker uses which is free from then on: one that was kept for it, or the next. */
  private tickFor(worker: number, free: Instant): Instant {
    const { startUs, tickUs } = this.load;
    const passed = Math.floor((free - startUs) / tickUs);
    if (passed > this.ticks[worker]) {
      this.ticks[worker] = passed;
      return free;
    }
    this.ticks[worker]++;
    return startUs + this.ticks[worker] * tickUs;
  }
}
