/** Positions begin … end − 1 of the pods sorted by address; the last `remnants` pods are given out one by one. */
export interface PodRange {
  readonly begin: number;
  readonly end: number;
  readonly remnants: number;
}

/**
 * The pods that activator `index` of `activators` has to itself, and how many are left over.
 *
 * More activators than pods: one pod each, shared by those whose index agrees modulo the number of pods.
 *
 * @param numPods ≥ 1
 * @param index 0 … activators − 1
 * @see knative/serving pkg/activator/net/throttler.go (pickIndices)
 */
export function pickIndices(numPods: number, index: number, activators: number): PodRange {
  if (activators > numPods) {
    const begin = index % numPods;
    return { begin, end: begin + 1, remnants: 0 };
  }
  const share = Math.floor(numPods / activators);
  return { begin: index * share, end: (index + 1) * share, remnants: numPods % activators };
}

/**
 * The pods an activator sends to when a revision limits its concurrency, as positions among its healthy pods sorted by
 * address, in the order in which they are tried.
 *
 * @param index −1 = not yet known: then all pods, as for a single pod or a single activator
 * @returns ascending positions; empty when there is no pod
 * @see knative/serving pkg/activator/net/throttler.go (assignSlice)
 */
export function assignPods(numPods: number, index: number, activators: number): number[] {
  if (index < 0 || numPods <= 1 || activators <= 1) return positions(0, numPods);
  const { begin, end, remnants } = pickIndices(numPods, index, activators);
  const assigned = positions(begin, end);
  if (index < remnants) assigned.push(numPods - remnants + index);
  return assigned;
}

function positions(begin: number, end: number): number[] {
  return Array.from({ length: end - begin }, (_, offset) => begin + offset);
}

/**
 * How many requests one activator lets through to a revision at once.
 *
 * Every activator counts on a pod's full concurrency, also on one that it shares: with more activators than pods the
 * queue-proxies see the surplus.
 *
 * @param options.containerConcurrency 0 = unlimited
 * @param options.backends ready pods behind the service's own address; decides when `assignedPods` is 0
 * @param options.assignedPods pods this activator sends to directly; 0 = by the service's address
 * @param options.activators how many share the revision; 0 counts as 1
 * @returns Infinity when unlimited; 0 when there is nothing to send to
 * @see knative/serving pkg/activator/net/throttler.go (calculateCapacity)
 */
export function activatorCapacity(options: {
  readonly containerConcurrency: number;
  readonly backends: number;
  readonly assignedPods: number;
  readonly activators: number;
}): number {
  const { containerConcurrency, backends, assignedPods, activators } = options;
  if (containerConcurrency === 0) return backends > 0 ? Number.POSITIVE_INFINITY : 0;
  if (assignedPods > 0) return containerConcurrency * assignedPods;
  const shared = containerConcurrency * backends;
  return shared > 0 ? Math.max(1, Math.floor(shared / Math.max(1, activators))) : 0;
}
