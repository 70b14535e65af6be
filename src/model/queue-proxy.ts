import { InvariantError } from "../engine/invariant.js";
import { type Instant, WIDE } from "../engine/time.js";
import { Breaker } from "./breaker.js";
import { ConcurrencyStats } from "./concurrency-stats.js";
import { ProcessorSharing } from "./processor-sharing.js";
import { RequestList } from "./request-list.js";

/**
 * The sidecar in front of one container: it limits concurrency, lets a bounded number wait and counts for the autoscaler.
 *
 * @see knative/serving pkg/queue/sharedmain/main.go (buildBreaker), pkg/queue/handler.go
 */
export class QueueProxy {
  /** null: no limit (container concurrency 0). */
  readonly breaker: Breaker | null;
  readonly waiting = new RequestList();
  readonly stats = new ConcurrencyStats(0);
  /** CPU shared by the requests in the container; null when none of the work needs it. */
  readonly cpu: ProcessorSharing | null;
  /** Requests in the pod: passing the proxy, waiting and executing. */
  inFlight = 0;
  /** Requests in the container, counted apart from the breaker so that its account can be held to this one. */
  private executing = 0;
  private readonly limit: number;
  /** When the last request came; a draining pod waits until 30 s have passed since. */
  lastRequestAt: Instant = WIDE;

  /** What scrapes read: the last report; all zero before the first. */
  readonly record = { concurrency: 0, proxiedConcurrency: 0, requests: 0, proxiedRequests: 0 };

  constructor(options: {
    readonly containerConcurrency: number;
    readonly queueDepth: number;
    readonly cpus: number | null;
  }) {
    const { containerConcurrency, queueDepth, cpus } = options;
    this.lastRequestAt = 0;
    this.limit = containerConcurrency > 0 ? containerConcurrency : NO_LIMIT;
    this.breaker =
      containerConcurrency > 0
        ? new Breaker({ queueDepth, maxConcurrency: containerConcurrency, initialCapacity: containerConcurrency })
        : null;
    this.cpu = cpus === null ? null : new ProcessorSharing(cpus);
  }

  /** @throws InvariantError when the container has as many requests as it takes */
  enterContainer(): void {
    if (++this.executing > this.limit) refuseExecution(this.executing, this.limit);
  }

  leaveContainer(): void {
    if (--this.executing < 0) refuseExecution(this.executing, this.limit);
  }

  /** Whether reports find nothing, the last one included, until a request comes. */
  get isIdle(): boolean {
    const { inFlight, stats, record } = this;
    return inFlight === 0 && stats.isIdle && record.concurrency === 0 && record.requests === 0;
  }

  /** The process starts (or started, in the past): its first report covers the time from here. */
  start(atUs: Instant): void {
    this.stats.restart(atUs);
  }

  /** Its own 1 s tick: replaces the record that scrapes read. */
  report(nowUs: Instant): void {
    const { stats, record } = this;
    stats.report(nowUs);
    record.concurrency = stats.averageConcurrency;
    record.proxiedConcurrency = stats.averageProxiedConcurrency;
    record.requests = stats.requestCount;
    record.proxiedRequests = stats.proxiedRequestCount;
  }
}

const NO_LIMIT = 0x3fff_ffff;

function refuseExecution(executing: number, limit: number): never {
  throw new InvariantError(executing < 0 ? "a request left a container where none was" : "a container takes too many", {
    executing,
    limit,
  });
}
