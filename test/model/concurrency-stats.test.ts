import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MILLISECOND, SECOND } from "../../src/engine/time.js";
import { ConcurrencyStats } from "../../src/model/concurrency-stats.js";

describe("concurrency statistics", () => {
  it("weigh concurrency by time and count requests when they arrive", () => {
    const stats = new ConcurrencyStats(0);
    stats.arrive(0, false);
    stats.arrive(500 * MILLISECOND, true);
    stats.depart(750 * MILLISECOND, true);
    stats.report(SECOND);
    expect(stats.averageConcurrency).toBe(1.25); // 1 × 1 s + 1 × 0.25 s
    expect(stats.averageProxiedConcurrency).toBe(0.25);
    expect([stats.requestCount, stats.proxiedRequestCount]).toEqual([2, 1]);
  });

  it("count a request that outlasts its period once, and its concurrency in every period", () => {
    const stats = new ConcurrencyStats(0);
    stats.arrive(0, false);
    stats.report(SECOND);
    stats.report(2 * SECOND);
    expect([stats.averageConcurrency, stats.requestCount]).toEqual([1, 0]);
  });

  it("see nothing of a request that takes no time but that it arrived", () => {
    const stats = new ConcurrencyStats(0);
    stats.arrive(SECOND, false);
    stats.depart(SECOND, false);
    stats.report(2 * SECOND);
    expect([stats.averageConcurrency, stats.requestCount]).toEqual([0, 1]);
  });

  it("are zero for a period without length", () => {
    const stats = new ConcurrencyStats(SECOND);
    stats.arrive(SECOND, true);
    stats.report(SECOND);
    expect([stats.averageConcurrency, stats.averageProxiedConcurrency]).toEqual([0, 0]);
  });

  it("begin with the start of the process, not with the first request", () => {
    const stats = new ConcurrencyStats(0);
    stats.restart(10 * SECOND);
    stats.arrive(10 * SECOND + 800 * MILLISECOND, false);
    stats.report(11 * SECOND);
    expect(stats.averageConcurrency).toBe(0.2); // 1 × 0.2 s of 1 s
  });

  it("add up, over any periods, to the time that requests spent", () => {
    const event = fc.record({ after: fc.nat(2_000_000), kind: fc.constantFrom("arrive", "depart", "report") });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 100 }), (events) => {
        const stats = new ConcurrencyStats(0);
        const arrivals: number[] = [];
        let [now, reportedUntil, spent, reported] = [0, 0, 0, 0];
        const report = (): void => {
          stats.report(now);
          reported += stats.averageConcurrency * (now - reportedUntil);
          reportedUntil = now;
        };
        for (const { after, kind } of events) {
          now += after;
          if (kind === "arrive") {
            stats.arrive(now, false);
            arrivals.push(now);
          } else if (kind === "depart" && arrivals.length > 0) {
            stats.depart(now, false);
            spent += now - arrivals.shift()!;
          } else if (kind === "report") report();
        }
        report();
        for (const arrival of arrivals) spent += now - arrival;
        expect(Math.abs(reported - spent)).toBeLessThanOrEqual(1e-9 * (1 + spent));
      }),
    );
  });
});
