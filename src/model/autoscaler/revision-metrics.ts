import type { Duration, Instant } from "../../engine/time.js";
import { createMetricWindow, type MetricWindow } from "./metric-window.js";

/** A revision's load as its two windows see it. */
export interface WindowAverages {
  readonly stable: number;
  readonly panic: number;
}

/** The lengths of the two windows. */
export interface WindowLengths {
  readonly stableWindowUs: Duration;
  readonly panicWindowUs: Duration;
}

/**
 * What the autoscaler remembers of one revision's load: concurrency and requests per second, each over the stable and
 * the panic window. All four are kept whatever the scaling metric is.
 *
 * @see knative/serving pkg/autoscaler/metrics/collector.go (collection)
 */
export class RevisionMetrics {
  private readonly stableConcurrency: MetricWindow;
  private readonly panicConcurrency: MetricWindow;
  private readonly stableRps: MetricWindow;
  private readonly panicRps: MetricWindow;

  /** @param aggregation of all four, for good; the lengths may change */
  constructor({ aggregation, stableWindowUs, panicWindowUs }: WindowLengths & { readonly aggregation: string }) {
    this.stableConcurrency = createMetricWindow(aggregation, stableWindowUs);
    this.panicConcurrency = createMetricWindow(aggregation, panicWindowUs);
    this.stableRps = createMetricWindow(aggregation, stableWindowUs);
    this.panicRps = createMetricWindow(aggregation, panicWindowUs);
  }

  /**
   * Adds one report of one source.
   *
   * @param concurrency average requests in flight, without those that came through an activator: it reports them itself
   * @param requests requests per second, likewise
   */
  record(atUs: Instant, concurrency: number, requests: number): void {
    this.stableConcurrency.record(atUs, concurrency);
    this.panicConcurrency.record(atUs, concurrency);
    this.stableRps.record(atUs, requests);
    this.panicRps.record(atUs, requests);
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

  /**
   * The averages of the scaling metric as they will be read at `nowUs` when no load comes until then.
   *
   * @param zerosUntilUs the last scrape by then, each of which finds zeros; null = none finds a pod
   * @returns `noData` as in `read`
   */
  readAhead(
    metric: string,
    nowUs: Instant,
    isScraped: boolean,
    zerosUntilUs: Instant | null,
  ): WindowAverages | "noData" {
    if (zerosUntilUs === null) return this.read(metric, nowUs, isScraped);
    const { stable, panic } = this.windowsOf(metric);
    return {
      stable: stable.averageAfterZeros(nowUs, zerosUntilUs),
      panic: panic.averageAfterZeros(nowUs, zerosUntilUs),
    };
  }

  private windowsOf(metric: string): { readonly stable: MetricWindow; readonly panic: MetricWindow } {
    return metric === "rps"
      ? { stable: this.stableRps, panic: this.panicRps }
      : { stable: this.stableConcurrency, panic: this.panicConcurrency };
  }

  /** Changes the lengths of the windows while the clock shows `nowUs`; nothing happens where they are the same. */
  resize({ stableWindowUs, panicWindowUs }: WindowLengths, nowUs: Instant): void {
    this.stableConcurrency.resize(stableWindowUs, nowUs);
    this.panicConcurrency.resize(panicWindowUs, nowUs);
    this.stableRps.resize(stableWindowUs, nowUs);
    this.panicRps.resize(panicWindowUs, nowUs);
  }
}
