import { ArrivalQueue } from "./arrival-queue.js";
import { Calendar, type EventHandle } from "./calendar.js";
import { InvariantError, invariant } from "./invariant.js";
import { PeriodicRing } from "./periodic.js";
import { type Duration, formatSeconds, type Instant, NEVER } from "./time.js";

/** Whoever gives the events their meaning. `kind` is a small whole number of its own choosing. */
export interface EventHandler {
  /** An event of the calendar is due, or a member (`entity`) of a ring. */
  handleEvent(kind: number, entity: number, payload: number): void;
  /** The next arrival of a source is due; the handler sets the one after it. */
  handleArrival(source: number): void;
  /** In words, what an event is; for messages about defects only. */
  describeEvent(kind: number, entity: number): string;
}

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
  private readonly clock = new Float64Array(1);
  private executed = 0;
  private eventsAtInstant = 0;

  constructor(
    private readonly handler: EventHandler,
    /** Rank of arrivals among events at the same instant. */
    private readonly arrivalRank: number,
  ) {}

  get now(): Instant {
    return this.clock[0];
  }

  /** Events executed so far; a figure of speed, not of the model. */
  get executedEvents(): number {
    return this.executed;
  }

  /** A new ring of periodic work; its rank must be used by nothing else. */
  addRing(rank: number, kind: number, periodUs: Duration): PeriodicRing {
    const ring = new PeriodicRing(rank, kind, periodUs);
    this.rings.push(ring);
    return ring;
  }

  /** @throws InvariantError when `at` lies in the past */
  schedule(at: Instant, rank: number, kind: number, entity: number, payload: number): EventHandle {
    invariant(at >= this.now, "an event was scheduled in the past", { atUs: at, nowUs: this.now });
    return this.calendar.schedule(at, rank, kind, entity, payload);
  }

  cancel(handle: EventHandle): void {
    this.calendar.cancel(handle);
  }

  /** When anything happens next; NEVER when nothing is pending. */
  get nextTime(): Instant {
    let time = this.calendar.nextTime;
    if (this.arrivals.nextTime < time) time = this.arrivals.nextTime;
    for (let i = 0; i < this.rings.length; i++) if (this.rings[i].nextTime < time) time = this.rings[i].nextTime;
    return time;
  }

  /** Executes every event before `until` (or at it, when `inclusive`), then moves the clock there. */
  runUntil(until: Instant, inclusive: boolean): void {
    while (this.step(until, inclusive)) {
      // Each step is one event.
    }
    if (until > this.now && until !== NEVER) this.moveTo(until);
  }

  /** Executes the next event if it lies before `until` (or at it, when `inclusive`). @returns whether there was one */
  step(until: Instant, inclusive: boolean): boolean {
    let time = this.calendar.nextTime;
    let rank = time === NEVER ? 255 : this.calendar.nextRank;
    let ring: PeriodicRing | null = null;
    let isArrival = false;
    const arrivalTime = this.arrivals.nextTime;
    if (arrivalTime < time || (arrivalTime === time && this.arrivalRank < rank)) {
      time = arrivalTime;
      rank = this.arrivalRank;
      isArrival = true;
    }
    for (let i = 0; i < this.rings.length; i++) {
      const candidate = this.rings[i];
      const at = candidate.nextTime;
      if (at < time || (at === time && candidate.rank < rank)) {
        time = at;
        rank = candidate.rank;
        ring = candidate;
      }
    }
    if (time > until || (time === until && !inclusive) || time === NEVER) return false;
    this.moveTo(time);
    if (ring !== null) {
      const member = ring.advance();
      if (member >= 0) this.handler.handleEvent(ring.kind, member, 0);
    } else if (isArrival) {
      this.handler.handleArrival(this.arrivals.nextSource);
    } else {
      const { calendar } = this;
      const event = calendar.pop();
      this.handler.handleEvent(calendar.kindOf(event), calendar.entityOf(event), calendar.payloadOf(event));
    }
    return true;
  }

  private moveTo(time: Instant): void {
    this.executed++;
    if (time !== this.clock[0]) {
      this.clock[0] = time;
      this.eventsAtInstant = 0;
    } else if (++this.eventsAtInstant > MAX_EVENTS_AT_ONE_INSTANT) {
      throw new InvariantError(`more than 10^7 events at ${formatSeconds(time)} s: virtual time stands still`, {
        nowUs: time,
        next: this.calendar.isEmpty
          ? "an arrival or periodic work"
          : this.handler.describeEvent(this.calendar.nextKind, 0),
      });
    }
  }
}
