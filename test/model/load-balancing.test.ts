import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createStreams } from "../../src/engine/random.js";
import { type Backend, RevisionThrottler } from "../../src/model/revision-throttler.js";

/** Pods are numbers here, and slots are given back by pod. */
class Throttler extends RevisionThrottler<number> {
  readonly held: Backend<number>[] = [];

  constructor(containerConcurrency: number, pods: readonly number[]) {
    super({ containerConcurrency, stream: createStreams("1").get("load-balancing") });
    this.setPods(pods);
  }

  /** @returns −1 when there is no capacity */
  take(): number {
    const backend = this.acquire();
    if (backend === null) return -1;
    this.held.push(backend);
    return backend.pod;
  }

  giveBack(pod: number): void {
    const index = this.held.findIndex((backend) => backend.pod === pod);
    this.release(this.held.splice(index, 1)[0]);
  }
}

function throttlerWith(containerConcurrency: number, pods: readonly number[]): Throttler {
  return new Throttler(containerConcurrency, pods);
}

function acquire(throttler: Throttler, times: number): number[] {
  return Array.from({ length: times }, () => throttler.take());
}

/** What may happen to a throttler; numbers choose among what is there. */
const operation = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant("acquire" as const) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("release" as const), which: fc.nat() }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("pods" as const), stays: fc.array(fc.boolean(), { maxLength: 80 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("activators" as const),
      index: fc.nat(3),
      count: fc.integer({ min: 1, max: 4 }),
    }),
  },
);

describe.each([
  ["random of two", 0],
  ["first available", 1],
  ["first available", 3],
  ["round robin", 4],
  ["round robin", 10],
])("every load balancing policy: %s, container concurrency %i", (_, limit) => {
  it("keeps to the limit, to the pods it was given, and leaves no slot idle while a request could have it", () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 400 }), (operations) => {
        const throttler = throttlerWith(limit, []);
        let pods: number[] = [];
        let created = 0;
        const held: number[] = [];
        const load = (pod: number): number => held.filter((other) => other === pod).length;
        for (const step of operations) {
          if (step.kind === "pods") {
            pods = pods.filter((__, index) => step.stays[index] ?? true);
            for (let count = step.stays.length % 3; count > 0; count--) pods.push(created++);
            throttler.setPods(pods);
          } else if (step.kind === "activators") {
            throttler.setActivators(Math.min(step.index, step.count - 1), step.count);
          } else if (step.kind === "release" && held.length > 0) {
            throttler.giveBack(held.splice(step.which % held.length, 1)[0]);
          } else if (step.kind === "acquire") {
            const hasRoom = throttler.inFlight < throttler.capacity;
            const pod = throttler.take();
            expect(pod >= 0).toBe(hasRoom);
            if (pod >= 0) {
              expect(pods).toContain(pod);
              held.push(pod);
              if (limit > 0) expect(load(pod)).toBeLessThanOrEqual(limit);
            }
          }
          expect(throttler.inFlight).toBe(held.length);
          expect(throttler.capacity > 0).toBe(pods.length > 0);
        }
      }),
    );
  });

  it("has no capacity without pods, and takes back slots of pods that left", () => {
    const throttler = throttlerWith(limit, [0]);
    expect(throttler.take()).toBe(0);
    throttler.setPods([]);
    expect(throttler.capacity).toBe(0);
    expect(throttler.take()).toBe(-1);
    throttler.giveBack(0);
    expect(throttler.inFlight).toBe(0);
  });
});

describe("first available", () => {
  it("fills pods in the order of their addresses, not of their creation", () => {
    // Addresses sort as text: the pod created last stands first.
    expect(acquire(throttlerWith(2, [2, 0, 1]), 7)).toEqual([2, 2, 0, 0, 1, 1, -1]);
  });

  it("returns to the first pod as soon as it has a free slot", () => {
    const throttler = throttlerWith(1, [0, 1, 2]);
    acquire(throttler, 2);
    throttler.giveBack(0);
    expect(throttler.take()).toBe(0);
  });
});

describe("round robin", () => {
  it("goes round the pods and skips full ones", () => {
    const throttler = throttlerWith(4, [0, 1, 2]);
    expect(acquire(throttler, 4)).toEqual([0, 1, 2, 0]);
    expect(acquire(throttler, 8)).toEqual([1, 2, 0, 1, 2, 0, 1, 2]);
    throttler.giveBack(1);
    expect(acquire(throttler, 2)).toEqual([1, -1]);
  });

  it("goes on behind the last pod it chose when a request ends before it", () => {
    const throttler = throttlerWith(4, [0, 1, 2]);
    acquire(throttler, 2);
    throttler.giveBack(0);
    expect(throttler.take()).toBe(2);
  });
});

describe("random of two", () => {
  it("never sends to the busier of two pods", () => {
    const throttler = throttlerWith(0, [0, 1]);
    acquire(throttler, 100);
    const loads = [throttler.inFlightAt(0), throttler.inFlightAt(1)];
    expect(loads).toEqual([50, 50]); // after a tie the other pod has one fewer and is next
  });

  it("spreads better than one draw would: the fullest of 100 pods has little more than the mean", () => {
    const pods = Array.from({ length: 100 }, (_, pod) => pod);
    const throttler = throttlerWith(0, pods);
    acquire(throttler, 1000);
    const loads = pods.map((pod) => throttler.inFlightAt(pod));
    // Mean 10. With d = 2 the excess is about ln ln 100 / ln 2 = 2.2; with one draw it would be about 10.
    expect(Math.max(...loads)).toBeLessThanOrEqual(14);
  });

  it("is unlimited as soon as there is a pod, and every activator uses every pod", () => {
    const throttler = throttlerWith(0, [0, 1, 2]);
    throttler.setActivators(1, 3);
    expect(throttler.capacity).toBe(Number.POSITIVE_INFINITY);
    expect(new Set(acquire(throttler, 50))).toEqual(new Set([0, 1, 2]));
  });
});

describe("several activators", () => {
  it("count on the full concurrency of pods they share", () => {
    const throttler = throttlerWith(10, [0, 1]);
    throttler.setActivators(2, 3);
    expect(throttler.capacity).toBe(10); // more activators than pods: one pod, number 2 mod 2
    expect(throttler.take()).toBe(0);
  });

  it("keep requests in flight when the number of activators changes", () => {
    const throttler = throttlerWith(1, [0, 1, 2, 3]);
    throttler.setActivators(0, 1);
    acquire(throttler, 4);
    throttler.setActivators(0, 2); // pods 0 and 1 remain: capacity 2, 4 in flight
    expect([throttler.capacity, throttler.inFlight]).toEqual([2, 4]);
    for (const pod of [0, 1]) throttler.giveBack(pod);
    expect(throttler.take()).toBe(-1); // still 2 on pods 2 and 3
    throttler.giveBack(2);
    expect(throttler.take()).toBe(0);
  });
});
