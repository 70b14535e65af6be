import { type Condition, type ConditionMarks, findCondition } from "./conditions.js";

/** Types that a revision's Ready depends on; Active is told besides. */
export const REVISION_DEPENDENTS = ["ContainerHealthy", "ResourcesAvailable"] as const;

/** Why the first pod of a revision without a ready one has not come up. */
export interface PodTrouble {
  /** The scheduler's text; null = it has a node. */
  readonly unschedulable: string | null;
  /** How the user container last ended; null = it never did. */
  readonly terminated: { readonly exitCode: number; readonly message: string } | null;
  /** Why the user container does not run; null = it does, or is about to. */
  readonly waiting: { readonly reason: string; readonly message: string } | null;
}

/** What the revision's controller sees. */
export interface RevisionObservation {
  readonly image: string;
  readonly digest: "resolving" | "resolved" | { readonly error: string };
  readonly deployment: {
    readonly name: string;
    /** Wanted. */
    readonly replicas: number;
    readonly readyReplicas: number;
    /** Whether it made no progress for as long as its progress deadline. */
    readonly hasTimedOut: boolean;
  };
  /** Of the first pod; null = there is none, or nothing is wrong with it. */
  readonly trouble: PodTrouble | null;
  readonly podAutoscaler: {
    readonly conditions: readonly Condition[];
    readonly isInitialized: boolean;
    readonly hasServiceName: boolean;
  };
}

const TIMED_OUT = "ProgressDeadlineExceeded";
const MISSING = "ContainerMissing";

/**
 * One pass over a revision's conditions (knative/control-plane.md §5.4, §6).
 *
 * Failures are not final: a ready replica takes them back, and so does being scaled to zero after having been ready once.
 *
 * @see knative/serving pkg/reconciler/revision/reconcile_resources.go, pkg/apis/serving/v1/revision_lifecycle.go
 */
export function markRevision(marks: ConditionMarks, seen: RevisionObservation): void {
  const { image, digest } = seen;
  if (digest === "resolving") {
    marks.markUnknown("ResourcesAvailable", "ResolvingDigests");
    return;
  }
  if (digest !== "resolved") {
    const text = `Unable to fetch image "${image}": failed to resolve image to digest: ${digest.error}`;
    marks.markFalse("ContainerHealthy", MISSING, text);
    return;
  }
  if (marks.get("ContainerHealthy")?.reason === MISSING) marks.markUnknown("ContainerHealthy", "Deploying");
  markDeployment(marks, seen);
  markAutoscaling(marks, seen);
}

function markDeployment(marks: ConditionMarks, { deployment, trouble, podAutoscaler }: RevisionObservation): void {
  const { replicas, readyReplicas, hasTimedOut } = deployment;
  const isHealthy = readyReplicas > 0 || (replicas === 0 && podAutoscaler.isInitialized);
  if (isNotDeployed(marks, "ResourcesAvailable") || (isHealthy && isFalse(marks, "ResourcesAvailable"))) {
    marks.markUnknown("ResourcesAvailable", "Deploying");
  }
  if (readyReplicas > 0) marks.markTrue("ContainerHealthy");
  else if (isNotDeployed(marks, "ContainerHealthy") || (isHealthy && isFalse(marks, "ContainerHealthy"))) {
    marks.markUnknown("ContainerHealthy", "Deploying");
  }
  if (replicas === 0) return;
  if (hasTimedOut) {
    marks.markFalse("ResourcesAvailable", TIMED_OUT, `ReplicaSet "${deployment.name}" has timed out progressing.`);
  }
  if (readyReplicas > 0 || trouble === null) return;
  const { unschedulable, terminated, waiting } = trouble;
  if (unschedulable !== null) marks.markFalse("ResourcesAvailable", "Unschedulable", unschedulable);
  if (terminated !== null) {
    const { exitCode, message } = terminated;
    marks.markFalse("ContainerHealthy", `ExitCode${exitCode}`, exitText(exitCode, message));
  } else if (waiting !== null && hasTimedOut) {
    marks.markFalse("ResourcesAvailable", waiting.reason, waiting.message);
  }
}

/** Whether the Deployment has not been looked at yet. */
function isNotDeployed(marks: ConditionMarks, type: string): boolean {
  const condition = marks.get(type);
  return condition === null || (condition.status === "Unknown" && condition.reason !== "Deploying");
}

function isFalse(marks: ConditionMarks, type: string): boolean {
  return marks.get(type)?.status === "False";
}

function exitText(exitCode: number, message: string): string {
  const text = exitCode === 0 && message === "" ? "container exited with no error" : message;
  return `Container failed with: ${text}`;
}

function markAutoscaling(marks: ConditionMarks, { podAutoscaler }: RevisionObservation): void {
  const { conditions, isInitialized, hasServiceName } = podAutoscaler;
  const ready = findCondition(conditions, "Ready");
  if (ready === null) {
    marks.markUnknown("Active", "Deploying");
    return;
  }
  const hasFailed = isFalse(marks, "ResourcesAvailable") || isFalse(marks, "ContainerHealthy");
  if (isInitialized && !hasFailed) {
    marks.markTrue("ResourcesAvailable");
    marks.markTrue("ContainerHealthy");
  }
  const { status, reason, message } = ready;
  if (status === "True") marks.markTrue("Active");
  else if (status === "Unknown") marks.markUnknown("Active", reason, message);
  else {
    // What is known to be wrong says more than that the time ran out.
    const isExplained =
      isFalse(marks, "ContainerHealthy") ||
      (isFalse(marks, "ResourcesAvailable") && marks.get("ResourcesAvailable")?.reason !== TIMED_OUT);
    if (!isInitialized && hasServiceName && !isExplained) {
      marks.markFalse("ResourcesAvailable", TIMED_OUT, "Initial scale was never achieved");
    }
    marks.markFalse("Active", reason, message);
  }
}
