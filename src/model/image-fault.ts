import type { Instant } from "../engine/time.js";
import type { FaultPlan } from "../kube/cluster-plan.js";

/** The fault when it is of that kind and in force; null otherwise. */
export function activeFault(fault: FaultPlan | null, kind: FaultPlan["kind"], now: Instant): FaultPlan | null {
  if (fault === null || fault.kind !== kind) return null;
  return now >= fault.fromUs && (fault.untilUs === null || now < fault.untilUs) ? fault : null;
}

/** What a registry says of an image that it does not have. */
export function imageMissingText({ message }: FaultPlan): string {
  return message ?? "MANIFEST_UNKNOWN: manifest unknown";
}

/** What the kubelet says of a pull that failed. */
export function pullText({ message }: FaultPlan, image: string): string {
  return message ?? `failed to pull and unpack image "${image}": not found`;
}

/** The last that a process says which crashes; Go's words for its exit code when it says nothing. */
export function crashText({ message, exitCode }: FaultPlan): string {
  return message ?? (exitCode === 0 ? "" : `exit status ${exitCode}`);
}
