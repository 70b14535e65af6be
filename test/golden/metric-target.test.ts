import { describe, expect, it } from "vitest";
import { parseAutoscalerConfig } from "../../src/kube/config.js";
import type { Reachability } from "../../src/model/autoscaler/reachability.js";
import { scaleBounds } from "../../src/model/autoscaler/scale-bounds.js";
import { resolveScalingSettings } from "../../src/model/autoscaler/scaling-settings.js";
import { differingFields, judge } from "./vectors.js";

interface Case {
  readonly name: string;
  readonly config: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly containerConcurrency: number;
  readonly reachability: Reachability | "";
  readonly want: Readonly<Record<string, unknown>>;
}

describe("metric-target", () => {
  it("settles every recorded revision's settings as Knative does", () => {
    const { cases, mismatches } = judge<Case>("metric-target", (item) => {
      const { name, config, annotations, containerConcurrency, want } = item;
      const reachability = item.reachability || "Unknown";
      const parsed = parseAutoscalerConfig(config);
      if (!parsed.ok) return [`${name}: the configuration was refused: ${parsed.error}`];
      const settings = resolveScalingSettings(annotations, parsed.config, containerConcurrency, 600e6);
      const { min: minScale, max: maxScale } = scaleBounds(settings, reachability);
      const got = {
        scalingMetric: settings.metric,
        target: settings.target,
        total: settings.total,
        targetBurstCapacity: settings.targetBurstCapacity,
        panicThreshold: settings.panicThreshold,
        maxScaleUpRate: settings.maxScaleUpRate,
        maxScaleDownRate: settings.maxScaleDownRate,
        activatorCapacity: settings.activatorCapacity,
        stableWindow: settings.stableWindowUs / 1e6,
        panicWindow: settings.panicWindowUs / 1e6,
        scaleDownDelay: settings.scaleDownDelayUs / 1e6,
        activationScale: settings.activationScale,
        reachable: reachability !== "Unreachable",
        initialScale: settings.initialScale,
        minScale,
        maxScale,
        aggregation: settings.aggregation,
        class: settings.class,
      };
      return differingFields(got, want).map((text) => `${name}: ${text}`);
    });
    expect(mismatches.slice(0, 10)).toEqual([]);
    expect(cases).toBeGreaterThan(0);
  });
});
