import { invariant } from "../../engine/invariant.js";
import type { Duration, Instant } from "../../engine/time.js";
import { createMetricWindow, type MetricWindow } from "./metric-window.js";

const RPS = "rps";

/** A revision's load as its two windows see it. */
export interface WindowAverages {
  readonly stable: number;
  readonly panic: number;
}

/** One metric's two windows. */
export interface MetricWindows {
  readonly stable: MetricWindow;
  readonly panic: MetricWindow;
}

/** The lengths of the two windows. */
export interface WindowLengths {
  readonly stableWindowUs: Duration;
  readonly panicWindowUs: Duration;
}

/**
 * What the autoscaler remembers of one revision's load: concurrency and requests per second, each over the stable and
 * the panic window.
 *
 * @see knative/serving pkg/autoscaler/metrics/collector.go (collection), which keeps all four whatever the metric is
 */
export class RevisionMetrics {
  private readonly concurrency: MetricWindows | null;
  private readonly rps: MetricWindows | null;

  /**
   * @param aggregation of all windows, for good; the lengths may change
   * @param metric the only one that will be read, see `read`; null = either may be
   */
  constructor(windows: WindowLengths & { readonly aggregation: string }, metric: string | null = null) {
    this.concurrency = metric === null || metric !== RPS ? createWindows(windows) : null;
    this.rps = metric === null || metric === RPS ? createWindows(windows) : null;
  }

  /**
   * Adds one report of one source.
   *
   * @param concurrency average requests in flight, without those that came through an activator: it reports them itself
   * @param requests requests per second, likewise
   */
  record(atUs: Instant, concurrency: number, requests: number): void {
    this.concurrency?.stable.record(atUs, concurrency);
    this.concurrency?.panic.record(atUs, concurrency);
    this.rps?.stable.record(atUs, requests);
    this.rps?.panic.record(atUs, requests);
  }

  /** Adds a report without load in every second from that of `fromUs` to that of `untilUs`. */
  recordZeros(fromUs: Instant, untilUs: Instant): void {
    for (const windows of [this.concurrency, this.rps]) {
      windows?.stable.recordZeros(fromUs, untilUs);
      windows?.panic.recordZeros(fromUs, untilUs);
    }
  }

  /**
   * The averages of the scaling metric.
   *
   * @param metric `rps`; whatever else is asked for reads concurrency
   * @param isScraped whether pods are scraped. Where they are not (target burst capacity −1), silence means no load.
   * @returns `noData` when pods are scraped and the stable window is empty
   */
  read(metric: string, nowUs: Instant, isScraped: boolean): WindowAverages | "noData" {
    const { stable, panic } = this.windowsOf(metric);
    if (isScraped && stable.isEmpty(nowUs)) return "noData";
    return { stable: stable.average(nowUs), panic: panic.average(nowUs) };
  }

  /** The windows of a scaling metric. */
  windowsOf(metric: string): MetricWindows {
    const windows = metric === RPS ? this.rps : this.concurrency;
    invariant(windows !== null, "a metric is read that was not kept", { metric });
    return windows;
  }

  /** Changes the lengths of the windows while the clock shows `nowUs`; nothing happens where they are the same. */
  resize({ stableWindowUs, panicWindowUs }: WindowLengths, nowUs: Instant): void {
    for (const windows of [this.concurrency, this.rps]) {
      windows?.stable.resize(stableWindowUs, nowUs);
      windows?.panic.resize(panicWindowUs, nowUs);
    }
  }
}

function createWindows(windows: WindowLengths & { readonly aggregation: string }): MetricWindows {
  const { aggregation, stableWindowUs, panicWindowUs } = windows;
  return {
    stable: createMetricWindow(aggregation, stableWindowUs),
    panic: createMetricWindow(aggregation, panicWindowUs),
  };
}
