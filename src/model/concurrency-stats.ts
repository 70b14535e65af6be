import { type Duration, type Instant, WIDE } from "../engine/time.js";

/**
 * Time-weighted concurrency and counts of one reporter (an activator's entry, a queue-proxy) over one report period.
 *
 * The area under the concurrency of a period of length T is c(T)·T less the moment Σ ±t of its steps at t, counted from
 * the period's start: whole request-microseconds and therefore exact; upstream sums seconds in doubles. Counts are taken
 * at arrival. What `report` found can be read until the next one; before the first it is all zero.
 *
 * @see knative/networking pkg/http/stats/request.go
 */
export class ConcurrencyStats {
  private start: Instant = WIDE;
  /** Requests that came directly and those that came through an activator are counted apart: each touches half. */
  private moment = WIDE;
  private inFlightNow = 0;
  private arrivals = 0;
  private proxiedMoment = WIDE;
  private proxiedInFlight = 0;
  private proxiedArrivals = 0;

  private average = WIDE;
  private proxiedAverage = WIDE;
  private reportedArrivals = 0;
  private reportedProxiedArrivals = 0;

  /** @param startUs when the reporter began to watch; the first period runs from here */
  constructor(startUs: Instant) {
    this.restart(startUs);
  }

  /** Requests in flight, averaged over the time of the last report's period; 0 when no time passed in it. */
  get averageConcurrency(): number {
    return this.average;
  }

  /** The part of `averageConcurrency` that came through an activator. */
  get averageProxiedConcurrency(): number {
    return this.proxiedAverage;
  }

  /** Arrivals in the last report's period. */
  get requestCount(): number {
    return this.reportedArrivals;
  }

  /** The part of `requestCount` that came through an activator. */
  get proxiedRequestCount(): number {
    return this.reportedProxiedArrivals;
  }

  /** Requests in flight now. */
  get inFlight(): number {
    return this.inFlightNow + this.proxiedInFlight;
  }

  /** Whether no request has been there since the period began. */
  get isIdle(): boolean {
    const { inFlight, arrivals, proxiedArrivals, moment, proxiedMoment } = this;
    return inFlight === 0 && arrivals + proxiedArrivals === 0 && moment + proxiedMoment === 0;
  }

  /**
   * @param nowUs not before the period's start
   * @param proxied the request came through an activator, which counts it as well
   */
  arrive(nowUs: Instant, proxied: boolean): void {
    const at = nowUs - this.start;
    if (proxied) {
      this.proxiedMoment += at;
      this.proxiedInFlight++;
      this.proxiedArrivals++;
    } else {
      this.moment += at;
      this.inFlightNow++;
      this.arrivals++;
    }
  }

  /** @param proxied as at the request's arrival */
  depart(nowUs: Instant, proxied: boolean): void {
    const at = nowUs - this.start;
    if (proxied) {
      this.proxiedMoment -= at;
      this.proxiedInFlight--;
    } else {
      this.moment -= at;
      this.inFlightNow--;
    }
  }

  /** Ends the period: its averages and counts can be read from now on, and the next period begins. */
  report(nowUs: Instant): void {
    const { moment, proxiedMoment } = this;
    const span: Duration = nowUs - this.start;
    this.average = span > 0 ? (this.inFlight * span - (moment + proxiedMoment)) / span : 0;
    this.proxiedAverage = span > 0 ? (this.proxiedInFlight * span - proxiedMoment) / span : 0;
    this.reportedArrivals = this.arrivals + this.proxiedArrivals;
    this.reportedProxiedArrivals = this.proxiedArrivals;
    this.start = nowUs;
    this.moment = this.proxiedMoment = 0;
    this.arrivals = this.proxiedArrivals = 0;
  }

  /** Begins anew at `startUs` as if just made, with nothing in flight and nothing reported. */
  restart(startUs: Instant): void {
    this.moment = this.proxiedMoment = 0;
    this.average = this.proxiedAverage = 0;
    this.start = startUs;
    this.inFlightNow = this.proxiedInFlight = 0;
    this.arrivals = this.proxiedArrivals = 0;
    this.reportedArrivals = this.reportedProxiedArrivals = 0;
  }
}
