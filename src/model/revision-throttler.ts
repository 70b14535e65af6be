import { invariant } from "../engine/invariant.js";
import type { RandomStream } from "../engine/random.js";
import { FreePods } from "./free-pods.js";
import { type LoadBalancingPolicy, loadBalancingPolicy, type PodTargets } from "./load-balancing.js";
import { activatorCapacity, assignPods } from "./pod-assignment.js";

/**
 * What one activator lets through to one revision, and to which pod.
 *
 * Pods are named by their ordinal within the revision: 0, 1, 2, … in order of creation. Whoever owns the throttler
 * keeps the waiting requests and calls `acquire` for them whenever capacity may have grown: after `setPods`,
 * `setActivators` and `release`. There is no limit to how many may wait (upstream: 2,147,493,647).
 *
 * Simplification: a pod that leaves and comes back keeps the requests it still has in flight from before; upstream
 * counts it from 0, so that such a pod may receive up to its container concurrency too many for a while.
 *
 * @see knative/serving pkg/activator/net/throttler.go
 */
export class RevisionThrottler implements PodTargets {
  readonly free = new FreePods();
  private readonly containerConcurrency: number;
  private readonly policy: LoadBalancingPolicy;
  private pods: readonly number[] = [];
  private index = -1;
  private activators = 1;
  /** Ordinals by position, the first `count` of them; and the way back, −1 for a pod that is not assigned. */
  private assigned = new Int32Array(1);
  private positionOf = new Int32Array(1).fill(-1);
  private inFlightOf = new Int32Array(1);
  private assignedCount = 0;
  private capacityNow = 0;
  private inFlightNow = 0;

  /**
   * @param options.containerConcurrency 0 = unlimited
   * @param options.stream drawn from when pods are chosen at random of two, i.e. without a limit
   */
  constructor(options: { readonly containerConcurrency: number; readonly stream: RandomStream }) {
    this.containerConcurrency = options.containerConcurrency;
    this.policy = loadBalancingPolicy(options.containerConcurrency, options.stream);
  }

  /** Requests that may be in flight at once: Infinity without a limit, 0 without a pod. */
  get capacity(): number {
    return this.capacityNow;
  }

  /** Requests that hold a slot, also those on pods that left. May exceed the capacity after pods left. */
  get inFlight(): number {
    return this.inFlightNow;
  }

  /** Pods this activator sends to. */
  get count(): number {
    return this.assignedCount;
  }

  /** Requests in flight at the pod at this position among those this activator sends to. */
  inFlightAt(position: number): number {
    return this.inFlightOf[this.assigned[position]];
  }

  /**
   * The revision's healthy pods are these. Those that stay keep their requests in flight; those that left get no more.
   *
   * @param ordinalsByAddress each once, sorted by address as text
   */
  setPods(ordinalsByAddress: readonly number[]): void {
    this.pods = ordinalsByAddress.slice();
    this.assign();
  }

  /**
   * This activator is number `index`, from 0, of the `count` in the revision's path, sorted by address.
   *
   * @param index −1 = not known yet: all pods are used
   */
  setActivators(index: number, count: number): void {
    this.index = index;
    this.activators = count;
    this.assign();
  }

  /**
   * Takes a slot for one more request.
   *
   * @returns the ordinal of its pod; −1 when there is no capacity, and the request must wait
   */
  acquire(): number {
    if (this.inFlightNow >= this.capacityNow) return -1;
    const position = this.policy.pick(this);
    invariant(position >= 0, "an activator has capacity but no pod with a free slot");
    const ordinal = this.assigned[position];
    this.inFlightNow++;
    if (++this.inFlightOf[ordinal] === this.containerConcurrency) this.free.remove(position);
    return ordinal;
  }

  /** The slot of a request at this pod is free again; also when the pod has left. */
  release(ordinal: number): void {
    invariant(this.inFlightOf[ordinal] > 0, "a request ended at a pod that has none in flight");
    this.inFlightNow--;
    if (--this.inFlightOf[ordinal] < this.containerConcurrency) {
      const position = this.positionOf[ordinal];
      if (position >= 0) this.free.add(position);
    }
  }

  private assign(): void {
    const { pods, containerConcurrency, activators } = this;
    for (let position = 0; position < this.assignedCount; position++) this.positionOf[this.assigned[position]] = -1;
    // Without a limit every activator uses every pod.
    const chosen = assignPods(pods.length, containerConcurrency === 0 ? -1 : this.index, activators);
    this.assignedCount = chosen.length;
    if (chosen.length > this.assigned.length) this.assigned = new Int32Array(2 * chosen.length);
    this.free.reset(chosen.length);
    for (let position = 0; position < chosen.length; position++) {
      const ordinal = pods[chosen[position]];
      this.reserveOrdinal(ordinal);
      this.assigned[position] = ordinal;
      this.positionOf[ordinal] = position;
      if (this.inFlightOf[ordinal] < containerConcurrency) this.free.add(position);
    }
    this.capacityNow =
      pods.length === 0
        ? 0
        : activatorCapacity({
            containerConcurrency,
            backends: pods.length,
            assignedPods: chosen.length,
            activators,
          });
  }

  private reserveOrdinal(ordinal: number): void {
    if (ordinal < this.inFlightOf.length) return;
    const length = 2 * (ordinal + 1);
    const positionOf = new Int32Array(length).fill(-1);
    positionOf.set(this.positionOf);
    this.positionOf = positionOf;
    const inFlightOf = new Int32Array(length);
    inFlightOf.set(this.inFlightOf);
    this.inFlightOf = inFlightOf;
  }
}
