import {
  ANNOTATION,
  type AnnotationKeys,
  type Annotations,
  AUTOSCALING_GROUP,
  findAnnotation,
  textAnnotation,
} from "./annotations.js";
import {
  HPA_CLASS,
  KPA_CLASS,
  MAX_INT32,
  PANIC_THRESHOLD_PERCENTAGE,
  PANIC_WINDOW_PERCENTAGE,
  TARGET_MINIMUM,
  WINDOW,
} from "./autoscaling-limits.js";
import type { AutoscalerConfig } from "./config.js";
import {
  CURRENT_FIELD,
  type FieldError,
  fieldError,
  invalidKeyName,
  invalidValue,
  outOfBounds,
} from "./field-error.js";
import { formatGoDuration, isWholeSeconds, type Nanoseconds, parseGoDuration } from "./go-duration.js";
import { parseAtoi, parseFloat64, parseInt32 } from "./go-parse.js";

/**
 * What Knative says about a revision template's autoscaling annotations; paths are the keys themselves.
 *
 * Scale bounds are compared with each other and with the cluster's limit only, never with the cluster's defaults.
 *
 * @see knative/serving pkg/apis/autoscaling/annotation_validation.go (ValidateAnnotations)
 */
export function validateAnnotations(config: AutoscalerConfig, annotations: Annotations): FieldError[] {
  return [
    ...classErrors(annotations),
    ...scaleErrors(config, annotations),
    ...numberErrors(annotations, ANNOTATION.panicWindowPercentage, within(PANIC_WINDOW_PERCENTAGE)),
    ...numberErrors(annotations, ANNOTATION.panicThresholdPercentage, within(PANIC_THRESHOLD_PERCENTAGE)),
    ...numberErrors(annotations, ANNOTATION.target, atLeastTargetMinimum),
    ...numberErrors(annotations, ANNOTATION.targetUtilizationPercentage, within({ lowest: 1, highest: 100 })),
    ...numberErrors(annotations, ANNOTATION.targetBurstCapacity, nonNegativeOrUnlimited),
    ...durationErrors(annotations, ANNOTATION.window, { ...WINDOW, wholeSeconds: true }),
    ...durationErrors(annotations, ANNOTATION.scaleToZeroPodRetentionPeriod, {
      ...DELAY,
      wholeSeconds: false,
    }),
    ...durationErrors(annotations, ANNOTATION.scaleDownDelay, { ...DELAY, wholeSeconds: true }),
    ...metricErrors(config, annotations),
    ...aggregationErrors(annotations),
    ...initialScaleErrors(config, annotations),
  ];
}

const DELAY = { lowest: 0n, highest: WINDOW.highest };

/** Class names under knative.dev are Knative's own, so only those that exist are accepted; others are someone else's. */
function classErrors(annotations: Annotations): FieldError[] {
  const found = findAnnotation(annotations, ANNOTATION.class);
  if (!found?.value.endsWith(".knative.dev") || found.value === KPA_CLASS || found.value === HPA_CLASS) return [];
  return [invalidValue(found.value, found.key)];
}

function scaleErrors(config: AutoscalerConfig, annotations: Annotations): FieldError[] {
  const minScale = scaleBound(annotations, ANNOTATION.minScale);
  const maxScale = scaleBound(annotations, ANNOTATION.maxScale);
  const errors = [...minScale.errors, ...maxScale.errors];
  const [min, max] = [minScale.value, maxScale.value];
  if (max !== 0 && max < min) {
    const paths = [ANNOTATION.maxScale[0], ANNOTATION.minScale[0]];
    errors.push(fieldError(`max-scale=${max} is less than min-scale=${min}`, ...paths));
  }
  const limit = config.maxScaleLimit;
  const maxKey = findAnnotation(annotations, ANNOTATION.maxScale)?.key;
  if (maxKey !== undefined && limit !== 0) {
    if (max > limit) errors.push(outOfBounds(max, 1, limit, maxKey));
    if (max === 0) errors.push(fieldError(`max-scale=0 (unlimited), must be less than ${limit}`, maxKey));
  }
  return [...errors, ...activationScaleErrors(annotations, min, max)];
}

/** A bound of 0 or more; 0 when absent or unusable, which is how the checks that follow see it. */
function scaleBound(annotations: Annotations, keys: AnnotationKeys): { value: number; errors: FieldError[] } {
  const found = findAnnotation(annotations, keys);
  if (!found) return { value: 0, errors: [] };
  const parsed = parseInt32(found.value);
  if (parsed.ok && parsed.value >= 0) return { value: parsed.value, errors: [] };
  const isNumber = parsed.ok || parsed.outOfRange;
  const error = isNumber ? outOfBounds(found.value, 0, MAX_INT32, found.key) : invalidValue(found.value, found.key);
  return { value: 0, errors: [error] };
}

function activationScaleErrors(annotations: Annotations, min: number, max: number): FieldError[] {
  const found = findAnnotation(annotations, ANNOTATION.activationScale);
  if (!found) return [];
  const parsed = parseInt32(found.value);
  if (!parsed.ok) return [invalidValue(found.value, found.key)];
  const scale = parsed.value;
  if (min > scale) return [fieldError(`min-scale=${min} is greater than activation-scale=${scale}`, found.key)];
  if (max < scale && max !== 0)
    return [fieldError(`max-scale=${max} is less than activation-scale=${scale}`, found.key)];
  return scale < 2 ? [fieldError(`activation-scale=${scale} must be greater than 1`, found.key)] : [];
}

