import type { Duration, Instant } from "../engine/time.js";

/** Slots of the array of changing doubles: fields of a class would be boxed anew on each write. */
const LAST = 0;
const AREA = 1;
const PROXIED_AREA = 2;
const SPAN = 3;
const AVERAGE = 4;
const PROXIED_AVERAGE = 5;

/**
 * Time-weighted concurrency and counts of one reporter (an activator's entry, a queue-proxy) over one report period.
 *
 * Areas are sums of whole request-microseconds and therefore exact; upstream sums seconds in doubles. Counts are taken at
 * arrival. What `report` found can be read until the next one; before the first it is all zero.
 *
 * @see knative/networking pkg/http/stats/request.go
 */
export class ConcurrencyStats {
  private readonly state = new Float64Array(6);
  private concurrency = 0;
  private proxied = 0;
  private arrivals = 0;
  private proxiedArrivals = 0;
  private reportedArrivals = 0;
  private reportedProxiedArrivals = 0;

  /** @param startUs when the reporter began to watch; the first period runs from here */
  constructor(startUs: Instant) {
    this.state[LAST] = startUs;
  }

  /** Requests in flight, averaged over the time of the last report's period; 0 when no time passed in it. */
  get averageConcurrency(): number {
    return this.state[AVERAGE];
  }

  /** The part of `averageConcurrency` that came through an activator. */
  get averageProxiedConcurrency(): number {
    return this.state[PROXIED_AVERAGE];
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
    return this.concurrency;
  }

  /** @param proxied the request came through an activator, which counts it as well */
  arrive(nowUs: Instant, proxied: boolean): void {
    this.advance(nowUs);
    this.concurrency++;
    this.arrivals++;
    if (proxied) {
      this.proxied++;
      this.proxiedArrivals++;
    }
  }

  /** @param proxied as at the request's arrival */
  depart(nowUs: Instant, proxied: boolean): void {
    this.advance(nowUs);
    this.concurrency--;
    if (proxied) this.proxied--;
  }

  /** Ends the period: its averages and counts can be read from now on, and the next period begins. */
  report(nowUs: Instant): void {
    this.advance(nowUs);
    const { state } = this;
    const span: Duration = state[SPAN];
    state[AVERAGE] = span > 0 ? state[AREA] / span : 0;
    state[PROXIED_AVERAGE] = span > 0 ? state[PROXIED_AREA] / span : 0;
    this.reportedArrivals = this.arrivals;
    this.reportedProxiedArrivals = this.proxiedArrivals;
    state[AREA] = state[PROXIED_AREA] = state[SPAN] = 0;
    this.arrivals = this.proxiedArrivals = 0;
  }

  /** Begins anew at `startUs` as if just made, with nothing in flight and nothing reported. */
  restart(startUs: Instant): void {
    this.state.fill(0);
    this.state[LAST] = startUs;
    this.concurrency = this.proxied = 0;
    this.arrivals = this.proxiedArrivals = 0;
    this.reportedArrivals = this.reportedProxiedArrivals = 0;
  }

  private advance(nowUs: Instant): void {
    const { state } = this;
    const elapsed = nowUs - state[LAST];
    if (elapsed <= 0) return;
    state[AREA] += this.concurrency * elapsed;
    state[PROXIED_AREA] += this.proxied * elapsed;
    state[SPAN] += elapsed;
    state[LAST] = nowUs;
  }
}
