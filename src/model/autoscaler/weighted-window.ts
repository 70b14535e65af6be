import type { Duration, Instant } from "../../engine/time.js";
import { BucketWindow } from "./bucket-window.js";

/** Share of all weight that the buckets of one window hold. */
const COVERED_WEIGHT = 0.9999;
/** The newest bucket weighs at least this much. */
const LOWEST_COEFFICIENT = 0.2;

/**
 * An average in which every bucket weighs a fixed factor less than the next newer one.
 *
 * Not divided by the sum of the weights, so a young window reads too little, and silence lets it decay at once. Not
 * rounded either.
 *
 * @see knative/serving pkg/autoscaler/aggregation/bucketing.go (WeightedFloat64Buckets)
 */
export class WeightedWindow extends BucketWindow {
  /** Weight of the newest bucket. */
  private coefficient: number;

  constructor(windowUs: Duration, granularityUs: Duration) {
    super(windowUs, granularityUs);
    this.coefficient = smoothingCoefficient(this.buckets.length);
  }

  override resize(windowUs: Duration, nowUs: Instant): void {
    super.resize(windowUs, nowUs);
    this.coefficient = smoothingCoefficient(this.buckets.length);
  }

  protected averageAt(now: number, newest: number): number {
    if (this.since(now) > this.windowUs) return 0;
    const decay = 1 - this.coefficient;
    const silent = Math.max(0, now - newest);
    let weight = this.coefficient;
    for (let second = 0; second < silent; second++) weight *= decay;
    let sum = 0;
    const oldest = newest - this.buckets.length + silent;
    for (let bucket = newest; bucket > oldest; bucket--) {
      if (bucket <= this.lastWrite) sum += this.buckets[this.slotOf(bucket)] * weight;
      weight *= decay;
    }
    return sum;
  }
}

/** The weight of the newest of `buckets` buckets with which all of them together hold 99.99 % of the weight. */
function smoothingCoefficient(buckets: number): number {
  return Math.max(1 - nthRoot(1 - COVERED_WEIGHT, buckets), LOWEST_COEFFICIENT);
}

/**
 * The n-th root of a number in (0, 1), by Newton's method from above: from 1 every step goes down until it reaches the
 * root. Products and quotients only, so it is the same on every machine, which Math.pow is not.
 */
function nthRoot(value: number, n: number): number {
  for (let root = 1; ; ) {
    let power = 1;
    for (let factor = 1; factor < n; factor++) power *= root;
    const next = ((n - 1) * root + value / power) / n;
    if (next >= root) return root;
    root = next;
  }
}
