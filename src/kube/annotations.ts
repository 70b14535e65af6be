import type { Duration } from "../engine/time.js";
import { type Nanoseconds, parseGoDuration, toMicroseconds } from "./go-duration.js";
import { type Parsed, parseFloat64, parseInt32 } from "./go-parse.js";

/** Annotations of an object: full keys to text. */
export type Annotations = Readonly<Record<string, string>>;

/** The spellings of one annotation, first the one Knative documents; the first that is present counts. */
export type AnnotationKeys = readonly [documented: string, ...older: string[]];

/** The group of the autoscaler's annotations, which belong on a revision template. */
export const AUTOSCALING_GROUP = "autoscaling.knative.dev";

const autoscaling = (documented: string, older?: string): AnnotationKeys =>
  older === undefined
    ? [`${AUTOSCALING_GROUP}/${documented}`]
    : [`${AUTOSCALING_GROUP}/${documented}`, `${AUTOSCALING_GROUP}/${older}`];

/**
 * Every annotation that Knative's behaviour depends on here.
 *
 * @see knative/serving pkg/apis/autoscaling/register.go, pkg/apis/serving/register.go
 */
export const ANNOTATION = {
  class: autoscaling("class"),
  metric: autoscaling("metric"),
  target: autoscaling("target"),
  targetUtilizationPercentage: autoscaling("target-utilization-percentage", "targetUtilizationPercentage"),
  targetBurstCapacity: autoscaling("target-burst-capacity", "targetBurstCapacity"),
  minScale: autoscaling("min-scale", "minScale"),
  maxScale: autoscaling("max-scale", "maxScale"),
  initialScale: autoscaling("initial-scale", "initialScale"),
  activationScale: autoscaling("activation-scale"),
  window: autoscaling("window"),
  panicWindowPercentage: autoscaling("panic-window-percentage", "panicWindowPercentage"),
  panicThresholdPercentage: autoscaling("panic-threshold-percentage", "panicThresholdPercentage"),
  scaleDownDelay: autoscaling("scale-down-delay", "scaleDownDelay"),
  scaleToZeroPodRetentionPeriod: autoscaling("scale-to-zero-pod-retention-period", "scaleToZeroPodRetentionPeriod"),
  metricAggregationAlgorithm: autoscaling("metric-aggregation-algorithm", "metricAggregationAlgorithm"),
  progressDeadline: ["serving.knative.dev/progress-deadline"],
  rolloutDuration: ["serving.knative.dev/rollout-duration", "serving.knative.dev/rolloutDuration"],
  noGc: ["serving.knative.dev/no-gc"],
} as const satisfies Readonly<Record<string, AnnotationKeys>>;

/** The spelling that is present and its text; null when none is. An unusable first spelling still hides the second. */
export function findAnnotation(
  annotations: Annotations,
  keys: AnnotationKeys,
): { readonly key: string; readonly value: string } | null {
  const key = keys.find((spelling) => Object.hasOwn(annotations, spelling));
  return key === undefined ? null : { key, value: annotations[key]! };
}

/** The text of an annotation, null when absent. */
export function textAnnotation(annotations: Annotations, keys: AnnotationKeys): string | null {
  return findAnnotation(annotations, keys)?.value ?? null;
}

/** A number; null when absent or, as at Knative's run time, when it is none. May be NaN or infinite. */
export function floatAnnotation(annotations: Annotations, keys: AnnotationKeys): number | null {
  return parsedAnnotation(annotations, keys, parseFloat64);
}

/** A whole number of 32 bits; null when absent or unusable. */
export function int32Annotation(annotations: Annotations, keys: AnnotationKeys): number | null {
  return parsedAnnotation(annotations, keys, parseInt32);
}

/** A duration in microseconds; null when absent or unusable. */
export function durationAnnotation(annotations: Annotations, keys: AnnotationKeys): Duration | null {
  const duration = parsedAnnotation<Nanoseconds>(annotations, keys, parseGoDuration);
  return duration === null ? null : toMicroseconds(duration);
}

function parsedAnnotation<Value>(
  annotations: Annotations,
  keys: AnnotationKeys,
  parse: (text: string) => Parsed<Value>,
): Value | null {
  const found = findAnnotation(annotations, keys);
  const parsed = found && parse(found.value);
  return parsed?.ok ? parsed.value : null;
}

/** What a revision template asks of the autoscaler; null = not set, so that the cluster's setting applies. */
export interface AutoscalingAnnotations {
  readonly class: string | null;
  readonly metric: string | null;
  readonly target: number | null;
  readonly targetUtilizationPercentage: number | null;
  readonly targetBurstCapacity: number | null;
  readonly minScale: number | null;
  readonly maxScale: number | null;
  readonly initialScale: number | null;
  readonly activationScale: number | null;
  readonly windowUs: Duration | null;
  readonly panicWindowPercentage: number | null;
  readonly panicThresholdPercentage: number | null;
  readonly scaleDownDelayUs: Duration | null;
  readonly scaleToZeroPodRetentionPeriodUs: Duration | null;
  readonly metricAggregationAlgorithm: string | null;
  readonly progressDeadlineUs: Duration | null;
}

/** All of a template's annotations at once, read as Knative reads them at run time. */
export function readAutoscalingAnnotations(annotations: Annotations): AutoscalingAnnotations {
  return {
    class: textAnnotation(annotations, ANNOTATION.class),
    metric: textAnnotation(annotations, ANNOTATION.metric),
    target: floatAnnotation(annotations, ANNOTATION.target),
    targetUtilizationPercentage: floatAnnotation(annotations, ANNOTATION.targetUtilizationPercentage),
    targetBurstCapacity: floatAnnotation(annotations, ANNOTATION.targetBurstCapacity),
    minScale: int32Annotation(annotations, ANNOTATION.minScale),
    maxScale: int32Annotation(annotations, ANNOTATION.maxScale),
    initialScale: int32Annotation(annotations, ANNOTATION.initialScale),
    activationScale: int32Annotation(annotations, ANNOTATION.activationScale),
    windowUs: durationAnnotation(annotations, ANNOTATION.window),
    panicWindowPercentage: floatAnnotation(annotations, ANNOTATION.panicWindowPercentage),
    panicThresholdPercentage: floatAnnotation(annotations, ANNOTATION.panicThresholdPercentage),
    scaleDownDelayUs: durationAnnotation(annotations, ANNOTATION.scaleDownDelay),
    scaleToZeroPodRetentionPeriodUs: durationAnnotation(annotations, ANNOTATION.scaleToZeroPodRetentionPeriod),
    metricAggregationAlgorithm: textAnnotation(annotations, ANNOTATION.metricAggregationAlgorithm),
    progressDeadlineUs: durationAnnotation(annotations, ANNOTATION.progressDeadline),
  };
}
