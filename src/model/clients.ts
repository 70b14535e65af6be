import type { Duration, Instant } from "../engine/time.js";
import type { Request } from "./request.js";

/** What the sender of a request says of it. */
export interface OutgoingRequest {
  source: number;
  /** The request's number in its source, from 1, retries included. */
  number: number;
  /** 1 for the first try. */
  attempt: number;
  /** The closed-loop client that waits for the answer; −1 = none. */
  client: number;
  /** When the first try was sent. */
  firstSentAt: Instant;
  /** Index of the service, and of the tag among all tags of the run (0 = the main host). */
  service: number;
  tagIndex: number;
  /** The request's own draws in [0, 1): which share of the route, which quantile of work. */
  route: number;
  work: number;
  /** Its place in a `sequence` of service times, from 0. */
  workIndex: number;
  /** What passing each hop takes. */
  ingressUs: Duration;
  activatorUs: Duration;
  queueProxyUs: Duration;
}

/** What a client learns when its request has ended; the object is reused: copy, don't keep. */
export interface ClientAnswer {
  source: number;
  attempt: number;
  client: number;
  firstSentAt: Instant;
  work: number;
  workIndex: number;
  /** HTTP status, or one of `Status`. */
  status: number;
}

/** Who sends requests. */
export interface Clients {
  /** The next arrival of a source is due: what it sends. Sets when the one after it is due. */
  nextRequest(source: number): Request;
  requestEnded(answer: ClientAnswer): void;
}
