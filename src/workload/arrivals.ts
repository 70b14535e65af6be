import type { RandomStream } from "../engine/random.js";
import type { Instant } from "../engine/time.js";
import { ClosedLoopArrivals } from "./closed-loop.js";
import { CountedArrivals } from "./counted-arrivals.js";
import { cumulativeRate } from "./cumulative-rate.js";
import { EvenArrivals, ListedArrivals, PoissonArrivals } from "./open-arrivals.js";
import type { ArrivalPlan } from "./source.js";
import { StreamedArrivals } from "./streamed-arrivals.js";

/** When the requests of one source are sent. */
export interface ArrivalProcess {
  /**
   * When the next request is sent, whole microseconds, never falling; NEVER when there is none (for now: closed-loop
   * clients may all be waiting for answers).
   */
  readonly nextAt: Instant;
  /** Takes the arrival at `nextAt`; afterwards `nextAt` is the time of the one after it. @returns the client that sends, -1 for open arrivals */
  take(): number;
  /** Closed loop only: the client's request (with all its retries) has ended; may bring `nextAt` forward. No-op for open arrivals. */
  requestEnded(client: number, sentAt: Instant, now: Instant): void;
  /** From now on nothing new starts (the drain has begun). */
  close(): void;
}

/** Active in [fromUs, untilUs); `untilUs` may be Infinity. */
export interface ActiveWindow {
  readonly fromUs: Instant;
  readonly untilUs: Instant;
}

/**
 * The arrival process of a plan (contract details A15, A16).
 *
 * @param streams `arrivals` serves Poisson and counted arrivals, one draw each, and clients, one draw for the start of each; `think`
 *   serves think times, one draw per request
 */
export function createArrivals(
  plan: ArrivalPlan,
  window: ActiveWindow,
  streams: { readonly arrivals: RandomStream; readonly think: RandomStream },
): ArrivalProcess {
  switch (plan.kind) {
    case "rate": {
      const rate = cumulativeRate(plan.profile);
      return plan.process === "even"
        ? new EvenArrivals(rate, window)
        : new PoissonArrivals(rate, window, streams.arrivals);
    }
    case "at":
      return new ListedArrivals(plan.timesUs, window);
    case "stream":
      return new StreamedArrivals(plan, window);
    case "counts":
      return new CountedArrivals(plan, window, streams.arrivals);
    case "clients":
      return new ClosedLoopArrivals(plan, window, streams);
  }
}
