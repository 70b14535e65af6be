import { type Duration, SECOND } from "../../engine/time.js";
import { type Annotations, type AutoscalingAnnotations, readAutoscalingAnnotations } from "../../kube/annotations.js";
import type { AutoscalerConfig } from "../../kube/config.js";

/** What a revision's autoscaler works with: its template's annotations over the cluster's settings. */
export interface ScalingSettings {
  readonly class: string;
  /** `concurrency` or `rps`; other classes have others. */
  readonly metric: string;
  /** `weighted-exponential`; all else, also "" when none is asked for, averages linearly. */
  readonly aggregation: string;
  /** Of the metric per pod, what scaling aims at: after utilization. */
  readonly target: number;
  /** Of the metric per pod, before utilization: what burst capacity is counted in. */
  readonly total: number;
  /** ≥ 0, or −1 = unlimited: the activator stays in the path and pods are not scraped. */
  readonly targetBurstCapacity: number;
  /** Ratio of wanted to ready pods at which panic begins. */
  readonly panicThreshold: number;
  /** Ratios to the ready pods, per decision. */
  readonly maxScaleUpRate: number;
  readonly maxScaleDownRate: number;
  /** Of the metric (before utilization) that one activator is meant to carry. */
  readonly activatorCapacity: number;
  readonly stableWindowUs: Duration;
  /** Whole seconds, at least one. */
  readonly panicWindowUs: Duration;
  /** 0 = none. */
  readonly scaleDownDelayUs: Duration;
  /** Least number of pods while there is any load; 0 = unset. */
  readonly activationScale: number;
  readonly initialScale: number;
  /** For a revision that is reachable or not known not to be. */
  readonly minScale: number;
  /** 0 = unbounded. */
  readonly maxScale: number;
  /** What the Deployment is created with: neither min-scale nor the permission of a zero initial scale counts here. */
  readonly deploymentReplicas: number;
  readonly enableScaleToZero: boolean;
  readonly gracePeriodUs: Duration;
  /** Least time from inactive to zero pods, for a revision that is reachable or not known not to be. */
  readonly retentionUs: Duration;
  readonly progressDeadlineUs: Duration;
}

const KPA_CLASS = "kpa.autoscaling.knative.dev";
const HPA_CLASS = "hpa.autoscaling.knative.dev";
const DEFAULT_METRIC: Readonly<Record<string, string>> = { [KPA_CLASS]: "concurrency", [HPA_CLASS]: "cpu" };

/** No target is lower, whatever the utilization makes of it. */
const TARGET_MINIMUM = 0.01;

/**
 * Settles every setting of one revision. Annotations that do not parse count as absent.
 *
 * @param annotations of the revision template
 * @param containerConcurrency 0 = unlimited
 * @param progressDeadlineUs the cluster's (config-deployment)
 * @see knative/serving pkg/reconciler/autoscaling/kpa/resources/decider.go, pkg/apis/autoscaling/v1alpha1/pa_lifecycle.go
 */
export function resolveScalingSettings(
  annotations: Annotations,
  config: AutoscalerConfig,
  containerConcurrency: number,
  progressDeadlineUs: Duration,
): ScalingSettings {
  const asked = readAutoscalingAnnotations(annotations);
  const scalerClass = asked.class ?? config.podAutoscalerClass;
  const metric = asked.metric ?? DEFAULT_METRIC[scalerClass] ?? "";
  const stableWindowUs = asked.windowUs ?? config.stableWindowUs;
  return {
    class: scalerClass,
    metric,
    aggregation: aggregationOf(asked),
    ...targetOf(asked, config, metric, containerConcurrency),
    targetBurstCapacity: asked.targetBurstCapacity ?? config.targetBurstCapacity,
    panicThreshold: (asked.panicThresholdPercentage ?? config.panicThresholdPercentage) / 100,
    maxScaleUpRate: config.maxScaleUpRate,
    maxScaleDownRate: config.maxScaleDownRate,
    activatorCapacity: config.activatorCapacity,
    stableWindowUs,
    panicWindowUs: panicWindowOf(stableWindowUs, asked.panicWindowPercentage ?? config.panicWindowPercentage),
    scaleDownDelayUs: asked.scaleDownDelayUs ?? config.scaleDownDelayUs,
    activationScale: asked.activationScale ?? 0,
    initialScale: initialScaleOf(asked, config),
    minScale: asked.minScale ?? config.minScale,
    maxScale: asked.maxScale ?? config.maxScale,
    deploymentReplicas: asked.initialScale ?? config.initialScale,
    enableScaleToZero: config.enableScaleToZero,
    gracePeriodUs: config.scaleToZeroGracePeriodUs,
    retentionUs: asked.scaleToZeroPodRetentionPeriodUs ?? config.scaleToZeroPodRetentionPeriodUs,
    progressDeadlineUs: asked.progressDeadlineUs ?? progressDeadlineUs,
  };
}

/**
 * A target asked for is lowered to the container concurrency, which no pod exceeds, and multiplied by the utilization
 * like any other: "50" aims at 35.
 *
 * @see knative/serving pkg/reconciler/autoscaling/resources/target.go
 */
function targetOf(
  asked: AutoscalingAnnotations,
  config: AutoscalerConfig,
  metric: string,
  containerConcurrency: number,
): Pick<ScalingSettings, "target" | "total"> {
  const isRps = metric === "rps";
  let total = isRps ? config.rpsTargetDefault : containerConcurrency || config.containerConcurrencyTargetDefault;
  if (asked.target !== null) {
    const isLimited = metric === "concurrency" && containerConcurrency !== 0;
    total = isLimited ? Math.min(asked.target, containerConcurrency) : asked.target;
  }
  const byDefault = isRps ? config.targetUtilization : config.containerConcurrencyTargetFraction;
  const utilization = asked.targetUtilizationPercentage === null ? byDefault : asked.targetUtilizationPercentage / 100;
  return { total, target: Math.max(TARGET_MINIMUM, total * utilization) };
}

/** @see knative/serving pkg/reconciler/autoscaling/resources/metric.go, which cuts to nanoseconds before rounding to a second */
function panicWindowOf(stableWindowUs: Duration, percentage: number): Duration {
  const nanoseconds = Math.trunc((stableWindowUs * 1_000 * percentage) / 100);
  const seconds = Math.floor((nanoseconds + 500_000_000) / 1_000_000_000);
  // NaN, which Knative lets pass, makes a negative duration there.
  return seconds > 1 ? seconds * SECOND : SECOND;
}

/** A revision may ask for zero only where the cluster allows it. */
function initialScaleOf(asked: AutoscalingAnnotations, config: AutoscalerConfig): number {
  const isUsable = asked.initialScale !== null && (asked.initialScale !== 0 || config.allowZeroInitialScale);
  return isUsable ? asked.initialScale! : config.initialScale;
}

function aggregationOf({ metricAggregationAlgorithm: algorithm }: AutoscalingAnnotations): string {
  return algorithm === "weightedExponential" ? "weighted-exponential" : (algorithm ?? "");
}
