import { invariant } from "../engine/invariant.js";

/** What a breaker does with a request that arrives: it runs at once, waits for its turn, or is turned away. */
export const Admission = { run: 0, wait: 1, reject: 2 } as const;

/**
 * The admission gate in front of one container: so many requests run, so many more may wait.
 *
 * Counts only. Whoever owns the gate keeps the waiting requests in order and asks `admitWaiting` whenever room may
 * have come: after `release` and after `setCapacity`. Upstream's gate lets a newcomer overtake a waiter that was just
 * woken; here waiting requests always go first, which is what upstream does but for a race of nanoseconds.
 *
 * All fields stay small integers, so that none is ever boxed.
 *
 * @see knative/serving pkg/queue/breaker.go; 11 × containerConcurrency in a pod: pkg/queue/sharedmain/main.go (buildBreaker)
 */
export class Breaker {
  private readonly totalSlots: number;
  private runningCount = 0;
  private waitingCount = 0;
  private capacityNow: number;

  /**
   * @param options.queueDepth how many may wait beyond `maxConcurrency`, ≥ 0. Knative itself knows no 0; with it a gate is
   *   a loss system.
   * @param options.maxConcurrency the largest capacity the gate will ever have, ≥ 1. Room for waiting is counted from
   *   it, not from the capacity: at a capacity of 0, `queueDepth + maxConcurrency` requests may wait.
   * @param options.initialCapacity how many may run to begin with, 0 … `maxConcurrency`
   */
  constructor(options: { queueDepth: number; maxConcurrency: number; initialCapacity: number }) {
    const { queueDepth, maxConcurrency, initialCapacity } = options;
    invariant(queueDepth >= 0, "queue depth must not be negative", { queueDepth });
    invariant(maxConcurrency > 0, "maximum concurrency must be greater than 0", { maxConcurrency });
    invariant(
      initialCapacity >= 0 && initialCapacity <= maxConcurrency,
      "initial capacity outside 0 … maximum",
      options,
    );
    this.totalSlots = queueDepth + maxConcurrency;
    this.capacityNow = initialCapacity;
  }

  /** Requests that run. May exceed the capacity for a while after it was lowered. */
  get running(): number {
    return this.runningCount;
  }

  /** Requests that wait for their turn. */
  get waiting(): number {
    return this.waitingCount;
  }

  /** How many may run now. */
  get capacity(): number {
    return this.capacityNow;
  }

  /** One more request is at the gate. The result is one of `Admission`. */
  arrive(): 0 | 1 | 2 {
    if (this.runningCount + this.waitingCount >= this.totalSlots) return Admission.reject;
    if (this.waitingCount > 0 || this.runningCount >= this.capacityNow) {
      this.waitingCount++;
      return Admission.wait;
    }
    this.runningCount++;
    return Admission.run;
  }

  /** One running request ended. */
  release(): void {
    invariant(this.runningCount > 0, "a request ended at a breaker where none runs");
    this.runningCount--;
  }

  /**
   * Moves one waiting request to running.
   *
   * @returns false when none waits or there is no room
   */
  admitWaiting(): boolean {
    if (this.waitingCount === 0 || this.runningCount >= this.capacityNow) return false;
    this.waitingCount--;
    this.runningCount++;
    return true;
  }

  /** One waiting request gave up. */
  cancelWaiting(): void {
    invariant(this.waitingCount > 0, "a request gave up at a breaker where none waits");
    this.waitingCount--;
  }

  /** From now on `capacity` may run. Lowering it interrupts nobody; after raising it, ask `admitWaiting` until false. */
  setCapacity(capacity: number): void {
    this.capacityNow = capacity;
  }
}
