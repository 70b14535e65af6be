import type { Instant } from "../../engine/time.js";
import {
  type ActiveCondition,
  activeThreshold,
  type ConditionStatus,
  nextActiveCondition,
} from "./active-condition.js";
import type { Reachability } from "./reachability.js";
import type { ScalingSettings } from "./scaling-settings.js";

const UNKNOWN_SCALE = -1;

/** What a PodAutoscaler's status says. Replaced, never changed. */
export interface PodAutoscalerStatus {
  readonly active: ActiveCondition;
  /** ScaleTargetInitialized: the initial scale was reached once. Never taken back. */
  readonly initialized: boolean;
  /** Known from the first pass that finds a routing object. */
  readonly hasServiceName: boolean;
  /** null = never set, −1 = unknown. */
  readonly desiredScale: number | null;
  readonly actualScale: number | null;
}

/** What one pass found. */
export interface StatusInput {
  /** The wanted scale after bounds and scale to zero; −1 = unknown. */
  readonly want: number;
  readonly ready: number;
  readonly reachability: Reachability;
  /** When the condition Active changes, it changes at this time. */
  readonly nowUs: Instant;
}

/**
 * The status after one pass.
 *
 * @see knative/serving pkg/reconciler/autoscaling/kpa/kpa.go (computeStatus)
 */
export function nextStatus(
  settings: Pick<ScalingSettings, "minScale" | "maxScale" | "initialScale">,
  before: PodAutoscalerStatus,
  { want, ready, reachability, nowUs }: StatusInput,
): PodAutoscalerStatus {
  // Becoming initialized lowers the threshold from the next pass on, not in this one.
  const threshold = activeThreshold(settings, reachability, before.initialized);
  // A restarted autoscaler knows no wish: the last known one stays.
  const keepsDesired = want === UNKNOWN_SCALE && before.desiredScale !== null && before.desiredScale >= 0;
  return {
    active: nextActiveCondition(before.active, { want, ready, threshold, nowUs }),
    initialized: before.initialized || (ready >= threshold && before.hasServiceName),
    hasServiceName: before.hasServiceName,
    desiredScale: keepsDesired ? before.desiredScale : want,
    actualScale: ready,
  };
}

/**
 * The overall Ready condition: False wins over Unknown, and what is not yet initialized or routed is Unknown.
 *
 * @see knative/serving pkg/apis/autoscaling/v1alpha1/pa_lifecycle.go
 */
export function readyCondition(status: PodAutoscalerStatus, isRoutingReady: boolean): ConditionStatus {
  if (status.active.status === "False") return "False";
  return status.active.status === "True" && status.initialized && isRoutingReady ? "True" : "Unknown";
}
