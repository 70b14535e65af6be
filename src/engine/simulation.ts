import { ArrivalQueue } from "./arrival-queue.js";
import { Calendar, type EventHandle } from "./calendar.js";
import { InvariantError } from "./invariant.js";
import { PeriodicRing } from "./periodic.js";
import { RingDues } from "./ring-dues.js";
import { type Duration, formatSeconds, type Instant, NEVER, WIDE } from "./time.js";

/** Whoever gives the events their meaning. `kind` is a small whole number of its own choosing. */
export interface EventHandler {
  /** An event of the calendar is due, or a member (`entity`) of a ring. */
  handleEvent(kind: number, entity: number, payload: number): void;
  /** The next arrival of a source is due; the handler sets the one after it. */
  handleArrival(source: number): void;
  /** In words, what an event is; for messages about defects only. */
  describeEvent(kind: number, entity: number): string;
}

/** Stands for the kind of an arrival, which has none. */
const ARRIVAL = -1;

/** Comes after every rank. */
const BEYOND_RANKS = 256;

/** So many events at one instant mean that virtual time will never go on. */
const MAX_EVENTS_AT_ONE_INSTANT = 10_000_000;

/**
 * The clock and the loop: takes the earliest of the calendar, the rings and the arrivals, by time, then rank.
 *
 * It knows no Knative: kinds, ranks and entities are numbers given by the handler. Equal times and ranks from different
 * places cannot occur as long as each rank is used in one place only; within one place entities decide.
 */
export class Simulation {
  readonly calendar = new Calendar();
  readonly arrivals = new ArrivalQueue();
  private readonly rings: PeriodicRing[] = [];
  private readonly ringDues = new RingDues();
  private clock: Instant = WIDE;
  private executed = 0;
  private eventsAtInstant = 0;
  /** Rank of the latest event at the present instant; −1 when there was none. */
  private reachedRank = -1;

  constructor(
    private readonly handler: EventHandler,
    /** Rank of arrivals among events at the same instant. */
    private readonly arrivalRank: number,
  ) {
    this.clock = 0;
  }

  get now(): Instant {
    return this.clock;
  }

  /** Events executed so far; a figure of speed, not of the model. */
  get executedEvents(): number {
    return this.executed;
  }

  /** A new ring of periodic work; its rank must be used by nothing else. */
  addRing(rank: number, kind: number, periodUs: Duration): PeriodicRing {
    const ring = new PeriodicRing(rank, kind, periodUs, this.ringDues);
    this.rings.push(ring);
    return ring;
  }

  /** @throws InvariantError when `at` lies in the past */
  schedule(at: Instant, rank: number, kind: number, entity: number, payload: number): EventHandle {
    // Written out, because the details of an invariant() would be allocated on every call.
    if (!(at >= this.now)) throw new InvariantError("an event was scheduled in the past", { at, now: this.now });
    return this.calendar.schedule(at, rank, kind, entity, payload);
  }

  cancel(handle: EventHandle): void {
    this.calendar.cancel(handle);
  }

  /** When anything happens next; NEVER when nothing is pending. */
  get nextTime(): Instant {
    return Math.min(this.calendar.nextTime, this.arrivals.nextTime, this.ringDues.nextTime);
  }

  /** Whether events of that rank at the present instant have had their turn. */
  hasPassed(rank: number): boolean {
    return this.reachedRank > rank;
  }

  /** Executes every event before `until` (or at it, when `inclusive`), then moves the clock there. */
  runUntil(until: Instant, inclusive: boolean): void {
    const end = inclusive ? until + 1 : until;
    while (this.stepBefore(end)) {
      // Each step is one event.
    }
    if (until > this.now && until !== NEVER) {
      this.clock = until;
      this.eventsAtInstant = 0;
      this.reachedRank = -1;
    }
    if (inclusive) this.reachedRank = BEYOND_RANKS;
  }

  /** Executes the next event if it lies before `until` (or at it, when `inclusive`). @returns whether there was one */
  step(until: Instant, inclusive: boolean): boolean {
    return this.stepBefore(inclusive ? until + 1 : until);
  }

  /** Instants are whole numbers: before `end` is up to and with the one before it. */
  private stepBefore(end: Instant): boolean {
    const { calendar, arrivals, ringDues } = this;
    let time = calendar.nextTime;
    let isArrival = false;
    let ring: PeriodicRing | null = null;
    const arrivalTime = arrivals.nextTime;
    if (arrivalTime <= time && (arrivalTime < time || this.arrivalRank < calendar.nextRank)) {
      time = arrivalTime;
      isArrival = true;
    }
    const ringTime = ringDues.nextTime;
    if (ringTime <= time && (ringTime < time || this.isRingFirst(isArrival))) {
      time = ringTime;
      ring = this.rings[ringDues.next];
    }
    if (time >= end) return false;
    this.executed++;
    if (time !== this.clock) {
      // Whoever plans periodic work or arrivals sets their times without passing `schedule`.
      if (time < this.clock) throw new InvariantError("the clock would run backwards", { at: time, now: this.now });
      this.clock = time;
      this.eventsAtInstant = 0;
    } else if (++this.eventsAtInstant > MAX_EVENTS_AT_ONE_INSTANT) {
      this.failStandingStill(isArrival, ring);
    }
    let what = ARRIVAL;
    let entity = -1;
    try {
      if (ring !== null) {
        what = ring.kind;
        this.reachedRank = ring.rank;
        entity = ring.advance();
        if (entity >= 0) this.handler.handleEvent(what, entity, 0);
      } else if (isArrival) {
        entity = arrivals.nextSource;
        this.reachedRank = this.arrivalRank;
        this.handler.handleArrival(entity);
      } else {
        const event = calendar.pop();
        what = calendar.kindOf(event);
        entity = calendar.entityOf(event);
        this.reachedRank = calendar.rankOf(event);
        this.handler.handleEvent(what, entity, calendar.payloadOf(event));
      }
    } catch (error) {
      throw this.atEvent(error, what, entity);
    }
    return true;
  }

  /** Of a ring and an arrival or event that are due together: whether the ring has its turn first. */
  private isRingFirst(isArrival: boolean): boolean {
    if (this.ringDues.next < 0) return false;
    return this.ringDues.nextRank < (isArrival ? this.arrivalRank : this.calendar.nextRank);
  }

  /** A broken law together with the event that broke it; any other error as it is. */
  private atEvent(error: unknown, kind: number, entity: number): unknown {
    if (!(error instanceof InvariantError) || "during" in error.details) return error;
    const during = kind === ARRIVAL ? `an arrival of source ${entity}` : this.handler.describeEvent(kind, entity);
    const located = new InvariantError(error.message, { t: this.now, during, ...error.details });
    located.stack = error.stack;
    return located;
  }

  private failStandingStill(isArrival: boolean, ring: PeriodicRing | null): never {
    const { calendar, handler, now } = this;
    let next = "periodic work";
    if (ring === null) {
      next = isArrival
        ? `an arrival of source ${this.arrivals.nextSource}`
        : handler.describeEvent(calendar.nextKind, calendar.nextEntity);
    }
    throw new InvariantError(`more than 10^7 events at ${formatSeconds(now)} s: virtual time stands still`, {
      nowUs: now,
      next,
    });
  }
}
