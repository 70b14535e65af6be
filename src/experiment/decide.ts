import { type Duration, fromSeconds, type Instant, toSeconds } from "../engine/time.js";
import {
  createDeciderState,
  type DeciderState,
  type Decision,
  type DecisionSettings,
  decide,
} from "../model/autoscaler/decider.js";
import { RevisionMetrics, type WindowLengths } from "../model/autoscaler/revision-metrics.js";
import type { RecordedCase, RecordedSpec } from "./recorded-case.js";

/** Everything that one revision's decisions depend on, apart from its load and its pods. */
export interface ReplaySettings extends DecisionSettings, WindowLengths {
  /** `rps`; whatever else scales on concurrency. */
  readonly metric: string;
  /** For good: a running autoscaler does not change it. */
  readonly aggregation: string;
  /** 0 = none. Only that of the creation counts. */
  readonly scaleDownDelayUs: Duration;
  readonly reachable: boolean;
  /** Whether pods are scraped; where they are not, silence means no load instead of no data. */
  readonly isScraped: boolean;
}

/** Windows and decider of one revision, fed from a record instead of a cluster. */
export class DeciderReplay {
  private readonly metrics: RevisionMetrics;
  private readonly state: DeciderState;

  /** @param ready pods when the autoscaler is created; with more than one it starts out panicking */
  constructor(
    private settings: ReplaySettings,
    created: { readonly nowUs: Instant; readonly ready: number },
  ) {
    this.metrics = new RevisionMetrics(settings);
    this.state = createDeciderState({ ...created, scaleDownDelayUs: settings.scaleDownDelayUs });
  }

  /**
   * One report.
   *
   * @param concurrency requests in flight, those apart that another reporter counts
   * @param requests per second, likewise
   */
  record(atUs: Instant, concurrency: number, requests: number): void {
    this.metrics.record(atUs, concurrency, requests);
  }

  /** The revision's settings change while the clock shows `nowUs`. */
  update(settings: ReplaySettings, nowUs: Instant): void {
    this.settings = settings;
    this.metrics.resize(settings, nowUs);
  }

  decide(nowUs: Instant, ready: number): Decision {
    const { settings, metrics, state } = this;
    const { metric, isScraped, reachable } = settings;
    return decide(settings, state, { nowUs, ready, reachable, averages: metrics.read(metric, nowUs, isScraped) });
  }
}

/** A decision as `knsim decide` prints it, keys in that order (contract §6); figures of an invalid one are null. */
export interface DecisionLine {
  /** Seconds. */
  readonly t: number;
  readonly valid: boolean;
  readonly desired: number | null;
  readonly excessBurstCapacity: number | null;
  readonly stable: number | null;
  readonly panic: number | null;
  /** State after the decision, as the next. */
  readonly panicking: boolean;
  readonly maxPanicPods: number;
}

export function decisionLine(nowUs: Instant, decision: Decision): DecisionLine {
  const { valid, desired, excessBurstCapacity, stable, panic, panicking, maxPanicPods } = decision;
  return { t: toSeconds(nowUs), valid, desired, excessBurstCapacity, stable, panic, panicking, maxPanicPods };
}

/**
 * Applies the steps of a recorded case in their order, whatever their times.
 *
 * @returns one decision for each of its `scale` steps
 */
export function decideCase({ spec, steps }: RecordedCase): readonly DecisionLine[] {
  let current = spec;
  const replay = new DeciderReplay(replaySettings(spec), { nowUs: 0, ready: spec.initialReady });
  const decisions: DecisionLine[] = [];
  for (const { t, stat, update, scale } of steps) {
    const nowUs = fromSeconds(t);
    if (stat !== undefined) {
      const { concurrency = 0, proxiedConcurrency = 0, requests = 0, proxiedRequests = 0 } = stat;
      replay.record(nowUs, concurrency - proxiedConcurrency, requests - proxiedRequests);
    }
    if (update !== undefined) {
      current = { ...current, ...update };
      replay.update(replaySettings(current), nowUs);
    }
    if (scale !== undefined) decisions.push(decisionLine(nowUs, replay.decide(nowUs, scale.ready)));
  }
  return decisions;
}

function replaySettings(spec: RecordedSpec): ReplaySettings {
  return {
    metric: spec.scalingMetric,
    aggregation: spec.aggregation,
    target: spec.targetValue,
    total: spec.totalValue,
    targetBurstCapacity: spec.targetBurstCapacity,
    panicThreshold: spec.panicThreshold,
    maxScaleUpRate: spec.maxScaleUpRate,
    maxScaleDownRate: spec.maxScaleDownRate,
    stableWindowUs: fromSeconds(spec.stableWindow),
    panicWindowUs: fromSeconds(spec.panicWindow),
    scaleDownDelayUs: fromSeconds(spec.scaleDownDelay),
    activationScale: spec.activationScale,
    reachable: spec.reachable,
    isScraped: spec.scraped,
  };
}
