import type { Duration } from "../../engine/time.js";
import type { ScaledToReason } from "../observer.js";
import { scaleBounds } from "./scale-bounds.js";
import { type IdlePath, type ScaleToZeroInput, type ScaleToZeroSettings, scaleToZero } from "./scale-to-zero.js";
import type { ScalingSettings } from "./scaling-settings.js";

export interface ScalerInput extends ScaleToZeroInput {
  /** The decider's latest wish; −1 = none yet. */
  readonly desired: number;
  /** Of the Deployment as it stands. */
  readonly replicas: number;
  /** Whether the initial scale was reached once. */
  readonly initialized: boolean;
}

export interface ScalerOutcome {
  /** The wanted scale after bounds and scale to zero, whether written or not; −1 = unknown. */
  readonly want: number;
  /** After the bounds, before scale to zero. */
  readonly bounded: number;
  /** The change written to the Deployment; null = its replicas stay as they are. */
  readonly patch: { readonly replicas: number; readonly reason: ScaledToReason; readonly path: IdlePath | null } | null;
  readonly requeueAfterUs: Duration | null;
  readonly probed: boolean;
  readonly startAsyncProbe: boolean;
}

type ScalerSettings = ScaleToZeroSettings & Pick<ScalingSettings, "minScale" | "maxScale" | "initialScale">;

/**
 * Turns the decider's wish into replicas of the Deployment.
 *
 * @see knative/serving pkg/reconciler/autoscaling/kpa/scaler.go (scale)
 */
export function scale(settings: ScalerSettings, input: ScalerInput): ScalerOutcome {
  const { desired, replicas, active } = input;
  if (desired < 0 && active.status !== "Unknown") {
    return {
      want: desired,
      bounded: desired,
      patch: null,
      requeueAfterUs: null,
      probed: false,
      startAsyncProbe: false,
    };
  }
  const { bounded, reason } = applyBounds(settings, input);
  if (bounded !== 0) {
    const patch = bounded === replicas ? null : { replicas: bounded, reason, path: null };
    return { want: bounded, bounded, patch, requeueAfterUs: null, probed: false, startAsyncProbe: false };
  }
  const { scale: want, apply, rule, path, requeueAfterUs, probed, startAsyncProbe } = scaleToZero(settings, input);
  const patch = apply && rule !== "waiting" && want !== replicas ? { replicas: want, reason: rule, path } : null;
  return { want, bounded, patch, requeueAfterUs, probed, startAsyncProbe };
}

/**
 * The minimum is looked at first and wins: an initial scale above max-scale holds until more than it is wanted.
 */
function applyBounds(settings: ScalerSettings, input: ScalerInput): { bounded: number; reason: ScaledToReason } {
  const { desired, reachability, initialized } = input;
  const { min, max } = scaleBounds(settings, reachability);
  const { initialScale } = settings;
  const isInitial = initialScale > 1 && !initialized && reachability !== "Unreachable" && initialScale > min;
  const least = isInitial ? initialScale : min;
  if (desired < least) return { bounded: least, reason: isInitial ? "initialScale" : "minScale" };
  if (max !== 0 && desired > max) return { bounded: max, reason: "maxScale" };
  return { bounded: desired, reason: "decider" };
}
