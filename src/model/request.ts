import { type EventHandle, NO_EVENT } from "../engine/calendar.js";
import { type Duration, type Instant, WIDE } from "../engine/time.js";
import type { OutgoingRequest } from "./clients.js";
import type { EndedRequest } from "./observer.js";
import type { Pod } from "./pod.js";
import { RequestLink } from "./request-list.js";
import type { Revision } from "./revision.js";
import type { Backend } from "./revision-throttler.js";

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

/**
 * One request in the system, from its arrival to its end; then the object stands for another one.
 *
 * Everything on its way reads and writes the same object: columns of numbers by slot cost three to four times as many
 * instructions per access, a new object per request a collection every few milliseconds.
 */
export class Request implements OutgoingRequest, EndedRequest {
  /** Counts all arrivals of the run from 0: the order of requests among themselves. −1: stands for none. */
  request = -1;
  source = 0;
  number = 0;
  attempt = 1;
  client = -1;
  firstSentAt: Instant = WIDE;
  service = 0;
  tagIndex = 0;
  route = WIDE;
  work = WIDE;
  workIndex = 0;
  ingressUs = 0;
  activatorUs = 0;
  queueProxyUs = 0;

  arrivalUs: Instant = WIDE;
  /** Chosen by the route; null: none. */
  toRevision: Revision | null = null;
  /** Activator it came through; −1 = directly from the ingress. */
  activator = -1;
  /** The slot that its activator took for it; of one before when it has none yet. */
  backend: Backend<Pod> | null = null;
  /** null: none yet. */
  inPod: Pod | null = null;
  /** One of `Stage`. */
  stage = 0;
  /** When it entered its stage. */
  stageSince: Instant = WIDE;
  activatorWaitUs: Duration = WIDE;
  podWaitUs: Duration = WIDE;
  /** −1: it has not come so far. */
  executingSince: Instant = WIDE;
  /** Its pod could not serve yet when it arrived; known once it executes. */
  waitedForStart = false;
  /** Pending event of the stage it is in; NO_EVENT without. */
  event: EventHandle = NO_EVENT;

  /** Known at the end. */
  status = 0;
  serviceUs: Duration = WIDE;
  cold = false;
  tag = "";
  text = "";

  /** Its place in the queue it waits in. */
  readonly queue = new RequestLink(this);

  /** @param slot names the object among all of its pool */
  constructor(readonly slot: number) {}

  get revision(): number {
    return this.toRevision === null ? -1 : this.toRevision.index;
  }

  get pod(): number {
    return this.inPod === null ? -1 : this.inPod.index;
  }

  get completed(): boolean {
    return this.status === 200;
  }

  get path(): number {
    if (this.toRevision === null) return 0;
    return this.activator >= 0 ? 1 : 2;
  }
}
