import type { Instant } from "../engine/time.js";
import { type EndedRequest, Status } from "../model/observer.js";
import type { Presence } from "./presence.js";
import { ResultHash } from "./result-hash.js";
import type { Leaf } from "./scope.js";
import type { Timeline } from "./timeline.js";
import { Column } from "./timeline-series.js";

/** What the tally belongs to. */
export interface TallyOwner {
  readonly timeline: Timeline;
  /** Of the whole run. */
  readonly total: Presence;
  readonly warmupUs: Instant;
  /** Where a request is counted: a revision, or the requests to a service that reach none (−1). */
  leafOf(revision: number, service: number): Leaf;
}

/** So many facts are counted together. */
const CAPACITY = 1024;

/** What a fact is: an arrival, or an end with its status (shifted) and flags. */
const HOW = 0;
const REVISION = 1;
const SERVICE = 2;
const WHOLE_NUMBERS = 4;
const T = 0;
const ARRIVAL = 1;
const TIMES = 2;

const ARRIVED = 0;
const ENDED = 1;
const COLD = 2;
const RETRY = 4;
const COMPLETED = 8;
const STATUS_SHIFT = 4;
/** Above the statuses that are no HTTP status. */
const STATUS_OFFSET = 2;

/**
 * Counts arrivals and ends of requests: in the system, in the row of the timeline, in the cohort, in the hash.
 *
 * What happens is only noted and counted later, a thousand facts in one loop: in between, the code of the model and that
 * of the counting would push each other out of what the compiler can oversee. Whoever wants to know calls `settle` first.
 */
export class RequestTally {
  readonly hash = new ResultHash();
  private readonly whole = new Int32Array(CAPACITY * WHOLE_NUMBERS);
  private readonly times = new Float64Array(CAPACITY * TIMES);
  private size = 0;

  constructor(
    private readonly owner: TallyOwner,
    /** Whether latencies are kept by row of the timeline. */
    private readonly hasRows: boolean,
  ) {}

  arrived(t: Instant, revision: number, service: number): void {
    this.note(ARRIVED, revision, service, t, t);
  }

  ended(t: Instant, { revision, service, arrivalUs, status, completed, cold, attempt }: EndedRequest): void {
    const flags = (cold ? COLD : 0) | (attempt > 1 ? RETRY : 0) | (completed ? COMPLETED : 0);
    this.note(((status + STATUS_OFFSET) << STATUS_SHIFT) | flags | ENDED, revision, service, t, arrivalUs);
  }

  /**
   * Counts what was noted so far.
   *
   * @throws InvariantError when facts do not fit together
   */
  settle(): void {
    const { owner, whole, times, size } = this;
    this.size = 0;
    for (let i = 0; i < size; i++) {
      const how = whole[i * WHOLE_NUMBERS + HOW];
      const revision = whole[i * WHOLE_NUMBERS + REVISION];
      const leaf = owner.leafOf(revision, whole[i * WHOLE_NUMBERS + SERVICE]);
      const t = times[i * TIMES + T];
      if (leaf.series.isAsleep) owner.timeline.wake(leaf.series);
      if (how === ARRIVED) this.countArrival(leaf, t);
      else this.countEnd(leaf, t, times[i * TIMES + ARRIVAL], how, revision);
    }
  }

  private note(how: number, revision: number, service: number, t: Instant, arrivalUs: Instant): void {
    if (this.size === CAPACITY) this.settle();
    const { whole, times, size } = this;
    whole[size * WHOLE_NUMBERS + HOW] = how;
    whole[size * WHOLE_NUMBERS + REVISION] = revision;
    whole[size * WHOLE_NUMBERS + SERVICE] = service;
    times[size * TIMES + T] = t;
    times[size * TIMES + ARRIVAL] = arrivalUs;
    this.size = size + 1;
  }

  private countArrival(leaf: Leaf, t: Instant): void {
    this.changeInSystem(leaf, t, 1);
    leaf.series.now[Column.offered]++;
    if (t < this.owner.warmupUs) leaf.cohort.arrivedEarly();
    else leaf.cohort.offered++;
  }

  private countEnd(leaf: Leaf, t: Instant, arrivalUs: Instant, how: number, revision: number): void {
    const { series, cohort } = leaf;
    const status = (how >> STATUS_SHIFT) - STATUS_OFFSET;
    const completed = (how & COMPLETED) !== 0;
    const spentUs = t - arrivalUs;
    this.changeInSystem(leaf, t, -1);
    if (completed) {
      if (this.hasRows) series.addCompleted(spentUs);
    } else if (status !== Status.inFlight) {
      series.now[Column.errors]++;
    }
    if (arrivalUs >= this.owner.warmupUs) {
      cohort.ended(spentUs, status, completed, (how & COLD) !== 0, (how & RETRY) !== 0);
      this.hash.add(arrivalUs, revision, status, spentUs);
    } else {
      cohort.endedEarly(Math.max(0, t - this.owner.warmupUs));
    }
  }

  private changeInSystem(leaf: Leaf, t: Instant, by: number): void {
    leaf.presence.inSystem.change(t, by);
    leaf.service.presence.inSystem.change(t, by);
    this.owner.total.inSystem.change(t, by);
  }
}
