import { invariant } from "../engine/invariant.js";
import type { Duration } from "../engine/time.js";
import { Status } from "../model/observer.js";
import { ColdStartTally } from "./cold-start-tally.js";
import { LatencyStore } from "./latency-store.js";
import type { ColdStartFigures, RequestFigures } from "./run-record.js";
import { StatusCounts } from "./status-counts.js";

/** Shared by all that never saw a pod created. */
const NO_COLD_STARTS = new ColdStartTally();

/**
 * What arrived or was created in [W, D), followed to the end (contract details A7): counts, latencies, cold starts.
 *
 * Kept for each revision and for the requests of a service that reach none; a service and the whole run are the merged
 * cohorts of their parts, which is the same as if each had counted for itself, at a third of the work.
 */
export class Cohort {
  offered = 0;
  podsStarted = 0;
  /** Requests from before W that are in the system still, and the time after W that ended ones had spent there. */
  private early = 0;
  private earlyUs = 0;
  private completed = 0;
  private failed = 0;
  private cold = 0;
  private retries = 0;
  private readonly statuses = new StatusCounts();
  readonly latency = new LatencyStore();
  readonly latencyFailed = new LatencyStore();
  /** Requests given up as in flight at the end of the run, and the time they had spent. */
  private givenUp = 0;
  private givenUpSpentUs = 0;
  private startedPods: ColdStartTally | null = null;

  /** A request arrived before W: it is no member, but time figures of members must do without it. */
  arrivedEarly(): void {
    this.early++;
  }

  /** @param afterWarmupUs how long it was in the system after W */
  endedEarly(afterWarmupUs: Duration): void {
    this.early--;
    this.earlyUs += afterWarmupUs;
  }

  /**
   * A request of the cohort is over.
   *
   * @param spentUs how long it was in the system
   * @param status as in `EndedRequest`, as well as `completed`, `cold`
   */
  ended(spentUs: Duration, status: number, completed: boolean, cold: boolean, isRetry: boolean): void {
    if (isRetry) this.retries++;
    if (status === Status.inFlight) {
      this.givenUp++;
      this.givenUpSpentUs += spentUs;
      return;
    }
    this.statuses.add(status);
    if (cold) this.cold++;
    if (completed) {
      this.completed++;
      this.latency.add(spentUs);
    } else {
      this.failed++;
      this.latencyFailed.add(spentUs);
    }
  }

  /** Cold starts of the cohort's pods; made when first asked for: most revisions of a fleet sleep. */
  get coldStarts(): ColdStartTally {
    return (this.startedPods ??= new ColdStartTally());
  }

  merge(other: Cohort): void {
    this.offered += other.offered;
    this.podsStarted += other.podsStarted;
    this.early += other.early;
    this.earlyUs += other.earlyUs;
    this.completed += other.completed;
    this.failed += other.failed;
    this.cold += other.cold;
    this.retries += other.retries;
    this.statuses.merge(other.statuses);
    this.latency.merge(other.latency);
    this.latencyFailed.merge(other.latencyFailed);
    this.givenUp += other.givenUp;
    this.givenUpSpentUs += other.givenUpSpentUs;
    if (other.startedPods !== null) this.coldStarts.merge(other.startedPods);
  }

  /**
   * Integral of the cohort's requests in the system from W to now, µs.
   *
   * @param allUs the same integral over all requests
   * @param sinceWarmupUs time since W
   */
  requestUs(allUs: number, sinceWarmupUs: Duration): number {
    return allUs - this.earlyUs - this.early * Math.max(0, sinceWarmupUs);
  }

  /** Those that have not ended, given up ones included. */
  get inFlight(): number {
    return this.offered - this.completed - this.failed;
  }

  /** Time spent in the system by those that ended or were given up, µs. */
  get spentUs(): Duration {
    return this.latency.sumUs + this.latencyFailed.sumUs + this.givenUpSpentUs;
  }

  /**
   * Conservation: what was offered has completed, failed, been given up, or is in the system still.
   *
   * @param scope for the message
   * @param inSystem requests in the system of this scope now, those from before W included
   * @param requestUs integral of the cohort's requests in the system since W, µs
   * @throws InvariantError
   */
  check(scope: string, inSystem: number, requestUs: number): void {
    const { offered, completed, failed, givenUp, early } = this;
    const remaining = offered - completed - failed - givenUp;
    const details = { scope, offered, completed, failed, givenUp, inSystem, early };
    invariant(remaining >= 0 && early >= 0, "requests ended that had not arrived", details);
    invariant(remaining + early === inSystem, "requests were lost or counted twice", details);
    invariant(this.statuses.total === completed + failed, "statuses do not add up to ended requests", details);
    // Little's law: both sides are sums of whole microseconds, exact below 2^53 and nearly so beyond.
    const left = requestUs - this.spentUs;
    const tolerance = 1e-9 * requestUs;
    const agrees = remaining === 0 ? Math.abs(left) <= tolerance : left >= -tolerance;
    invariant(agrees, "requests in flight do not integrate to the times spent", { ...details, requestUs, left });
  }

  /** @param retries whether a source of this scope retries */
  requestFigures(retries: boolean): RequestFigures {
    const { offered, completed, failed, inFlight, cold } = this;
    const figures: RequestFigures = { offered, completed, failed, inFlight, byStatus: this.statuses.toObject(), cold };
    if (retries || this.retries > 0) figures.retries = this.retries;
    return figures;
  }

  coldStartFigures(): ColdStartFigures {
    return (this.startedPods ?? NO_COLD_STARTS).figures();
  }
}
