import { type Duration, type Instant, SECOND } from "../../engine/time.js";
import { LinearWindow } from "./linear-window.js";
import { WeightedWindow } from "./weighted-window.js";

/**
 * The average of one metric of one revision over a sliding window of buckets.
 *
 * Everything reported within one bucket (a second of wall time) is summed there: each source reports about once a
 * second, so the sum is the total over all sources.
 *
 * @see knative/serving pkg/autoscaler/aggregation/bucketing.go
 */
export interface MetricWindow {
  /** Adds to the bucket of `atUs`. What is as old as the window or older, counted from the newest bucket, is ignored. */
  record(atUs: Instant, value: number): void;
  /** The average as seen at `nowUs`; 0 when no bucket within the window holds data. Changes nothing. */
  average(nowUs: Instant): number;
  /** The same as `record` of a zero in every bucket from that of `fromUs` to that of `untilUs`. */
  recordZeros(fromUs: Instant, untilUs: Instant): void;
  /** The average as it will be seen at `nowUs` if until then a zero is recorded in every bucket up to that of `zerosUntilUs`. */
  averageAfterZeros(nowUs: Instant, zerosUntilUs: Instant): number;
  /** Whether nothing was recorded for longer than the window. At exactly the window's length it is not yet empty. */
  isEmpty(nowUs: Instant): boolean;
  /** Whether all that was recorded within the window before `nowUs` is zeros: the average is 0 and stays so until there is a report of load. */
  holdsNoLoad(nowUs: Instant): boolean;
  /** When it will be empty if nothing more is recorded; −Infinity when nothing was. */
  readonly emptyFrom: Instant;
  /** Changes the length while the clock shows `nowUs`, keeping the newest buckets that fit. */
  resize(windowUs: Duration, nowUs: Instant): void;
}

/**
 * An empty window.
 *
 * @param aggregation `weighted-exponential`; whatever else is asked for averages linearly, as in Knative
 * @param windowUs length, at least one bucket
 * @param granularityUs length of a bucket, whole seconds; Knative uses one second
 * @see knative/serving pkg/autoscaler/metrics/collector.go (newCollection)
 */
export function createMetricWindow(aggregation: string, windowUs: Duration, granularityUs = SECOND): MetricWindow {
  return aggregation === "weighted-exponential"
    ? new WeightedWindow(windowUs, granularityUs)
    : new LinearWindow(windowUs, granularityUs);
}
