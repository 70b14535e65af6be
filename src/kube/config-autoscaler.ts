import { KPA_CLASS, PANIC_WINDOW_PERCENTAGE, TARGET_MINIMUM, WINDOW } from "./autoscaling-limits.js";
import type { AutoscalerConfig } from "./config.js";
import { ConfigValues, type ParsedConfig } from "./config-values.js";
import { formatGoDuration, isWholeSeconds, NANOS_PER_SECOND, type Nanoseconds, toMicroseconds } from "./go-duration.js";
import { formatFixed, formatFloat } from "./go-format.js";

/** The settings as Knative validates them: durations to the nanosecond, so that messages show what was written. */
type Settings = Omit<
  AutoscalerConfig,
  "stableWindowUs" | "scaleToZeroGracePeriodUs" | "scaleToZeroPodRetentionPeriodUs" | "scaleDownDelayUs"
> & {
  readonly stableWindow: Nanoseconds;
  readonly scaleToZeroGracePeriod: Nanoseconds;
  readonly scaleToZeroPodRetentionPeriod: Nanoseconds;
  readonly scaleDownDelay: Nanoseconds;
};

/**
 * Reads the data of config-autoscaler; unset keys take Knative's defaults, unknown ones are ignored.
 *
 * NaN and infinities pass wherever Knative lets them pass.
 *
 * @see knative/serving pkg/autoscaler/config/config.go (NewConfigFromMap)
 */
export function parseAutoscalerConfig(data: Readonly<Record<string, string>>): ParsedConfig<AutoscalerConfig> {
  const values = new ConfigValues(data);
  const settings = readSettings(values);
  if (values.error !== null) return { ok: false, error: `failed to parse data: ${values.error}` };
  const error = firstProblem(settings);
  if (error !== null) return { ok: false, error };
  const { stableWindow, scaleToZeroGracePeriod, scaleToZeroPodRetentionPeriod, scaleDownDelay, ...rest } = settings;
  return {
    ok: true,
    config: {
      ...rest,
      stableWindowUs: toMicroseconds(stableWindow),
      scaleToZeroGracePeriodUs: toMicroseconds(scaleToZeroGracePeriod),
      scaleToZeroPodRetentionPeriodUs: toMicroseconds(scaleToZeroPodRetentionPeriod),
      scaleDownDelayUs: toMicroseconds(scaleDownDelay),
    },
  };
}

/** The calls stand in the order in which Knative parses, because the first malformed value is the one reported. */
function readSettings(values: ConfigValues): Settings {
  return {
    podAutoscalerClass: values.text("pod-autoscaler-class", KPA_CLASS),
    enableScaleToZero: values.bool("enable-scale-to-zero", true),
    allowZeroInitialScale: values.bool("allow-zero-initial-scale", false),
    maxScaleUpRate: values.float("max-scale-up-rate", 1000),
    maxScaleDownRate: values.float("max-scale-down-rate", 2),
    containerConcurrencyTargetFraction: asFraction(values.float("container-concurrency-target-percentage", 70)),
    containerConcurrencyTargetDefault: values.float("container-concurrency-target-default", 100),
    targetUtilization: 0.7,
    rpsTargetDefault: values.float("requests-per-second-target-default", 200),
    targetBurstCapacity: values.float("target-burst-capacity", 211),
    panicWindowPercentage: values.float("panic-window-percentage", 10),
    activatorCapacity: values.float("activator-capacity", 100),
    panicThresholdPercentage: values.float("panic-threshold-percentage", 200),
    initialScale: values.int32("initial-scale", 1),
    minScale: values.int32("min-scale", 0),
    maxScale: values.int32("max-scale", 0),
    maxScaleLimit: values.int32("max-scale-limit", 0),
    stableWindow: values.duration("stable-window", 60n * NANOS_PER_SECOND),
    scaleDownDelay: values.duration("scale-down-delay", 0n),
    scaleToZeroGracePeriod: values.duration("scale-to-zero-grace-period", 30n * NANOS_PER_SECOND),
    scaleToZeroPodRetentionPeriod: values.duration("scale-to-zero-pod-retention-period", 0n),
  };
}

/** For historical reasons values up to 1 are fractions already: "1" is 100 %, "1.5" is 1.5 %. */
function asFraction(percentage: number): number {
  return percentage > 1 ? percentage / 100 : percentage;
}

/** The first violated rule in Knative's order, null when there is none. */
function firstProblem(settings: Settings): string | null {
  return durationProblem(settings) ?? targetProblem(settings) ?? windowProblem(settings) ?? scaleProblem(settings);
}

