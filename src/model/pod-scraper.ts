import type { RandomStreams } from "../engine/random.js";
import type { Duration, Instant } from "../engine/time.js";
import { sampleSize } from "./autoscaler/sample-size.js";
import type { Pod } from "./pod.js";

/** What one scrape found, as sums over all ready pods. */
export interface ScrapedStat {
  concurrency: number;
  proxiedConcurrency: number;
  /** Per second. */
  requests: number;
  proxiedRequests: number;
}

/**
 * Reads a sample of a revision's pods and scales the sums up to all of them.
 *
 * Pods that are older than the stable window are preferred; younger ones fill up.
 *
 * @see knative/serving pkg/autoscaler/metrics/stats_scraper.go (scrapePods)
 */
export class PodScraper {
  private readonly stat: ScrapedStat = { concurrency: 0, proxiedConcurrency: 0, requests: 0, proxiedRequests: 0 };

  constructor(
    private readonly streams: RandomStreams,
    private readonly revision: string,
  ) {}

  /**
   * @param ready ready pods that are not terminating
   * @returns null when there are none; the same record each time
   */
  scrape(ready: readonly Pod[], now: Instant, stableWindowUs: Duration): ScrapedStat | null {
    const population = ready.length;
    if (population === 0) return null;
    const size = sampleSize(population);
    const sample = size === population ? ready : this.choose(ready, size, now - stableWindowUs);
    const { stat } = this;
    stat.concurrency = stat.proxiedConcurrency = stat.requests = stat.proxiedRequests = 0;
    for (const { queueProxy } of sample) {
      const { record } = queueProxy;
      stat.concurrency += record.concurrency;
      stat.proxiedConcurrency += record.proxiedConcurrency;
      stat.requests += record.requests;
      stat.proxiedRequests += record.proxiedRequests;
    }
    // Divided first, then multiplied, as upstream does: the order matters for the last bit.
    stat.concurrency = (stat.concurrency / size) * population;
    stat.proxiedConcurrency = (stat.proxiedConcurrency / size) * population;
    stat.requests = (stat.requests / size) * population;
    stat.proxiedRequests = (stat.proxiedRequests / size) * population;
    return stat;
  }

  private choose(ready: readonly Pod[], size: number, oldBefore: Instant): readonly Pod[] {
    const old = ready.filter((pod) => pod.scheduledAt <= oldBefore);
    const young = ready.filter((pod) => pod.scheduledAt > oldBefore);
    return old.length >= size ? this.draw(old, size) : [...old, ...this.draw(young, size - old.length)];
  }

  /** So many of the pods, each subset as likely as any other (Fisher & Yates 1938, stopped early). The list is reordered. */
  private draw(pods: Pod[], size: number): readonly Pod[] {
    const stream = this.streams.get(`scrape/${this.revision}`);
    for (let i = 0; i < size; i++) {
      const j = i + Math.floor(stream.uniform() * (pods.length - i));
      const chosen = pods[j];
      pods[j] = pods[i];
      pods[i] = chosen;
    }
    return pods.slice(0, size);
  }
}
