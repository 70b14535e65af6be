import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PeriodicRing } from "../../src/engine/periodic.js";
import { NEVER } from "../../src/engine/time.js";

/** What fires up to and including `until`, as [time, member]. */
function firings(ring: PeriodicRing, until: number): [number, number][] {
  const fired: [number, number][] = [];
  while (ring.nextTime <= until) {
    const at = ring.nextTime;
    const member = ring.advance();
    if (member >= 0) fired.push([at, member]);
  }
  return fired;
}

describe("a ring of periodic work", () => {
  it("is never due without members", () => {
    const ring = new PeriodicRing(0, 0, 10);
    expect(ring.nextTime).toBe(NEVER);
    ring.remove(3);
    expect(ring.size).toBe(0);
  });

  it("fires each member at its first time and every period after", () => {
    const ring = new PeriodicRing(0, 0, 10);
    ring.add(0, 7, 0);
    ring.add(1, 3, 0);
    expect(firings(ring, 25)).toEqual([
      [3, 1],
      [7, 0],
      [13, 1],
      [17, 0],
      [23, 1],
    ]);
  });

  it("waits for a first time more than a period away", () => {
    const ring = new PeriodicRing(0, 0, 10);
    ring.add(0, 35, 0);
    ring.add(1, 5, 0);
    expect(firings(ring, 46)).toEqual([
      [5, 1],
      [15, 1],
      [25, 1],
      [35, 0],
      [35, 1],
      [45, 0],
      [45, 1],
    ]);
  });

  it("keeps the order of members when one joins in the very instant of the others' tick", () => {
    // Revision 1 is created at 10, before the tick of revision 0 at 10; from 20 on both tick, 0 first.
    const ring = new PeriodicRing(0, 0, 10);
    ring.add(0, 10, 0);
    ring.add(1, 20, 10);
    expect(firings(ring, 20)).toEqual([
      [10, 0],
      [20, 0],
      [20, 1],
    ]);
  });

  it("keeps the order when the lower member joins after the higher one's tick at that instant", () => {
    const ring = new PeriodicRing(0, 0, 10);
    ring.add(5, 10, 0);
    expect(firings(ring, 10)).toEqual([[10, 5]]);
    ring.add(2, 20, 10);
    expect(firings(ring, 20)).toEqual([
      [20, 2],
      [20, 5],
    ]);
  });

  it("fires a newcomer of this instant at this instant, and refuses one whose turn is over", () => {
    const ring = new PeriodicRing(0, 0, 10);
    ring.add(5, 10, 0);
    firings(ring, 10);
    ring.add(6, 10, 10);
    expect(firings(ring, 10)).toEqual([[10, 6]]);
    expect(() => ring.add(1, 10, 10)).toThrow("after its turn");
  });

  it("lets a member leave in the middle of its own turn", () => {
    const ring = new PeriodicRing(0, 0, 10);
    for (const member of [0, 1, 2]) ring.add(member, 4, 0);
    expect([ring.advance(), ring.advance()]).toEqual([0, 1]);
    ring.remove(1);
    expect(firings(ring, 14)).toEqual([
      [4, 2],
      [14, 0],
      [14, 2],
    ]);
  });

  it("fires what a sorted list of (time, member) would, whoever comes and goes", () => {
    const change = fc.record({
      after: fc.nat(25),
      member: fc.nat(6),
      delay: fc.integer({ min: 1, max: 33 }),
      isRemoval: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 40 }), (changes) => {
        const period = 10;
        const ring = new PeriodicRing(0, 0, period);
        const firstOf = new Map<number, number>();
        let now = 0;
        const advanceTo = (until: number) => {
          const expected: [number, number][] = [];
          for (const [member, first] of firstOf) {
            // A member added at `now` fires after it, so (now, until] is what each stretch holds.
            for (let at = first; at <= until; at += period) if (at > now) expected.push([at, member]);
          }
          expected.sort(([a, m], [b, n]) => a - b || m - n);
          expect(firings(ring, until)).toEqual(expected);
          now = until;
        };
        for (const { after, member, delay, isRemoval } of changes) {
          advanceTo(now + after);
          if (isRemoval) {
            ring.remove(member);
            firstOf.delete(member);
          } else if (!firstOf.has(member)) {
            ring.add(member, now + delay, now);
            firstOf.set(member, now + delay);
          }
          expect(ring.size).toBe(firstOf.size);
          expect(ring.nextTime).toBeGreaterThanOrEqual(now);
        }
        advanceTo(now + 50);
      }),
      { numRuns: 500 },
    );
  });
});