function durationProblem(settings: Settings): string | null {
  const { scaleToZeroGracePeriod, scaleDownDelay, scaleToZeroPodRetentionPeriod } = settings;
  if (scaleToZeroGracePeriod <= 0n) {
    return `scale-to-zero-grace-period must be positive, was: ${formatGoDuration(scaleToZeroGracePeriod)}`;
  }
  if (scaleDownDelay < 0n) return `scale-down-delay cannot be negative, was: ${formatGoDuration(scaleDownDelay)}`;
  if (!isWholeSeconds(scaleDownDelay)) {
    return `scale-down-delay = ${formatGoDuration(scaleDownDelay)}, must be specified with at most second precision`;
  }
  if (scaleToZeroPodRetentionPeriod < 0n) {
    return `scale-to-zero-pod-retention-period cannot be negative, was: ${formatGoDuration(scaleToZeroPodRetentionPeriod)}`;
  }
  return null;
}

function targetProblem(settings: Settings): string | null {
  const { targetBurstCapacity, containerConcurrencyTargetFraction: fraction, rpsTargetDefault } = settings;
  if (targetBurstCapacity < 0 && targetBurstCapacity !== -1) {
    return `target-burst-capacity must be either non-negative or -1 (for unlimited), was: ${formatFixed(targetBurstCapacity)}`;
  }
  if (fraction <= 0 || fraction > 1) {
    return `container-concurrency-target-percentage = ${formatFixed(fraction)} is outside of valid range of (0, 100]`;
  }
  const target = fraction * settings.containerConcurrencyTargetDefault;
  if (target < TARGET_MINIMUM) {
    return `container-concurrency-target-percentage and container-concurrency-target-default yield target concurrency of ${formatFloat(target)}, can't be less than ${TARGET_MINIMUM}`;
  }
  if (rpsTargetDefault < TARGET_MINIMUM) {
    return `requests-per-second-target-default must be at least ${TARGET_MINIMUM}, was: ${formatFloat(rpsTargetDefault)}`;
  }
  return null;
}

function windowProblem(settings: Settings): string | null {
  const { activatorCapacity, maxScaleUpRate, maxScaleDownRate, stableWindow, panicWindowPercentage } = settings;
  if (activatorCapacity < 1) return `activator-capacity = ${formatFloat(activatorCapacity)}, must be at least 1`;
  if (maxScaleUpRate <= 1) return `max-scale-up-rate = ${formatFloat(maxScaleUpRate)}, must be greater than 1.0`;
  if (maxScaleDownRate <= 1) return `max-scale-down-rate = ${formatFloat(maxScaleDownRate)}, must be greater than 1.0`;
  if (stableWindow < WINDOW.lowest || stableWindow > WINDOW.highest) {
    const [lowest, highest] = [formatGoDuration(WINDOW.lowest), formatGoDuration(WINDOW.highest)];
    return `stable-window = ${formatGoDuration(stableWindow)}, must be in [${lowest}; ${highest}] range`;
  }
  if (!isWholeSeconds(stableWindow)) {
    return `stable-window = ${formatGoDuration(stableWindow)}, must be specified with at most second precision`;
  }
  const { lowest, highest } = PANIC_WINDOW_PERCENTAGE;
  if (panicWindowPercentage < lowest || panicWindowPercentage > highest) {
    return `panic-window-percentage = ${formatFloat(panicWindowPercentage)}, must be in [${lowest}, ${highest}] interval`;
  }
  return null;
}

function scaleProblem(settings: Settings): string | null {
  const { initialScale, allowZeroInitialScale, minScale, maxScale, maxScaleLimit } = settings;
  if (initialScale < 0 || (initialScale === 0 && !allowZeroInitialScale)) {
    return `initial-scale = ${initialScale}, must be at least 0 (or at least 1 when allow-zero-initial-scale is false)`;
  }
  if (minScale < 0) return `min-scale = ${minScale}, must be at least 0`;
  // Unlimited by default is no choice where a limit is set.
  const lowest = maxScaleLimit > 0 ? 1 : 0;
  if (maxScale < lowest || (maxScaleLimit > 0 && maxScale > maxScaleLimit)) {
    return `max-scale = ${maxScale}, must be in [${lowest}, max-scale-limit(${maxScaleLimit})] range`;
  }
  if (maxScaleLimit < 0) return `max-scale-limit = ${maxScaleLimit}, must be at least 0`;
  if (minScale > maxScale && maxScale > 0) return `min-scale (${minScale}) must be less than max-scale (${maxScale})`;
  return null;
}
