import type { PodAutoscalerState } from "./autoscaler/pod-autoscaler.js";
import type { ConditionMarks } from "./conditions.js";

/** Types that a pod autoscaler's Ready depends on. */
export const POD_AUTOSCALER_DEPENDENTS = ["Active", "SKSReady", "ScaleTargetInitialized"] as const;

/** What the SKS says while no pod is ready. */
export const SKS_NOT_READY = "K8s Service is not ready";

/**
 * The conditions after one pass (knative/control-plane.md §5.5, §7.4).
 *
 * @param routing what the pass found of the routing object (SKS): none yet, or whether a pod behind it is ready
 * @see knative/serving pkg/apis/autoscaling/v1alpha1/pa_lifecycle.go
 */
export function markPodAutoscaler(
  marks: ConditionMarks,
  { active, initialized }: Pick<PodAutoscalerState, "active" | "initialized">,
  routing: "none" | "ready" | "notReady",
): void {
  if (routing === "ready") marks.markTrue("SKSReady");
  else marks.markUnknown("SKSReady", "NotReady", routing === "none" ? "No Private Service Name" : SKS_NOT_READY);
  if (initialized) marks.markTrue("ScaleTargetInitialized");
  const { status, reason, message } = active;
  if (status === "True") marks.markTrue("Active");
  else if (status === "False") marks.markFalse("Active", reason, message);
  else marks.markUnknown("Active", reason, message);
}
