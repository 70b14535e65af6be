import { InvariantError } from "../engine/invariant.js";
import type { RandomStream } from "../engine/random.js";
import { FreePods } from "./free-pods.js";
import { type LoadBalancingPolicy, loadBalancingPolicy, type PodTargets } from "./load-balancing.js";
import { activatorCapacity, assignPods } from "./pod-assignment.js";

/** A pod as one activator sees it. */
export class Backend<P> {
  /** Requests that hold a slot of it. */
  inFlight = 0;
  /** Among those that the activator sends to; −1 = it does not send to it. */
  position = -1;

  constructor(readonly pod: P) {}
}

/**
 * What one activator lets through to one revision, and to which pod.
 *
 * Whoever owns the throttler keeps the waiting requests and calls `acquire` for them whenever capacity may have grown:
 * after `setPods`, `setActivators` and `release`. There is no limit to how many may wait (upstream: 2,147,493,647).
 *
 * Simplification: a pod that leaves and comes back keeps the requests it still has in flight from before; upstream
 * counts it from 0, so that such a pod may receive up to its container concurrency too many for a while.
 *
 * @see knative/serving pkg/activator/net/throttler.go
 */
export class RevisionThrottler<P> implements PodTargets {
  readonly free = new FreePods();
  private readonly containerConcurrency: number;
  private readonly policy: LoadBalancingPolicy;
  /** Healthy pods, by address. */
  private backends: readonly Backend<P>[] = [];
  /** Those, and others that still have requests. */
  private readonly known = new Map<P, Backend<P>>();
  private index = -1;
  private activators = 1;
  /** By position. */
  private assigned: readonly Backend<P>[] = [];
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
    return this.assigned.length;
  }

  /** Requests in flight at the pod at this position among those this activator sends to. */
  inFlightAt(position: number): number {
    return this.assigned[position].inFlight;
  }

  /**
   * The revision's healthy pods are these. Those that stay keep their requests in flight; those that left get no more.
   *
   * @param podsByAddress each once, sorted by address as text
   */
  setPods(podsByAddress: readonly P[]): void {
    const { known } = this;
    this.backends = podsByAddress.map((pod) => known.get(pod) ?? new Backend(pod));
    for (const [pod, { inFlight }] of known) if (inFlight === 0) known.delete(pod);
    for (const backend of this.backends) known.set(backend.pod, backend);
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
   * Takes a slot for one more request; it is to be given back.
   *
   * @returns null when there is no capacity, and the request must wait
   */
  acquire(): Backend<P> | null {
    if (this.inFlightNow >= this.capacityNow) return null;
    const position = this.policy.pick(this);
    if (position < 0) throw new InvariantError("an activator has capacity but no pod with a free slot", {});
    const backend = this.assigned[position];
    this.inFlightNow++;
    if (++backend.inFlight === this.containerConcurrency) this.free.remove(position);
    return backend;
  }

  /** The slot of a request is free again; also when the pod has left. */
  release(backend: Backend<P>): void {
    if (backend.inFlight <= 0) throw new InvariantError("a request ended at a pod that has none in flight", {});
    this.inFlightNow--;
    if (--backend.inFlight < this.containerConcurrency && backend.position >= 0) this.free.add(backend.position);
  }

  private assign(): void {
    const { backends, containerConcurrency, activators } = this;
    for (const backend of this.assigned) backend.position = -1;
    // Without a limit every activator uses every pod.
    const chosen = assignPods(backends.length, containerConcurrency === 0 ? -1 : this.index, activators);
    this.assigned = chosen.map((index) => backends[index]);
    this.free.reset(chosen.length);
    for (let position = 0; position < chosen.length; position++) {
      const backend = this.assigned[position];
      backend.position = position;
      if (backend.inFlight < containerConcurrency) this.free.add(position);
    }
    this.capacityNow =
      backends.length === 0
        ? 0
        : activatorCapacity({
            containerConcurrency,
            backends: backends.length,
            assignedPods: chosen.length,
            activators,
          });
  }
}
