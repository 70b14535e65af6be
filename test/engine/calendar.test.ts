import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Calendar } from "../../src/engine/calendar.js";
import { NEVER } from "../../src/engine/time.js";

interface Entry {
  readonly at: number;
  readonly rank: number;
  readonly entity: number;
  readonly sequence: number;
}

function byOrder(a: Entry, b: Entry): number {
  return a.at - b.at || a.rank - b.rank || a.entity - b.entity || a.sequence - b.sequence;
}

describe("the calendar", () => {
  it("is empty at first, and then its next time is never", () => {
    const calendar = new Calendar();
    expect(calendar.isEmpty).toBe(true);
    expect(calendar.nextTime).toBe(NEVER);
  });

  it("orders equal times by rank, then entity, then who came first", () => {
    const calendar = new Calendar();
    calendar.schedule(5, 2, 0, 0, 1);
    calendar.schedule(5, 1, 0, 9, 2);
    calendar.schedule(5, 1, 0, 3, 3);
    calendar.schedule(5, 1, 0, 3, 4);
    calendar.schedule(4, 9, 0, 9, 5);
    const payloads = Array.from({ length: 5 }, () => calendar.payloadOf(calendar.pop()));
    expect(payloads).toEqual([5, 3, 4, 2, 1]);
  });

  it("tells what is next without taking it", () => {
    const calendar = new Calendar();
    calendar.schedule(7, 3, 11, 42, 0);
    expect([calendar.nextTime, calendar.nextRank, calendar.nextKind, calendar.nextEntity]).toEqual([7, 3, 11, 42]);
    expect(calendar.isEmpty).toBe(false);
  });

  it("refuses to cancel what is not pending", () => {
    const calendar = new Calendar();
    const fired = calendar.schedule(1, 0, 0, 0, 0);
    const kept = calendar.schedule(2, 0, 0, 0, 0);
    calendar.pop();
    expect(() => calendar.cancel(fired)).toThrow("not pending");
    expect(() => calendar.cancel(-1)).toThrow("not pending");
    calendar.cancel(kept);
    expect(() => calendar.cancel(kept)).toThrow("not pending");
    expect(calendar.isEmpty).toBe(true);
  });

  it("forgets cancelled events before they are many times those that are left", () => {
    const calendar = new Calendar();
    const handles = Array.from({ length: 1000 }, (_, i) => calendar.schedule(1 + ((i * 7919) % 1009), 0, 0, 0, i));
    let largest = 0;
    for (let round = 0; round < 10_000; round++) {
      const handle = calendar.schedule(5000 + round, 0, 0, 0, 0);
      largest = Math.max(largest, handle);
      calendar.cancel(handle);
    }
    // Handles are given again: those of 1000 pending events, and of no more cancelled ones than these and a few.
    expect(largest).toBeLessThan(2100);
    for (let i = 0; i < 1000; i++) if (i % 100 !== 7) calendar.cancel(handles[i]);
    calendar.schedule(9000, 0, 0, 0, 0);
    const left: number[] = [];
    while (!calendar.isEmpty) left.push(calendar.payloadOf(calendar.pop()));
    const kept = Array.from({ length: 10 }, (_, i) => i * 100 + 7);
    expect(left).toEqual([...kept.toSorted((a, b) => ((a * 7919) % 1009) - ((b * 7919) % 1009)), 0]);
  });

  it("grows beyond its first size and comes back", () => {
    const calendar = new Calendar();
    for (let i = 0; i < 10_000; i++) calendar.schedule((i * 7919) % 10_007, 0, 0, 0, i);
    const times: number[] = [];
    while (!calendar.isEmpty) {
      times.push(calendar.nextTime);
      calendar.pop();
    }
    expect(times).toHaveLength(10_000);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  it("fires in the total order of (time, rank, entity, sequence), whatever is scheduled and cancelled between", () => {
    const operation = fc.oneof(
      { weight: 5, arbitrary: fc.record({ at: fc.nat(12), rank: fc.nat(2), entity: fc.nat(3) }) },
      { weight: 2, arbitrary: fc.constant("pop" as const) },
      { weight: 2, arbitrary: fc.record({ cancel: fc.nat() }) },
    );
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 300, size: "max" }), (operations) => {
        const calendar = new Calendar();
        const pending: (Entry & { handle: number })[] = [];
        let sequence = 0;
        const pop = () => {
          pending.sort(byOrder);
          const expected = pending.shift()!;
          expect(calendar.nextTime).toBe(expected.at);
          expect(calendar.nextRank).toBe(expected.rank);
          const handle = calendar.pop();
          expect([calendar.entityOf(handle), calendar.payloadOf(handle)]).toEqual([expected.entity, expected.sequence]);
        };
        for (const step of operations) {
          if (step === "pop") {
            if (pending.length > 0) pop();
          } else if ("cancel" in step) {
            if (pending.length > 0) {
              const [{ handle }] = pending.splice(step.cancel % pending.length, 1);
              calendar.cancel(handle);
            }
          } else {
            const handle = calendar.schedule(step.at, step.rank, 0, step.entity, sequence);
            pending.push({ ...step, sequence: sequence++, handle });
          }
        }
        while (pending.length > 0) pop();
        expect(calendar.isEmpty).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
