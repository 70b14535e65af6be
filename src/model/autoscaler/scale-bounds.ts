import type { Reachability } from "./reachability.js";
import type { ScalingSettings } from "./scaling-settings.js";

export interface ScaleBounds {
  readonly min: number;
  /** 0 = unbounded. */
  readonly max: number;
}

/**
 * The bounds of a revision's scale; nobody keeps pods of an unreachable one.
 *
 * @see knative/serving pkg/apis/autoscaling/v1alpha1/pa_lifecycle.go (ScaleBounds)
 */
export function scaleBounds(
  settings: Pick<ScalingSettings, "minScale" | "maxScale">,
  reachability: Reachability,
): ScaleBounds {
  return { min: reachability === "Unreachable" ? 0 : settings.minScale, max: settings.maxScale };
}