describe("a ring some of whose members sleep", () => {
  it("fires the others as before, and a woken one at the times it would have had", () => {
    const ring = new PeriodicRing(0, 0, 10);
    for (const [member, first] of [
      [0, 3],
      [1, 5],
      [2, 8],
    ])
      ring.add(member, first, 0);
    expect(firings(ring, 5)).toEqual([
      [3, 0],
      [5, 1],
    ]);
    ring.sleep(1);
    ring.sleep(2);
    expect(ring.isAsleep(2)).toBe(true);
    expect(firings(ring, 24)).toEqual([
      [13, 0],
      [23, 0],
    ]);
    expect(ring.wake(2, 24)).toBe(28);
    expect(ring.wake(1, 24)).toBe(25);
    expect(firings(ring, 33)).toEqual([
      [25, 1],
      [28, 2],
      [33, 0],
    ]);
  });

  it("wakes a member only for its next turn when the present one is over", () => {
    const ring = new PeriodicRing(0, 0, 10);
    ring.add(3, 5, 0);
    expect(firings(ring, 5)).toEqual([[5, 3]]);
    ring.sleep(3);
    expect(ring.turnBy(3, 24)).toBe(15);
    expect(ring.wake(3, 15)).toBe(15);
    ring.sleep(3);
    expect(ring.wake(3, 15, true)).toBe(25);
  });

  it("is never due while all sleep, and takes up its turns when one wakes or joins", () => {
    const ring = new PeriodicRing(0, 0, 10);
    ring.add(4, 4, 0);
    ring.sleep(4);
    expect(ring.nextTime).toBe(NEVER);
    ring.add(5, 1_005, 1_000);
    expect(firings(ring, 1_015)).toEqual([
      [1_005, 5],
      [1_015, 5],
    ]);
    expect(ring.wake(4, 1_020)).toBe(1_024);
  });

  it("fires what a sorted list would, whoever comes, goes, sleeps and wakes", () => {
    const change = fc.record({
      after: fc.integer({ min: 1, max: 25 }),
      member: fc.nat(70),
      what: fc.constantFrom("add", "remove", "sleep", "wake"),
    });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 80 }), (changes) => {
        const period = 10;
        const ring = new PeriodicRing(0, 0, period);
        const firstOf = new Map<number, number>();
        const asleep = new Set<number>();
        let now = 0;
        for (const { after, member, what } of changes) {
          const until = now + after;
          const expected: [number, number][] = [];
          for (const [one, first] of firstOf) {
            for (let at = first; at <= until; at += period) if (at > now && !asleep.has(one)) expected.push([at, one]);
          }
          expected.sort(([a, m], [b, n]) => a - b || m - n);
          expect(firings(ring, until)).toEqual(expected);
          now = until;
          if (what === "add" && !firstOf.has(member)) {
            ring.add(member, now + 1 + (member % 13), now);
            firstOf.set(member, now + 1 + (member % 13));
          } else if (what === "remove") {
            ring.remove(member);
            firstOf.delete(member);
            asleep.delete(member);
          } else if (what === "sleep" && firstOf.has(member) && !asleep.has(member)) {
            ring.sleep(member);
            asleep.add(member);
          } else if (what === "wake" && asleep.has(member)) {
            ring.wake(member, now);
            asleep.delete(member);
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});
