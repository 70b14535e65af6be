import { describe, expect, it } from "vitest";
import { MILLISECOND, SECOND } from "../../src/engine/time.js";
import { ActivatorStats } from "../../src/model/activator-stats.js";

/** The message of a report at this time; null when nothing is sent. */
function report(stats: ActivatorStats, nowUs: number): readonly [concurrency: number, count: number] | null {
  return stats.report(nowUs) ? [stats.concurrency, stats.requestCount] : null;
}

describe("an activator's statistics of a revision", () => {
  it("tell of the first request at once, and take it back in the next report", () => {
    const stats = new ActivatorStats();
    expect(stats.arrive(200 * MILLISECOND)).toBe(true);
    expect(stats.arrive(600 * MILLISECOND)).toBe(false);
    // 1 for 0.8 s and 1 more for 0.4 s, over the 0.8 s since the entry was made: 1.5, of which 1 was sent.
    expect(report(stats, SECOND)).toEqual([0.5, 1]);
    expect(report(stats, 2 * SECOND)).toEqual([2, 0]);
  });

  it("book an isolated short request as a full concurrency-second: {1,1}, {0,0}, {0,0}, then silence", () => {
    const stats = new ActivatorStats();
    expect(stats.arrive(500 * MILLISECOND)).toBe(true);
    stats.depart(510 * MILLISECOND);
    expect(report(stats, SECOND)).toEqual([0, 0]); // 0.01 s of 0.5 s is less than the 1 that was sent
    expect(stats.present).toBe(true);
    expect(report(stats, 2 * SECOND)).toEqual([0, 0]);
    expect(stats.present).toBe(false);
    expect(report(stats, 3 * SECOND)).toBeNull();
    expect(stats.arrive(4 * SECOND)).toBe(true);
  });

  it("keep the entry for a request that came at the very instant of the report", () => {
    const stats = new ActivatorStats();
    stats.arrive(SECOND);
    expect(report(stats, SECOND)).toEqual([0, 0]);
    expect(stats.present).toBe(true);
    expect(stats.arrive(1500 * MILLISECOND)).toBe(false);
    expect(report(stats, 2 * SECOND)).toEqual([1.5, 1]); // nothing left to take back
  });

  it("drop the entry of a request that came and went at the very instant of the report", () => {
    const stats = new ActivatorStats();
    stats.arrive(SECOND);
    stats.depart(SECOND);
    expect(report(stats, SECOND)).toEqual([0, 0]);
    expect(stats.present).toBe(false);
  });

  it("book requests that came just before the report as if they had been there for the whole second", () => {
    const stats = new ActivatorStats();
    for (let request = 0; request < 5; request++) stats.arrive(900 * MILLISECOND);
    expect(report(stats, SECOND)).toEqual([4, 4]); // not 0.1 × 5: with the immediate 1 they are 5
  });

  it("never drop the entry of requests that wait for a pod", () => {
    const stats = new ActivatorStats();
    stats.arrive(0);
    for (let second = 1; second <= 100; second++)
      expect(report(stats, second * SECOND)).toEqual([second === 1 ? 0 : 1, 0]);
    expect([stats.present, stats.inFlight]).toEqual([true, 1]);
  });
});
