import { type Duration, type Instant, WIDE } from "../../engine/time.js";
import type { MetricWindow } from "./metric-window.js";

/** A bucket before all others: nothing was written. */
const NEVER_WRITTEN = Number.NEGATIVE_INFINITY;

/** Far below half a millionth, to which averages are rounded. */
const LARGEST_RESIDUE = 1e-9;

/**
 * A ring of buckets and the sum of all: what linear and weighted averages have in common.
 *
 * Buckets are numbered by wall time, so neighbours in time are neighbours in the ring. Seconds that a later report
 * skipped become zeros and count as data; seconds after the newest bucket do not exist yet.
 *
 * @see knative/serving pkg/autoscaler/aggregation/bucketing.go (TimedFloat64Buckets)
 */
export abstract class BucketWindow implements MetricWindow {
  protected buckets: Float64Array;
  /** Kept up to date with every change, never summed afresh: tiny residues stay, as they do in Knative. */
  protected total = WIDE;
  /** Bucket number from which the window counts as filled. */
  protected firstWrite = NEVER_WRITTEN;
  /** Number of the newest bucket. */
  protected lastWrite = NEVER_WRITTEN;

  constructor(
    protected windowUs: Duration,
    protected readonly granularityUs: Duration,
  ) {
    this.total = 0;
    this.buckets = new Float64Array(bucketsWithin(windowUs, granularityUs));
  }

  average(nowUs: Instant): number {
    return this.averageAt(this.bucketAt(nowUs), this.lastWrite);
  }

  averageAfterZeros(nowUs: Instant, zerosUntilUs: Instant): number {
    return this.averageAt(this.bucketAt(nowUs), Math.max(this.lastWrite, this.bucketAt(zerosUntilUs)));
  }

  /** @param newest the bucket up to which there is data: zeros after `lastWrite` */
  protected abstract averageAt(now: number, newest: number): number;

  record(atUs: Instant, value: number): void {
    const at = this.bucketAt(atUs);
    if (at !== this.lastWrite) {
      if (-this.since(at) >= this.windowUs) return;
      if (this.firstWrite === NEVER_WRITTEN || at < this.firstWrite) this.firstWrite = at;
      if (at > this.lastWrite) this.advanceTo(at);
    }
    this.buckets[this.slotOf(at)] += value;
    this.total += value;
  }

  recordZeros(fromUs: Instant, untilUs: Instant): void {
    this.record(fromUs, 0);
    // Buckets that a report skips become zeros, as long as it skips less than a window.
    const stride = Math.max(1, this.buckets.length - 1) * this.granularityUs;
    for (let at = fromUs; at < untilUs; ) {
      at = Math.min(untilUs, at + stride);
      this.record(at, 0);
    }
  }

  holdsNoLoad(nowUs: Instant): boolean {
    const { buckets, lastWrite } = this;
    if (lastWrite === NEVER_WRITTEN) return true;
    const oldest = this.bucketAt(nowUs) - buckets.length + 1;
    let left = this.total;
    let slot = this.slotOf(lastWrite + 1);
    for (let bucket = lastWrite - buckets.length + 1; bucket <= lastWrite; bucket++) {
      const value = buckets[slot];
      slot = this.slotAfter(slot);
      if (bucket < oldest) left -= value;
      else if (value !== 0) return false;
    }
    // Of what was added and taken away again a residue may stay that no average shows.
    return Math.abs(left) <= LARGEST_RESIDUE;
  }

  isEmpty(nowUs: Instant): boolean {
    return this.since(this.bucketAt(nowUs)) > this.windowUs;
  }

  get emptyFrom(): Instant {
    return (this.lastWrite + Math.floor(this.windowUs / this.granularityUs) + 1) * this.granularityUs;
  }

  resize(windowUs: Duration, nowUs: Instant): void {
    if (windowUs === this.windowUs) return;
    const old = this.buckets;
    const resized = new Float64Array(bucketsWithin(windowUs, this.granularityUs));
    let total = 0;
    if (!this.isEmpty(nowUs)) {
      const kept = Math.min(old.length, resized.length);
      for (let bucket = this.lastWrite; bucket > this.lastWrite - kept; bucket--) {
        const value = old[modulo(bucket, old.length)];
        resized[modulo(bucket, resized.length)] = value;
        total += value;
      }
      // Even if the old window was only partly filled: resizing dilutes a young window, as it does in Knative.
      this.firstWrite = this.lastWrite - (old.length - 1);
    } else {
      this.firstWrite = NEVER_WRITTEN;
    }
    this.buckets = resized;
    this.total = total;
    this.windowUs = windowUs;
  }

  /** Makes a later bucket the newest one; those in between become zeros. */
  private advanceTo(bucket: number): void {
    if (this.since(bucket) >= this.windowUs) {
      this.buckets.fill(0);
      this.total = 0;
      this.firstWrite = bucket;
    } else {
      let slot = this.slotOf(this.lastWrite + 1);
      for (let evicted = this.lastWrite + 1; evicted <= bucket; evicted++) {
        this.total -= this.buckets[slot];
        this.buckets[slot] = 0;
        slot = this.slotAfter(slot);
      }
    }
    this.lastWrite = bucket;
  }

  protected bucketAt(us: Instant): number {
    return Math.floor(us / this.granularityUs);
  }

  /** From the newest bucket to this one; infinite when nothing was written. */
  protected since(bucket: number): Duration {
    return (bucket - this.lastWrite) * this.granularityUs;
  }

  protected slotOf(bucket: number): number {
    return modulo(bucket, this.buckets.length);
  }

  /** Of the next bucket: a remainder of doubles takes ten times as long, and windows are walked bucket by bucket. */
  protected slotAfter(slot: number): number {
    return slot + 1 === this.buckets.length ? 0 : slot + 1;
  }
}

function bucketsWithin(windowUs: Duration, granularityUs: Duration): number {
  return Math.ceil(windowUs / granularityUs);
}

/** The remainder that is never negative: buckets before t = 0 have negative numbers. */
function modulo(bucket: number, size: number): number {
  const remainder = bucket % size;
  return remainder < 0 ? remainder + size : remainder;
}
