import { invariant } from "../engine/invariant.js";
import type { RandomStream } from "../engine/random.js";
import { type Duration, type Instant, SECOND } from "../engine/time.js";

/** What decides whether a pod dies before its siblings. Load and requests in flight play no part. */
export interface ReplicaState {
  /** In its revision, in order of creation. */
  readonly ordinal: number;
  /** Where it runs, compared by identity; null = not yet assigned. */
  readonly node: object | null;
  /** Phase Running; otherwise Pending. */
  readonly isRunning: boolean;
  readonly isReady: boolean;
  /** Read only of pods that are ready. */
  readonly readyAt: Instant;
  readonly createdAt: Instant;
}

/** As Kubernetes ranks them; or, in the ideal cluster, starting pods first and the youngest first among equals. */
export type DeletionPolicy = "kubernetes" | "youngestFirst";

/**
 * Which pods go when a revision is scaled down.
 *
 * Kubernetes' ranking, the first difference decides who goes first: not assigned to a node, pending, not ready, with more
 * siblings on its node, ready for a shorter time, younger. Both times are compared on a logarithmic scale only (age in
 * nanoseconds, base 2); pods in the same step of that scale go in the order of their UIDs, i.e. at random.
 *
 * Simplification: the random order is drawn anew each time instead of once per pod, and pods that became ready in the
 * same second go by it at once, where Kubernetes looks at their creation first. Deletion costs and container restarts,
 * which rank there as well, do not exist here.
 *
 * @param replicas the revision's pods that are not marked for deletion
 * @param count how many must go, 0 … all
 * @param choice.stream drawn from once per replica, in the order of `replicas`, by the policy `kubernetes`
 * @returns those that go, first to go first
 * @see kubernetes pkg/controller/controller_utils.go (ActivePodsWithRanks), pkg/controller/replicaset/replica_set.go
 */
export function podsToDelete<Replica extends ReplicaState>(
  replicas: readonly Replica[],
  count: number,
  choice: { readonly policy: DeletionPolicy; readonly nowUs: Instant; readonly stream: RandomStream },
): Replica[] {
  invariant(count >= 0 && count <= replicas.length, "more pods to delete than there are", { count });
  const ranked =
    choice.policy === "kubernetes" ? byKubernetesRank(replicas, choice) : [...replicas].sort(youngestFirst);
  return ranked.slice(0, count);
}

function youngestFirst(left: ReplicaState, right: ReplicaState): number {
  return Number(left.isReady) - Number(right.isReady) || right.ordinal - left.ordinal;
}

function byKubernetesRank<Replica extends ReplicaState>(
  replicas: readonly Replica[],
  { nowUs, stream }: { readonly nowUs: Instant; readonly stream: RandomStream },
): Replica[] {
  const onNode = new Map<object | null, number>();
  for (const { node } of replicas) onNode.set(node, (onNode.get(node) ?? 0) + 1);
  return replicas
    .map((replica) => ({
      replica,
      rank: [
        Number(replica.node !== null),
        Number(replica.isRunning),
        Number(replica.isReady),
        -onNode.get(replica.node)!,
        replica.isReady ? ageStep(replica.readyAt, nowUs) : 0,
        replica.isReady ? 0 : ageStep(replica.createdAt, nowUs),
        stream.uniform(),
        -replica.ordinal,
      ],
    }))
    .sort((left, right) => compareRanks(left.rank, right.rank))
    .map(({ replica }) => replica);
}

function compareRanks(left: readonly number[], right: readonly number[]): number {
  const index = left.findIndex((value, position) => value !== right[position]);
  return index < 0 ? 0 : left[index] - right[index];
}

const NANOSECONDS_PER_MICROSECOND = 1_000;

/**
 * The step of an age on the logarithmic scale: floor(log2(nanoseconds)), −1 for none.
 *
 * Kubernetes keeps both times in whole seconds. Counted by halving, which is exact where a logarithm is not.
 */
function ageStep(since: Instant, nowUs: Instant): number {
  const ageUs: Duration = nowUs - Math.floor(since / SECOND) * SECOND;
  if (ageUs <= 0) return -1;
  let step = 0;
  for (let rest = ageUs * NANOSECONDS_PER_MICROSECOND; rest >= 2; rest /= 2) step++;
  return step;
}
