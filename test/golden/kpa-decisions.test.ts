import { describe, expect, it } from "vitest";
import { createDeciderState, type DecisionSettings, decide } from "../../src/model/autoscaler/decider.js";
import { RevisionMetrics } from "../../src/model/autoscaler/revision-metrics.js";
import { differingFields, judge } from "./vectors.js";

const us = (seconds: number) => Math.round(seconds * 1000) * 1000;

interface Spec {
  readonly scalingMetric: string;
  readonly targetValue: number;
  readonly totalValue: number;
  readonly targetBurstCapacity: number;
  readonly panicThreshold: number;
  readonly maxScaleUpRate: number;
  readonly maxScaleDownRate: number;
  readonly stableWindow: number;
  readonly panicWindow: number;
  readonly scaleDownDelay: number;
  readonly activationScale: number;
  readonly reachable: boolean;
  readonly aggregation: string;
  readonly scraped: boolean;
  readonly initialReady: number;
}

interface Stat {
  readonly concurrency?: number;
  readonly proxiedConcurrency?: number;
  readonly requests?: number;
  readonly proxiedRequests?: number;
}

interface Case {
  readonly name: string;
  readonly spec: Spec;
  readonly steps: readonly {
    readonly t: number;
    readonly stat?: Stat;
    readonly update?: Partial<Spec>;
    readonly scale?: { readonly ready: number };
    readonly want?: Readonly<Record<string, number | boolean>>;
  }[];
}

let decisions = 0;

function differences({ name, spec: created, steps }: Case): string[] {
  let spec = created;
  const metrics = new RevisionMetrics({ aggregation: spec.aggregation, ...lengths(spec) });
  const state = createDeciderState({
    nowUs: 0,
    ready: spec.initialReady,
    scaleDownDelayUs: us(spec.scaleDownDelay),
  });
  return steps.flatMap(({ t, stat, update, scale, want }, index) => {
    const nowUs = us(t);
    if (stat) {
      const { concurrency = 0, proxiedConcurrency = 0, requests = 0, proxiedRequests = 0 } = stat;
      metrics.record(nowUs, concurrency - proxiedConcurrency, requests - proxiedRequests);
    }
    if (update) {
      spec = { ...spec, ...update };
      metrics.resize(lengths(spec), nowUs);
    }
    if (!scale) return [];
    decisions++;
    const averages = metrics.read(spec.scalingMetric, nowUs, spec.scraped);
    const made = decide(settings(spec), state, { nowUs, ready: scale.ready, reachable: spec.reachable, averages });
    const { valid, panicking, maxPanicPods, desired, excessBurstCapacity, stable, panic } = made;
    const figures = valid ? { desired, excessBurstCapacity, stable, panic } : {};
    const texts = differingFields({ valid, ...figures, panicking, maxPanicPods }, want!);
    return texts.map((text) => `${name}, step ${index} at ${t}: ${text}`);
  });
}

function settings(spec: Spec): DecisionSettings {
  const { targetValue: target, totalValue: total, stableWindow, ...rest } = spec;
  return { ...rest, target, total, stableWindowUs: us(stableWindow) };
}

function lengths({ stableWindow, panicWindow }: Spec) {
  return { stableWindowUs: us(stableWindow), panicWindowUs: us(panicWindow) };
}

describe.each(["kpa-decisions", "kpa-decisions-long"])("%s", (family) => {
  it("decides every recorded step as Knative does, averages to 1e-9", () => {
    decisions = 0;
    const { cases, mismatches } = judge<Case>(family, differences);
    expect(mismatches.slice(0, 10)).toEqual([]);
    expect(cases).toBeGreaterThan(0);
    expect(decisions).toBeGreaterThan(10 * cases);
  });
});
