import type { DistributionSpec } from "../engine/distribution.js";
import type { Duration, Instant } from "../engine/time.js";
import type { RateProfile } from "./profile.js";

/** One source of requests. */
export interface SourcePlan {
  readonly name: string;
  /** Service key; a service may be created later by an event. */
  readonly to: string;
  readonly tag: string | null;
  readonly fromUs: Instant;
  /** No new request from here on; Infinity = the end of the run. */
  readonly untilUs: Instant;
  readonly arrivals: ArrivalPlan;
  /** The client gives up; null = never. */
  readonly timeoutUs: Duration | null;
  readonly retries: RetryPlan | null;
  /** Wins over the image's. */
  readonly serviceTime: DistributionSpec | null;
}

export type ArrivalPlan =
  | { readonly kind: "rate"; readonly process: "poisson" | "even"; readonly profile: RateProfile }
  | {
      readonly kind: "clients";
      /** Clients over time relative to `from`: a step function; [[0, n]] when constant. */
      readonly clients: readonly (readonly [us: Duration, count: number])[];
      readonly think: DistributionSpec;
      /** How much later than it joins each client sends first; null = at once. */
      readonly startJitter: DistributionSpec | null;
      /** Total over all clients; null = no end. */
      readonly requests: number | null;
    }
  /** In any order, but a Float64Array (for traces: 8 bytes each) in the order of time. */
  | { readonly kind: "at"; readonly timesUs: readonly Instant[] | Float64Array }
  /** A trace that is too long to be held: whoever runs it reads ahead while time passes. */
  | {
      readonly kind: "stream";
      readonly file: string;
      readonly count: number;
      /** From the start once more: the arrivals in the order of time; a block is overwritten by the next one. */
      open(): AsyncIterator<Float64Array>;
    }
  | {
      readonly kind: "counts";
      /** Requests in each minute from `from` on. */
      readonly countsPerMinute: Uint32Array;
      /** Where in its minute a request lies: independent and uniform, or evenly spaced. */
      readonly placement: "uniform" | "even";
    };

export interface RetryPlan {
  /** Tries after the first. */
  readonly max: number;
  readonly backoff:
    | DistributionSpec
    | { readonly initialUs: number; readonly factor: number; readonly maxUs: number; readonly jitter: number };
  /** HTTP statuses, ranges like 500..599 as [500, 599], `timeout` = −1, `reset` = −2. */
  readonly statuses: readonly (readonly [low: number, high: number])[];
}
