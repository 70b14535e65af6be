import { roundHalfAway } from "../../engine/time.js";
import { BucketWindow } from "./bucket-window.js";

/** Averages are rounded to six decimals. */
const PRECISION = 1e6;

/**
 * The plain mean over the window's buckets.
 *
 * @see knative/serving pkg/autoscaler/aggregation/bucketing.go (TimedFloat64Buckets.WindowAverage)
 */
export class LinearWindow extends BucketWindow {
  /**
   * Until the window has filled, the divisor is the number of buckets since the first write, so that a young revision
   * is not judged by seconds in which it did not exist. Seconds since the newest bucket are neither summed nor counted:
   * silence leaves the average where it was until old buckets slide out.
   *
   * @returns rounded to six decimals, halves away from zero; 0 once the silence is as long as the window
   */
  protected averageAt(now: number, newest: number): number {
    if (this.since(now) >= this.windowUs) return 0;
    let sum = this.total;
    let slot = this.slotOf(this.lastWrite + 1);
    for (let gone = this.lastWrite + 1; gone <= now; gone++) {
      sum -= this.buckets[slot];
      slot = this.slotAfter(slot);
    }
    const silent = Math.max(0, now - newest);
    const filled = Math.min(newest - this.firstWrite + 1, this.buckets.length - silent);
    return roundHalfAway((sum / filled) * PRECISION) / PRECISION;
  }
}
