import { type Instant, NEVER, SECOND } from "../engine/time.js";
import type { Pod } from "./pod.js";

/** The user's and the queue-proxy. */
export const CONTAINERS = 2;

/** A failed pull is called by its error for so long, until the kubelet looks at the pod again and finds it waiting. */
const PULL_ERROR_SHOWN_US = 10 * SECOND;

/**
 * The columns READY and STATUS of `kubectl get pods` (knative/kn-cli.md §14).
 *
 * The user's container has no probe of its own and is ready while it runs; the queue-proxy is when it finds it ready.
 */
export function podColumns(pod: Pod, now: Instant): { readyContainers: number; status: string } {
  const { isTerminating, isRunning, failure, node } = pod;
  const waiting = failure?.waiting ?? null;
  if (isTerminating) return { readyContainers: terminatingContainers(pod), status: "Terminating" };
  if (waiting !== null) {
    const isFresh = waiting.reason === "ImagePullBackOff" && now - failure!.failedAt < PULL_ERROR_SHOWN_US;
    return { readyContainers: 0, status: isFresh ? "ErrImagePull" : waiting.reason };
  }
  if (!isRunning) return { readyContainers: 0, status: node === null ? "Pending" : "ContainerCreating" };
  return { readyContainers: pod.isReady ? CONTAINERS : CONTAINERS - 1, status: "Running" };
}

/** Simplification: a pod that drains keeps the containers ready that were, until the queue-proxy has drained. */
function terminatingContainers({ isRunning, isDrained, readyAt, failure }: Pod): number {
  if (!isRunning || (failure?.waiting ?? null) !== null) return 0;
  return isDrained || readyAt === NEVER ? CONTAINERS - 1 : CONTAINERS;
}
