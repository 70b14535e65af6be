import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type EventRow, loadScenario, type Observer, type Scenario, type Summary, simulate } from "../../src/index.js";
import type { EndedRequest } from "../../src/model/observer.js";

export const SCENARIOS = fileURLToPath(new URL("./scenarios/", import.meta.url));

/** Requests in the system at once are counted one by one up to here. */
const MOST_COUNTED = 4096;

/** One run of one scenario with one seed, as the rows of the suite look at it. Times in seconds. */
export interface Measured {
  readonly seed: string;
  readonly summary: Summary;
  readonly scenario: Scenario;
  /** Waiting of completed requests that arrived in [W, D), in activator and pod together. */
  readonly waiting: Waiting;
  /** Part of [W, D) during which so many requests were in the system. */
  readonly timeWith: (isCounted: (inSystem: number) => boolean) => number;
  /** Time spent executing by all requests, whenever they arrived. */
  readonly serviceSeconds: number;
  /** Time spent in the system by those that arrived in [W, D), whatever became of them. */
  readonly spentSeconds: number;
  readonly events: readonly EventRow[];
}

export interface Waiting {
  /** Time per request. */
  readonly mean: number;
  /** Requests that wait, averaged over time. */
  readonly number: number;
  /** Part of the requests that waited longer than so many seconds. */
  longerThan(seconds: number): number;
}

/** Counts what the summary does not say, by its own arithmetic: a check of the measuring as well. */
class Watch implements Partial<Observer> {
  private inSystem = 0;
  private since = 0;
  private readonly timeWith = new Float64Array(MOST_COUNTED);
  private readonly limits: readonly number[];
  private readonly beyond: number[];
  private completed = 0;
  private waitedUs = 0;
  private queued = 0;
  private queuedSince = 0;
  private queuedUs = 0;
  serviceUs = 0;
  spentUs = 0;

  constructor(
    private readonly warmupUs: number,
    private readonly durationUs: number,
    limits: readonly number[],
  ) {
    this.limits = limits;
    this.beyond = limits.map(() => 0);
  }

  readonly requestArrived = (t: number): void => this.step(t, 1);

  readonly requestEnded = (t: number, ended: EndedRequest): void => {
    this.step(t, -1);
    this.serviceUs += ended.serviceUs;
    if (ended.arrivalUs < this.warmupUs) return;
    this.spentUs += t - ended.arrivalUs;
    if (!ended.completed) return;
    const waitUs = Math.max(0, ended.activatorWaitUs) + ended.podWaitUs;
    this.completed++;
    this.waitedUs += waitUs;
    for (let i = 0; i < this.limits.length; i++) if (waitUs > this.limits[i] * 1e6) this.beyond[i]++;
  };

  /** Of the activator's queue and of the pods'. */
  readonly queueChanged = (t: number, _revision: number, by: number): void => {
    this.queuedUs += this.queued * this.measuredSince(this.queuedSince, t);
    this.queuedSince = t;
    this.queued += by;
  };

  private step(t: number, by: number): void {
    const time = this.measuredSince(this.since, t);
    if (time > 0) this.timeWith[Math.min(this.inSystem, MOST_COUNTED - 1)] += time;
    this.since = t;
    this.inSystem += by;
  }

  /** The part of [since, t) that lies in [W, D). */
  private measuredSince(since: number, t: number): number {
    return Math.max(0, Math.min(t, this.durationUs) - Math.max(since, this.warmupUs));
  }

  get waiting(): Waiting {
    const { completed, waitedUs, limits, beyond } = this;
    this.queueChanged(this.durationUs, 0, 0);
    return {
      mean: waitedUs / completed / 1e6,
      number: this.queuedUs / (this.durationUs - this.warmupUs),
      longerThan: (seconds) => beyond[limits.indexOf(seconds)] / completed,
    };
  }

  partWith(isCounted: (inSystem: number) => boolean): number {
    this.step(this.durationUs, 0);
    let sum = 0;
    for (let n = 0; n < MOST_COUNTED; n++) if (isCounted(n)) sum += this.timeWith[n];
    return sum / (this.durationUs - this.warmupUs);
  }
}

export async function loadCase(file: string, seed: string): Promise<Scenario> {
  const { scenario } = await loadScenario(`${SCENARIOS}${file}`, (path) => readFileSync(path), { seed });
  return scenario;
}

/** @param limits waiting times in seconds for which `waiting.longerThan` will be asked */
export async function measure(file: string, seed: string, limits: readonly number[] = [0]): Promise<Measured> {
  const scenario = await loadCase(file, seed);
  const watch = new Watch(scenario.warmupUs, scenario.durationUs, limits);
  const result = await simulate(scenario, {
    observer: {
      requestArrived: watch.requestArrived,
      requestEnded: watch.requestEnded,
      activatorQueueChanged: watch.queueChanged,
      podQueueChanged: watch.queueChanged,
    },
  });
  const { summary } = result;
  return {
    seed,
    summary,
    scenario,
    waiting: watch.waiting,
    timeWith: (isCounted) => watch.partWith(isCounted),
    serviceSeconds: watch.serviceUs / 1e6,
    spentSeconds: watch.spentUs / 1e6,
    events: [...result.events()],
  };
}
