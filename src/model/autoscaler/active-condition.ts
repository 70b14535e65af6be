import type { Instant } from "../../engine/time.js";
import type { Reachability } from "./reachability.js";
import { scaleBounds } from "./scale-bounds.js";
import type { ScalingSettings } from "./scaling-settings.js";

/** True = active, False = inactive, Unknown = activating. */
export type ConditionStatus = "True" | "False" | "Unknown";

/** The condition Active of a pod autoscaler, which all clocks of scaling to zero read. */
export interface ActiveCondition {
  readonly status: ConditionStatus;
  readonly reason: "" | "Queued" | "NoTraffic" | "TimedOut";
  readonly message: string;
  /** Of the last transition: a change of status, reason or message. */
  readonly sinceUs: Instant;
}

type Verdict = Omit<ActiveCondition, "sinceUs">;

const ACTIVE: Verdict = { status: "True", reason: "", message: "" };
const QUEUED: Verdict = {
  status: "Unknown",
  reason: "Queued",
  message: "Requests to the target are being buffered as resources are provisioned.",
};
const NO_TRAFFIC: Verdict = { status: "False", reason: "NoTraffic", message: "The target is not receiving traffic." };
const TIMED_OUT: Verdict = { status: "False", reason: "TimedOut", message: "The target could not be activated." };

/** What the condition is computed from. */
export interface ActiveInput {
  /** The wanted scale after bounds and scale to zero; −1 = unknown. */
  readonly want: number;
  readonly ready: number;
  /** Pods needed to count as active (activeThreshold). */
  readonly threshold: number;
  /** When the condition changes, it changes at this time. */
  readonly nowUs: Instant;
}

/**
 * Pods a revision needs to count as active: at first its initial scale, later one; its min-scale in any case.
 *
 * @see knative/serving pkg/reconciler/autoscaling/kpa/kpa.go (activeThreshold)
 */
export function activeThreshold(
  settings: Pick<ScalingSettings, "minScale" | "maxScale" | "initialScale">,
  reachability: Reachability,
  isInitialized: boolean,
): number {
  return Math.max(scaleBounds(settings, reachability).min, isInitialized ? 1 : settings.initialScale);
}

/**
 * The condition after one reconcile; the same object when nothing changed.
 *
 * @see knative/serving pkg/reconciler/autoscaling/kpa/kpa.go (computeActiveCondition)
 */
export function nextActiveCondition(before: ActiveCondition, input: ActiveInput): ActiveCondition {
  const { status, reason, message } = verdictFor(before, input);
  const isSame = status === before.status && reason === before.reason && message === before.message;
  return isSame ? before : { status, reason, message, sinceUs: input.nowUs };
}

function verdictFor(before: ActiveCondition, { want, ready, threshold }: ActiveInput): Verdict {
  // A threshold of 0 is an initial scale of 0: nothing is wanted and nothing decided yet.
  if (want === 0 || threshold === 0) {
    return before.status === "Unknown" && threshold > 0 ? TIMED_OUT : NO_TRAFFIC;
  }
  const isServing = want > 0 || before.status !== "False";
  if (ready < threshold) return isServing ? QUEUED : NO_TRAFFIC;
  return isServing ? ACTIVE : before;
}
