import { fromSeconds } from "../../../src/engine/time.js";
import { defaultClusterConfig } from "../../../src/kube/config.js";
import {
  createDeciderState,
  type DeciderState,
  type Decision,
  decide,
  type ValidDecision,
} from "../../../src/model/autoscaler/decider.js";
import { RevisionMetrics } from "../../../src/model/autoscaler/revision-metrics.js";
import { resolveScalingSettings, type ScalingSettings } from "../../../src/model/autoscaler/scaling-settings.js";

/** What a revision without annotations works with on a stock install: target 70, total 100, window 60 s, panic 6 s. */
export const DEFAULTS: ScalingSettings = resolveScalingSettings({}, defaultClusterConfig().autoscaler, 0, 600e6);

/** A revision whose load is told second by second: its windows and its decider, without a cluster around them. */
export class RecordedRevision {
  readonly settings: ScalingSettings;
  readonly state: DeciderState;
  private readonly metrics: RevisionMetrics;

  constructor({
    ready = 0,
    createdAt = 0,
    ...settings
  }: Partial<ScalingSettings> & { readonly ready?: number; readonly createdAt?: number } = {}) {
    this.settings = { ...DEFAULTS, ...settings };
    const { scaleDownDelayUs } = this.settings;
    this.state = createDeciderState({ nowUs: fromSeconds(createdAt), ready, scaleDownDelayUs });
    this.metrics = new RevisionMetrics(this.settings);
  }

  /** Records a concurrency at a second, or one in each second of [from, until). */
  record(concurrency: number, from: number, until = from + 0.5): this {
    for (let second = from; second < until; second++) this.metrics.record(fromSeconds(second), concurrency, 0);
    return this;
  }

  decide(seconds: number, ready: number, reachable = true): Decision {
    const nowUs = fromSeconds(seconds);
    const averages = this.metrics.read("concurrency", nowUs, this.settings.targetBurstCapacity !== -1);
    return decide(this.settings, this.state, { nowUs, ready, reachable, averages });
  }

  decideValid(seconds: number, ready: number, reachable = true): ValidDecision {
    const decision = this.decide(seconds, ready, reachable);
    if (!decision.valid) throw new Error(`no valid decision at ${seconds}`);
    return decision;
  }
}

/**
 * A revision in a loop with its decider: one sample a second on the second, a decision at every even second + 0.5, pods
 * ready 4 s after they are wanted and gone at once.
 *
 * @returns the decisions by their second, as far as `until`
 */
export function closedLoop(
  loadAt: (second: number) => number,
  options: Partial<ScalingSettings> & { readonly ready: number; readonly until: number },
): Map<number, ValidDecision> {
  const revision = new RecordedRevision(options);
  const decisions = new Map<number, ValidDecision>();
  const readyAt: number[] = Array.from({ length: options.ready }, () => 0);
  for (let second = 0; second < options.until; second++) {
    revision.record(loadAt(second), second);
    if (second % 2 !== 0) continue;
    const now = second + 0.5;
    const decision = revision.decideValid(now, readyAt.filter((at) => at <= now).length);
    decisions.set(now, decision);
    while (readyAt.length < decision.desired) readyAt.push(now + 4);
    readyAt.length = decision.desired;
  }
  return decisions;
}
