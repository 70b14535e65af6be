import { describe, expect, it } from "vitest";
import { fromSeconds } from "../../../src/engine/time.js";
import { parseAutoscalerConfig } from "../../../src/kube/config.js";
import { scaleBounds } from "../../../src/model/autoscaler/scale-bounds.js";
import { resolveScalingSettings } from "../../../src/model/autoscaler/scaling-settings.js";

function settingsOf(
  annotations: Readonly<Record<string, string>> = {},
  options: { config?: Readonly<Record<string, string>>; containerConcurrency?: number } = {},
) {
  const parsed = parseAutoscalerConfig(options.config ?? {});
  if (!parsed.ok) throw new Error(parsed.error);
  const full = Object.entries(annotations).map(([key, value]) => [`autoscaling.knative.dev/${key}`, value]);
  return resolveScalingSettings(
    Object.fromEntries(full),
    parsed.config,
    options.containerConcurrency ?? 0,
    fromSeconds(600),
  );
}

describe("scaling settings", () => {
  interface TargetRow {
    readonly total: number;
    readonly target: number;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly containerConcurrency?: number;
  }

  it.each<TargetRow>([
    { total: 100, target: 70 },
    { containerConcurrency: 10, total: 10, target: 7 },
    { containerConcurrency: 1, total: 1, target: 0.7 },
    { containerConcurrency: 10, annotations: { target: "50" }, total: 10, target: 7 },
    { containerConcurrency: 10, annotations: { target: "5" }, total: 5, target: 3.5 },
    { annotations: { target: "50" }, total: 50, target: 35 },
    { annotations: { target: "200", "target-utilization-percentage": "100" }, total: 200, target: 200 },
    { annotations: { metric: "rps" }, total: 200, target: 140 },
    { containerConcurrency: 10, annotations: { metric: "rps", target: "150" }, total: 150, target: 105 },
    { annotations: { metric: "rps", target: "150", "target-utilization-percentage": "90" }, total: 150, target: 135 },
    { containerConcurrency: 3, total: 3, target: 2.0999999999999996 }, // 3 × 0.7 as doubles: 2.1 in flight ask for two pods
    { annotations: { target: "0.01" }, total: 0.01, target: 0.01 }, // 0.007 is raised
  ])("aim at $target of $total for $annotations with container concurrency $containerConcurrency", (row) => {
    const { total, target, annotations, containerConcurrency } = row;
    expect(settingsOf(annotations, { containerConcurrency })).toMatchObject({ total, target });
  });

  it.each([
    ["60s", "10", 6],
    ["6s", "10", 1], // 0.6 → 1
    ["15s", "10", 2], // 1.5, half up
    ["14s", "10", 1], // 1.4
    ["6s", "1", 1], // at least one
    ["1h", "100", 3600],
  ])("make of a window of %s at %s %% a panic window of %i s", (window, percentage, seconds) => {
    const settings = settingsOf({ window, "panic-window-percentage": percentage });
    expect(settings.panicWindowUs).toBe(fromSeconds(seconds));
  });

  it("use the older spelling of an annotation only where the documented one is absent", () => {
    expect(settingsOf({ minScale: "3" }).minScale).toBe(3);
    expect(settingsOf({ "min-scale": "x", minScale: "3" }).minScale).toBe(0);
    expect(settingsOf({ metricAggregationAlgorithm: "weightedExponential" }).aggregation).toBe("weighted-exponential");
  });

  it("take an initial scale of zero only where the cluster allows it, though the Deployment is created with it", () => {
    expect(settingsOf({ "initial-scale": "0" })).toMatchObject({ initialScale: 1, deploymentReplicas: 0 });
    const config = { "allow-zero-initial-scale": "true" };
    expect(settingsOf({ "initial-scale": "0" }, { config })).toMatchObject({ initialScale: 0, deploymentReplicas: 0 });
    expect(settingsOf({}, { config: { "initial-scale": "3" } })).toMatchObject({
      initialScale: 3,
      deploymentReplicas: 3,
    });
  });

  it("let the minimum of an unreachable revision go, and keep its maximum", () => {
    const settings = settingsOf({ "min-scale": "2", "max-scale": "5" });
    expect(scaleBounds(settings, "Reachable")).toEqual({ min: 2, max: 5 });
    expect(scaleBounds(settings, "Unknown")).toEqual({ min: 2, max: 5 });
    expect(scaleBounds(settings, "Unreachable")).toEqual({ min: 0, max: 5 });
  });

  it("let the progress deadline of the template replace the cluster's", () => {
    const config = parseAutoscalerConfig({});
    if (!config.ok) throw new Error(config.error);
    const annotations = { "serving.knative.dev/progress-deadline": "90s" };
    const settings = resolveScalingSettings(annotations, config.config, 0, fromSeconds(600));
    expect(settings.progressDeadlineUs).toBe(fromSeconds(90));
  });
});
