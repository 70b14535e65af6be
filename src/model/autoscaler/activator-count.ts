import { toInt32 } from "./int32.js";
import type { ScalingSettings } from "./scaling-settings.js";

/** For the sake of availability. */
const LEAST_ACTIVATORS = 2;

/**
 * How many activators are put into a revision's path: enough for what its pods can take and the burst on top.
 *
 * @param ready ready pods
 * @see knative/serving pkg/reconciler/autoscaling/kpa/kpa.go (computeNumActivators)
 */
export function activatorCount(
  settings: Pick<ScalingSettings, "total" | "targetBurstCapacity" | "activatorCapacity">,
  ready: number,
): number {
  const { total, targetBurstCapacity, activatorCapacity } = settings;
  if (targetBurstCapacity === 0) return LEAST_ACTIVATORS;
  const capacityNeeded = ready * total + Math.max(targetBurstCapacity, 0);
  return toInt32(Math.max(LEAST_ACTIVATORS, Math.ceil(capacityNeeded / activatorCapacity)));
}
