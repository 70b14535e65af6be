import { grown } from "../engine/calendar.js";
import { NO_REQUEST, RequestLinks, type RequestSlot } from "./request-list.js";

/** Where a request is. */
export const Stage = {
  /** On its way through the ingress gateway. */
  ingress: 0,
  /** In an activator that has not acted on it yet. */
  activatorHop: 1,
  /** In an activator, waiting for a pod. */
  activatorQueue: 2,
  /** In a queue-proxy that has not acted on it yet. */
  queueProxyHop: 3,
  /** In a queue-proxy, waiting for its turn. */
  podQueue: 4,
  /** In the container. */
  executing: 5,
} as const;

const INITIAL_CAPACITY = 1024;

/**
 * The requests in the system, one column per property, a request being a row number.
 *
 * An object per request and event would cost three times as much. Free rows are chained through the queue's links.
 */
export class RequestPool {
  /** Counts all arrivals of the run from 0: the order of requests among themselves. */
  id = new Float64Array(INITIAL_CAPACITY);
  source = new Int32Array(INITIAL_CAPACITY);
  /** The request's number in its source, from 1, retries included. */
  number = new Float64Array(INITIAL_CAPACITY);
  attempt = new Int32Array(INITIAL_CAPACITY);
  /** The closed-loop client that waits for it; −1 = none. */
  client = new Int32Array(INITIAL_CAPACITY);
  /** When the first attempt was sent. */
  firstSentAt = new Float64Array(INITIAL_CAPACITY);
  /** The quantile of work that it asks for, in [0, 1), and its place in a `sequence`. */
  work = new Float64Array(INITIAL_CAPACITY);
  workIndex = new Float64Array(INITIAL_CAPACITY);

  arrivedAt = new Float64Array(INITIAL_CAPACITY);
  service = new Int32Array(INITIAL_CAPACITY);
  /** −1: none was chosen. */
  revision = new Int32Array(INITIAL_CAPACITY);
  /** Index of the tag it came by, among all tags of the run; 0 = the main host. */
  tag = new Int32Array(INITIAL_CAPACITY);
  /** Activator it came through; −1 = directly from the ingress. */
  activator = new Int32Array(INITIAL_CAPACITY);
  /** Pod by its index; −1: none yet. */
  pod = new Int32Array(INITIAL_CAPACITY);
  stage = new Uint8Array(INITIAL_CAPACITY);
  /** When it entered its stage. */
  stageSince = new Float64Array(INITIAL_CAPACITY);
  /** Latencies of the hops, drawn at arrival so that they belong to the request. */
  activatorHopUs = new Float64Array(INITIAL_CAPACITY);
  queueProxyHopUs = new Float64Array(INITIAL_CAPACITY);
  activatorWaitUs = new Float64Array(INITIAL_CAPACITY);
  podWaitUs = new Float64Array(INITIAL_CAPACITY);
  executingSince = new Float64Array(INITIAL_CAPACITY);
  /** 1: its pod could not serve yet when it arrived; known once it executes. */
  waitedForStart = new Uint8Array(INITIAL_CAPACITY);
  /** Pending event of the stage it is in; NO_EVENT without. */
  event = new Int32Array(INITIAL_CAPACITY);
  /** When Knative's timer ends it; 0 = the timer is not running. */
  deadline = new Float64Array(INITIAL_CAPACITY);
  /** When its client gives up; 0 = never. */
  clientDeadline = new Float64Array(INITIAL_CAPACITY);

  /** Neighbours in the queue it waits in, and among those whose timers of one kind are running. */
  readonly queueLinks = new RequestLinks(INITIAL_CAPACITY);
  readonly deadlineLinks = new RequestLinks(INITIAL_CAPACITY);
  readonly clientLinks = new RequestLinks(INITIAL_CAPACITY);

  private capacity = INITIAL_CAPACITY;
  private used = 0;
  private free: RequestSlot = NO_REQUEST;
  private inSystem = 0;

  /** Requests in the system now. */
  get size(): number {
    return this.inSystem;
  }

  /** A row for one more request; every column holds what the one before left there. */
  take(): RequestSlot {
    this.inSystem++;
    const slot = this.free;
    if (slot !== NO_REQUEST) {
      this.free = this.queueLinks.next[slot];
      return slot;
    }
    if (this.used === this.capacity) this.grow();
    return this.used++;
  }

  /** The request has ended; its row may be given to another. */
  release(slot: RequestSlot): void {
    this.inSystem--;
    this.id[slot] = -1;
    this.queueLinks.next[slot] = this.free;
    this.free = slot;
  }

  /** Every request in the system, by its arrival. */
  slots(): RequestSlot[] {
    const slots: RequestSlot[] = [];
    for (let slot = 0; slot < this.used; slot++) if (this.id[slot] >= 0) slots.push(slot);
    return slots.sort((a, b) => this.id[a] - this.id[b]);
  }

  private grow(): void {
    const length = this.capacity * 2;
    const columns = this as unknown as Record<string, unknown>;
    for (const name of Object.keys(this)) {
      const column = columns[name];
      if (column instanceof Float64Array) columns[name] = grown(Float64Array, column, length);
      else if (column instanceof Int32Array) columns[name] = grown(Int32Array, column, length);
      else if (column instanceof Uint8Array) columns[name] = grown(Uint8Array, column, length);
      else if (column instanceof RequestLinks) column.grow(length);
    }
    this.capacity = length;
  }
}
