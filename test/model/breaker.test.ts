import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Admission, Breaker } from "../../src/model/breaker.js";

/** As in a queue-proxy: 10 × container concurrency may wait. */
function ofQueueProxy(containerConcurrency: number): Breaker {
  return new Breaker({
    queueDepth: 10 * containerConcurrency,
    maxConcurrency: containerConcurrency,
    initialCapacity: containerConcurrency,
  });
}

describe("breaker", () => {
  it.each([
    [1, 1, 10, 12],
    [10, 10, 100, 111],
    [50, 50, 500, 551],
  ])(
    "with container concurrency %i runs %i, queues %i and turns away the %ith",
    (limit, running, waiting, rejected) => {
      const breaker = ofQueueProxy(limit);
      const admissions = Array.from({ length: rejected }, () => breaker.arrive());
      expect(breaker.running).toBe(running);
      expect(breaker.waiting).toBe(waiting);
      expect(admissions.indexOf(Admission.reject)).toBe(rejected - 1);
    },
  );

  it("lets the next one run when one ends, and takes one more into the queue", () => {
    const breaker = ofQueueProxy(1);
    for (let request = 0; request < 12; request++) breaker.arrive();
    breaker.release();
    expect(breaker.admitWaiting()).toBe(true);
    expect(breaker.admitWaiting()).toBe(false);
    expect([breaker.running, breaker.waiting]).toEqual([1, 9]);
    expect(breaker.arrive()).toBe(Admission.wait);
    expect(breaker.arrive()).toBe(Admission.reject);
  });

  it("never lets a newcomer overtake one that waits", () => {
    const breaker = ofQueueProxy(1);
    breaker.arrive();
    breaker.arrive();
    breaker.release(); // there is room, but its owner has not asked admitWaiting yet
    expect(breaker.arrive()).toBe(Admission.wait);
  });

  it("interrupts nobody when its capacity falls, and admits nobody until enough have ended", () => {
    const breaker = new Breaker({ queueDepth: 10, maxConcurrency: 3, initialCapacity: 3 });
    for (let request = 0; request < 4; request++) breaker.arrive();
    breaker.setCapacity(1);
    expect(breaker.running).toBe(3);
    const admitted = [1, 2, 3].map(() => {
      breaker.release();
      return breaker.admitWaiting();
    });
    expect(admitted).toEqual([false, false, true]);
  });

  it("holds queue depth plus maximum concurrency while its capacity is zero", () => {
    const breaker = new Breaker({ queueDepth: 2, maxConcurrency: 3, initialCapacity: 0 });
    const admissions = Array.from({ length: 6 }, () => breaker.arrive());
    expect(admissions).toEqual([1, 1, 1, 1, 1, 2]);
  });

  it("keeps capacity busy and its queue within bounds, whatever happens", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.constantFrom("arrive", "end", "cancel", "raise", "lower"), { maxLength: 200 }),
        (queueDepth, maxConcurrency, operations) => {
          const breaker = new Breaker({ queueDepth, maxConcurrency, initialCapacity: maxConcurrency });
          let inside = 0;
          for (const operation of operations) {
            if (operation === "arrive" && breaker.arrive() !== Admission.reject) inside++;
            if (operation === "end" && breaker.running > 0) {
              breaker.release();
              inside--;
            }
            if (operation === "cancel" && breaker.waiting > 0) {
              breaker.cancelWaiting();
              inside--;
            }
            if (operation === "raise") breaker.setCapacity(maxConcurrency);
            if (operation === "lower") breaker.setCapacity(Math.floor(maxConcurrency / 2));
            while (breaker.admitWaiting());
            expect(breaker.running + breaker.waiting).toBe(inside);
            expect(inside).toBeLessThanOrEqual(queueDepth + maxConcurrency);
            if (breaker.waiting > 0) expect(breaker.running).toBeGreaterThanOrEqual(breaker.capacity);
          }
        },
      ),
    );
  });
});
