import type { Instant } from "../engine/time.js";
import type { Request } from "./request.js";
import type { RequestPool } from "./request-pool.js";

/** A timer's places in its row. */
const AT = 0;
const REQUEST = 1;
const SLOT = 2;
const ROW = 3;

const FIRST_CAPACITY = 64;

/**
 * Running timers of one length: they end in the order in which they were started, so only the first needs an event.
 *
 * A request that ends before its timer does not take it out. It is recognized later, when its turn comes or when room is
 * wanted, by the number that its object no longer has: of a list with links, each request would touch its neighbours as
 * well (2 % of the time of a run).
 */
export class RequestTimers {
  /** Whether there is no event for the first of them; whoever owns the timers keeps that true. */
  needsEvent = true;
  private rows = new Float64Array(FIRST_CAPACITY * ROW);
  private head = 0;
  private end = 0;

  constructor(private readonly requests: RequestPool) {}

  /** @param at when it ends, not before that of the one started last */
  start(request: Request, at: Instant): void {
    if (this.end === this.rows.length) this.makeRoom();
    const { rows, end } = this;
    rows[end + AT] = at;
    rows[end + REQUEST] = request.request;
    rows[end + SLOT] = request.slot;
    this.end = end + ROW;
  }

  /** The request whose timer ends first among those that are still in the system; null = there is none. */
  get first(): Request | null {
    for (; this.head < this.end; this.head += ROW) {
      const request = this.requestAt(this.head);
      if (request !== null) return request;
    }
    return null;
  }

  /** When the timer of `first` ends. */
  get firstAt(): Instant {
    return this.rows[this.head + AT];
  }

  /** How many timers fit in before room must be made; a figure of memory, not of the model. */
  get room(): number {
    return this.rows.length / ROW;
  }

  /** Takes out those of requests that are over. An eighth of the room or less is kept: what is looked at twice is little. */
  private makeRoom(): void {
    const { rows } = this;
    let kept = 0;
    for (let row = this.head; row < this.end; row += ROW) {
      if (this.requestAt(row) === null) continue;
      for (let i = 0; i < ROW; i++) rows[kept++] = rows[row + i];
    }
    this.head = 0;
    this.end = kept;
    if (8 * kept <= rows.length) return;
    this.rows = new Float64Array(2 * rows.length);
    this.rows.set(rows);
  }

  private requestAt(row: number): Request | null {
    const request = this.requests.at(this.rows[row + SLOT]);
    return request.request === this.rows[row + REQUEST] ? request : null;
  }
}
