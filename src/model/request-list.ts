import { grown } from "../engine/calendar.js";

/** Names a request that is in the system; the number is given to another request when it has ended. */
export type RequestSlot = number;

export const NO_REQUEST: RequestSlot = -1;

/** Neighbours of each request in the one list of a kind that it may be in. */
export class RequestLinks {
  next: Int32Array;
  previous: Int32Array;

  constructor(capacity: number) {
    this.next = new Int32Array(capacity);
    this.previous = new Int32Array(capacity);
  }

  grow(capacity: number): void {
    this.next = grown(Int32Array, this.next, capacity);
    this.previous = grown(Int32Array, this.previous, capacity);
  }
}

/**
 * Requests in the order in which they joined; any of them may leave from the middle. O(1) each, nothing allocated.
 *
 * A queue that is served first come first served, and also the running timers of one length: they end in the order in
 * which they were started, so a list does what a heap would, and only the first needs an event in the calendar.
 */
export class RequestList {
  private head: RequestSlot = NO_REQUEST;
  private tail: RequestSlot = NO_REQUEST;

  constructor(private readonly links: RequestLinks) {}

  /** The one that joined first; NO_REQUEST when empty. */
  get first(): RequestSlot {
    return this.head;
  }

  append(slot: RequestSlot): void {
    const { links, tail } = this;
    links.next[slot] = NO_REQUEST;
    links.previous[slot] = tail;
    if (tail === NO_REQUEST) this.head = slot;
    else links.next[tail] = slot;
    this.tail = slot;
  }

  remove(slot: RequestSlot): void {
    const { links } = this;
    const next = links.next[slot];
    const previous = links.previous[slot];
    if (next === NO_REQUEST) this.tail = previous;
    else links.previous[next] = previous;
    if (previous === NO_REQUEST) this.head = next;
    else links.next[previous] = next;
  }
}