/** A rule for a number that parsed; the text as written goes into the message. NaN violates no comparison. */
type NumberRule = (value: number, text: string, key: string) => FieldError | null;

function within({ lowest, highest }: { readonly lowest: number; readonly highest: number }): NumberRule {
  return (value, text, key) => (value < lowest || value > highest ? outOfBounds(text, lowest, highest, key) : null);
}

const atLeastTargetMinimum: NumberRule = (value, text, key) =>
  value < TARGET_MINIMUM ? fieldError(`target ${text} should be at least ${TARGET_MINIMUM}`, key) : null;

const nonNegativeOrUnlimited: NumberRule = (value, text, key) =>
  value < 0 && value !== -1 ? invalidValue(text, key) : null;

function numberErrors(annotations: Annotations, keys: AnnotationKeys, rule: NumberRule): FieldError[] {
  const found = findAnnotation(annotations, keys);
  if (!found) return [];
  const parsed = parseFloat64(found.value);
  const error = parsed.ok ? rule(parsed.value, found.value, found.key) : invalidValue(found.value, found.key);
  return error ? [error] : [];
}

interface DurationRule {
  readonly lowest: Nanoseconds;
  readonly highest: Nanoseconds;
  readonly wholeSeconds: boolean;
}

function durationErrors(annotations: Annotations, keys: AnnotationKeys, rule: DurationRule): FieldError[] {
  const found = findAnnotation(annotations, keys);
  if (!found) return [];
  const parsed = parseGoDuration(found.value);
  if (!parsed.ok) return [invalidValue(found.value, found.key)];
  if (parsed.value < rule.lowest || parsed.value > rule.highest) {
    return [outOfBounds(found.value, formatGoDuration(rule.lowest), formatGoDuration(rule.highest), found.key)];
  }
  if (rule.wholeSeconds && !isWholeSeconds(parsed.value)) {
    return [fieldError("must be specified with at most second precision", found.key)];
  }
  return [];
}

/** The KPA knows two metrics, the HPA any that has a name; other classes decide for themselves. */
function metricErrors(config: AutoscalerConfig, annotations: Annotations): FieldError[] {
  const metric = findAnnotation(annotations, ANNOTATION.metric);
  if (!metric) return [];
  const autoscalerClass = textAnnotation(annotations, ANNOTATION.class) ?? config.podAutoscalerClass;
  const isUnknown =
    (autoscalerClass === KPA_CLASS && metric.value !== "concurrency" && metric.value !== "rps") ||
    (autoscalerClass === HPA_CLASS && metric.value === "");
  return isUnknown ? [invalidValue(metric.value, metric.key)] : [];
}

const AGGREGATION_ALGORITHMS = ["linear", "weighted-exponential", "weightedExponential"];

/** Checked only where the class annotation itself says KPA; the cluster's default class does not count here. */
function aggregationErrors(annotations: Annotations): FieldError[] {
  const found = findAnnotation(annotations, ANNOTATION.metricAggregationAlgorithm);
  if (!found || found.value === "" || textAnnotation(annotations, ANNOTATION.class) !== KPA_CLASS) return [];
  return AGGREGATION_ALGORITHMS.includes(found.value) ? [] : [invalidValue(found.value, found.key)];
}

function initialScaleErrors(config: AutoscalerConfig, annotations: Annotations): FieldError[] {
  const found = findAnnotation(annotations, ANNOTATION.initialScale);
  if (!found) return [];
  const parsed = parseAtoi(found.value);
  if (!parsed.ok) return [invalidValue(found.value, found.key)];
  if (parsed.value < 0) return [invalidValue(found.value, `${found.key} must be greater than 0`)];
  if (parsed.value === 0 && !config.allowZeroInitialScale) {
    return [invalidValue(found.value, `${found.key}=0 not allowed by cluster`)];
  }
  return [];
}

/** Refuses the autoscaler's annotations on a Service, Configuration or Route itself, where they have no effect. */
export function validateNoAutoscalingAnnotations(annotations: Annotations): FieldError[] {
  const advice = 'autoscaling annotations must be put under "spec.template.metadata.annotations" to work';
  return Object.keys(annotations)
    .filter((key) => key.startsWith(AUTOSCALING_GROUP))
    .map((key) => invalidKeyName(key, CURRENT_FIELD, advice));
}

/** The progress deadline of a template: whole seconds, not negative; empty text counts as unset. */
export function validateProgressDeadline(annotations: Annotations): FieldError[] {
  return wholeSecondsErrors(annotations, ANNOTATION.progressDeadline, "progress-deadline");
}

/** The rollout duration of a Service or Route: whole seconds, not negative; empty text counts as unset. */
export function validateRolloutDuration(annotations: Annotations): FieldError[] {
  return wholeSecondsErrors(annotations, ANNOTATION.rolloutDuration, "rollout-duration");
}

function wholeSecondsErrors(annotations: Annotations, keys: AnnotationKeys, name: string): FieldError[] {
  const found = findAnnotation(annotations, keys);
  if (!found || found.value === "") return [];
  const parsed = parseGoDuration(found.value);
  if (!parsed.ok) return [invalidValue(found.value, found.key)];
  if (!isWholeSeconds(parsed.value))
    return [fieldError(`${name}=${found.value} is not at second precision`, found.key)];
  return parsed.value < 0n ? [fieldError(`${name}=${found.value} must be positive`, found.key)] : [];
}
