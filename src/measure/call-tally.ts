import type { Duration } from "../engine/time.js";
import { LatencyStore } from "./latency-store.js";
import type { Summary } from "./run-record.js";

/** What callers with retries see: a call is a request with all its retries (contract details A24); those begun in [W, D). */
export class CallTally {
  private made = 0;
  private succeeded = 0;
  private failed = 0;
  private attempts = 0;
  private readonly latency = new LatencyStore();

  /** A call's first attempt was sent. */
  begun(): void {
    this.made++;
  }

  /** @param afterUs from the first sending to the last answer */
  ended(afterUs: Duration, attempts: number, succeeded: boolean): void {
    this.attempts += attempts;
    if (succeeded) {
      this.succeeded++;
      this.latency.add(afterUs);
    } else {
      this.failed++;
    }
  }

  /** `latency` is of calls that succeeded, `attempts` of calls that are over. */
  figures(): NonNullable<Summary["calls"]> {
    const { made, succeeded, failed, attempts } = this;
    return { made, succeeded, failed, attempts, latency: this.latency.figures() };
  }
}
