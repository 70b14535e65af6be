import { type Instant, WIDE } from "../engine/time.js";
import { ConcurrencyStats } from "./concurrency-stats.js";

/** What the immediate message of a new entry says, as concurrency and as number of requests. */
export const IMMEDIATE_MESSAGE = 1;

/**
 * What one activator reports of one revision.
 *
 * The first request after a silence makes an entry and is reported at once, as concurrency 1 and one request, so that a
 * revision without pods wakes up; the entry's first report takes it back as far as it goes. An entry lasts until a whole
 * period passes without a request in flight.
 *
 * The object outlives its entries: one per activator and revision, made once.
 *
 * @see knative/serving pkg/activator/handler/concurrency_reporter.go
 */
export class ActivatorStats {
  private readonly stats = new ConcurrencyStats(0);
  /** There is no entry. */
  private isSilent = true;
  private alreadySent = 0;
  private message = WIDE;
  private messageCount = 0;

  constructor() {
    this.message = 0;
  }

  /** Whether there is an entry, i.e. whether the next report sends a message. */
  get present(): boolean {
    return !this.isSilent;
  }

  /** Requests of the revision in this activator now. */
  get inFlight(): number {
    return this.stats.inFlight;
  }

  /** Average concurrency in the last report's message, ≥ 0. */
  get concurrency(): number {
    return this.message;
  }

  /** Number of requests in the last report's message; the immediate message has already told of the first. */
  get requestCount(): number {
    return this.messageCount;
  }

  /**
   * A request enters the activator.
   *
   * @returns true when it is the first of a new entry: send concurrency 1, count 1 (`IMMEDIATE_MESSAGE`) at once
   */
  arrive(nowUs: Instant): boolean {
    const isFirst = this.isSilent;
    if (isFirst) {
      this.isSilent = false;
      this.alreadySent = IMMEDIATE_MESSAGE;
      this.stats.restart(nowUs);
    }
    this.stats.arrive(nowUs, false);
    return isFirst;
  }

  /** A request leaves the activator. */
  depart(nowUs: Instant): void {
    this.stats.depart(nowUs, false);
  }

  /**
   * The activator's periodic report: sets `concurrency` and `requestCount` to what is sent, and drops an entry that saw
   * no request for the whole period.
   *
   * @returns false when there is no entry and nothing is sent; `present` says whether the entry was kept
   */
  report(nowUs: Instant): boolean {
    if (this.isSilent) return false;
    const { stats } = this;
    stats.report(nowUs);
    this.message = Math.max(stats.averageConcurrency - this.alreadySent, 0);
    this.messageCount = stats.requestCount - this.alreadySent;
    this.alreadySent = 0;
    // A request that came at this very instant has no time behind it yet, but holds the entry.
    if (stats.averageConcurrency === 0 && stats.inFlight === 0) this.isSilent = true;
    return true;
  }
}
