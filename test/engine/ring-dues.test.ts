import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RingDues } from "../../src/engine/ring-dues.js";
import { NEVER } from "../../src/engine/time.js";

describe("what rings are due", () => {
  it("is nothing to begin with", () => {
    const dues = new RingDues();
    dues.add(3);
    expect([dues.nextTime, dues.next]).toEqual([NEVER, -1]);
  });

  it("is the earliest, and of several at one instant the one of the lowest rank", () => {
    const ranks = [7, 3, 9, 5];
    const change = fc.tuple(fc.nat(ranks.length - 1), fc.oneof(fc.nat(4), fc.constant(NEVER)));
    fc.assert(
      fc.property(fc.array(change), (changes) => {
        const dues = new RingDues();
        for (const rank of ranks) dues.add(rank);
        const times = ranks.map(() => NEVER);
        for (const [ring, at] of changes) {
          dues.set(ring, at);
          times[ring] = at;
          const first = Math.min(...times);
          expect(dues.nextTime).toBe(first);
          if (first < NEVER) {
            expect(dues.nextRank).toBe(Math.min(...ranks.filter((_, i) => times[i] === first)));
            expect(ranks[dues.next]).toBe(dues.nextRank);
          }
        }
      }),
    );
  });
});
