import { toInt32 } from "./int32.js";
import type { ScalingSettings } from "./scaling-settings.js";

/** What the pod autoscaler reads of a decider: the outcome of the latest valid decision. */
export interface DeciderStatus {
  /** −1 before the first valid decision. */
  desiredScale: number;
  excessBurstCapacity: number;
}

/**
 * The status of a new decider: no wish yet, and the burst capacity the initial pods will have, cut toward zero.
 *
 * @see knative/serving pkg/autoscaler/scaling/multiscaler.go (createScaler)
 */
export function createDeciderStatus(
  settings: Pick<ScalingSettings, "targetBurstCapacity" | "initialScale" | "total">,
): DeciderStatus {
  const { targetBurstCapacity, initialScale, total } = settings;
  const isFixed = targetBurstCapacity === 0 || targetBurstCapacity === -1;
  return {
    desiredScale: -1,
    excessBurstCapacity: isFixed ? targetBurstCapacity : toInt32(initialScale * total - targetBurstCapacity),
  };
}

/**
 * Takes over a valid decision.
 *
 * @returns whether the pod autoscaler is told: the desired scale changed, or the burst capacity its sign (0 is positive).
 *   Its magnitude drifts without anybody noticing.
 * @see knative/serving pkg/autoscaler/scaling/multiscaler.go (updateLatestScale)
 */
export function updateDeciderStatus(
  status: DeciderStatus,
  decided: { readonly desired: number; readonly excessBurstCapacity: number },
): boolean {
  const isChanged =
    status.desiredScale !== decided.desired || status.excessBurstCapacity < 0 !== decided.excessBurstCapacity < 0;
  status.desiredScale = decided.desired;
  status.excessBurstCapacity = decided.excessBurstCapacity;
  return isChanged;
}

/**
 * Whether a report makes the decider decide at once: only at a decided scale of exactly zero, not before the first
 * decision, and only if somebody is waiting. Scraped reports never do.
 *
 * @param concurrency of the report as sent, proxied requests included
 * @see knative/serving pkg/autoscaler/scaling/multiscaler.go (Poke)
 */
export function isPoked(status: DeciderStatus, concurrency: number): boolean {
  return status.desiredScale === 0 && concurrency !== 0;
}
