import type { RandomStream } from "../engine/random.js";
import type { FreePods } from "./free-pods.js";

/** What a policy sees of the pods one activator may send to, by position in the order of their addresses. */
export interface PodTargets {
  readonly count: number;
  /** Pods below their concurrency limit; empty when there is no limit. */
  readonly free: FreePods;
  /** Requests this activator has at the pod. It knows nothing of those of others. */
  inFlightAt(position: number): number;
}

/** How an activator chooses among the pods of a revision. */
export interface LoadBalancingPolicy {
  /**
   * The position of a pod for one more request.
   *
   * @returns −1 when every pod is at its limit or there is none
   */
  pick(targets: PodTargets): number;
}

/** Up to this container concurrency, pods are filled in the order of their addresses. */
const FIRST_AVAILABLE_UP_TO = 3;

/**
 * The policy Knative uses for a container concurrency: 0 random of two, 1–3 first available, from 4 on round robin.
 *
 * @param stream drawn from by random of two only
 * @see knative/serving pkg/activator/net/throttler.go (newRevisionThrottler)
 */
export function loadBalancingPolicy(containerConcurrency: number, stream: RandomStream): LoadBalancingPolicy {
  if (containerConcurrency === 0) return new RandomOfTwo(stream);
  return containerConcurrency <= FIRST_AVAILABLE_UP_TO ? new FirstAvailable() : new RoundRobin();
}

/**
 * Of two pods drawn at random the one with fewer requests in flight, a coin flip when equal; for pods without a limit.
 *
 * Draws nothing when there is one pod, and no pair when there are two.
 *
 * @see knative/serving pkg/activator/net/lb_policy.go (randomChoice2Policy); Mitzenmacher 2001, The Power of Two Choices
 */
class RandomOfTwo implements LoadBalancingPolicy {
  constructor(private readonly stream: RandomStream) {}

  pick(targets: PodTargets): number {
    const { count } = targets;
    if (count <= 1) return count - 1;
    let first = 0;
    let second = 1;
    if (count > 2) {
      first = Math.floor(this.stream.uniform() * count);
      second = Math.floor(this.stream.uniform() * (count - 1));
      // The second is drawn from the others: those from `first` on move up by one.
      if (second >= first) second++;
    }
    const difference = targets.inFlightAt(first) - targets.inFlightAt(second);
    if (difference === 0) return this.stream.uniform() < 0.5 ? first : second;
    return difference < 0 ? first : second;
  }
}

/**
 * The first pod with a free slot in the order of addresses: load is skewed to the front on purpose.
 *
 * @see knative/serving pkg/activator/net/lb_policy.go (firstAvailableLBPolicy)
 */
class FirstAvailable implements LoadBalancingPolicy {
  pick(targets: PodTargets): number {
    return targets.free.next(0);
  }
}

/**
 * The first pod with a free slot after the last one chosen, in a circle.
 *
 * @see knative/serving pkg/activator/net/lb_policy.go (newRoundRobinPolicy)
 */
class RoundRobin implements LoadBalancingPolicy {
  private start = 0;

  pick(targets: PodTargets): number {
    // The list may have become shorter since.
    if (this.start >= targets.count) this.start = 0;
    let position = targets.free.next(this.start);
    if (position < 0 && this.start > 0) position = targets.free.next(0);
    if (position >= 0) this.start = position + 1;
    return position;
  }
}
