import { type Instant, NEVER } from "../engine/time.js";
import type { ArrivalProcess } from "./arrivals.js";

/** Requests that somebody sends by hand, one at a time. */
export class HandSentRequests implements ArrivalProcess {
  nextAt: Instant = NEVER;

  /** One request is sent at `at`; whoever calls lets time pass up to there before the next. */
  sendAt(at: Instant): void {
    this.nextAt = at;
  }

  take(): number {
    this.nextAt = NEVER;
    return -1;
  }

  requestEnded(): void {
    // Nobody sends because of it.
  }

  close(): void {
    this.nextAt = NEVER;
  }
}
