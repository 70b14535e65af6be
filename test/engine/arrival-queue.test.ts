import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ArrivalQueue } from "../../src/engine/arrival-queue.js";
import { NEVER } from "../../src/engine/time.js";

describe("the next arrivals of the sources", () => {
  it("are never when there is no source", () => {
    expect(new ArrivalQueue().nextTime).toBe(NEVER);
  });

  it("give equal times to the source that comes first in the file", () => {
    const queue = new ArrivalQueue();
    for (const source of [4, 2, 3]) queue.set(source, 10);
    expect(queue.nextSource).toBe(2);
    queue.set(2, NEVER);
    expect([queue.nextSource, queue.nextTime]).toEqual([3, 10]);
  });

  it("are those of a plain search for the least, after any changes", () => {
    const change = fc.tuple(fc.nat(20), fc.oneof(fc.nat(9), fc.constant(NEVER)));
    fc.assert(
      fc.property(fc.array(change, { maxLength: 100 }), (changes) => {
        const queue = new ArrivalQueue();
        const times: number[] = new Array<number>(21).fill(NEVER);
        for (const [source, at] of changes) {
          queue.set(source, at);
          times[source] = at;
          const least = Math.min(...times);
          expect(queue.nextTime).toBe(least);
          if (least !== NEVER) expect(queue.nextSource).toBe(times.indexOf(least));
        }
      }),
    );
  });
});
