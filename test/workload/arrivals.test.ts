import { describe, expect, it } from "vitest";
import { createStreams } from "../../src/engine/random.js";
import { MINUTE, NEVER, SECOND } from "../../src/engine/time.js";
import { type ActiveWindow, type ArrivalProcess, createArrivals } from "../../src/workload/arrivals.js";
import { cumulativeRate } from "../../src/workload/cumulative-rate.js";
import type { RateProfile } from "../../src/workload/profile.js";
import type { ArrivalPlan } from "../../src/workload/source.js";

const ALWAYS: ActiveWindow = { fromUs: 0, untilUs: NEVER };

function arrivals(plan: ArrivalPlan, window: ActiveWindow = ALWAYS, seed = "1"): ArrivalProcess {
  const streams = createStreams(seed);
  return createArrivals(plan, window, { arrivals: streams.get("arrivals/web"), think: streams.get("think/web") });
}

/** Times up to `limit`; every request is answered after 30 ms. */
function times(process: ArrivalProcess, limit = NEVER): number[] {
  const taken: number[] = [];
  while (process.nextAt < limit) {
    const at = process.nextAt;
    taken.push(at);
    process.requestEnded(process.take(), at, at + 30_000);
  }
  return taken;
}

function rate(profile: RateProfile, process: "poisson" | "even"): ArrivalPlan {
  return { kind: "rate", process, profile };
}

const steady = (ratePerSecond: number): RateProfile => ({ kind: "constant", ratePerSecond });

const PROFILES: readonly RateProfile[] = [
  steady(50),
  { kind: "ramp", from: 0, to: 100, overUs: MINUTE },
  {
    kind: "steps",
    steps: [
      [5 * SECOND, 10],
      [10 * SECOND, 0],
      [20 * SECOND, 300],
    ],
  },
  { kind: "sine", mean: 50, amplitude: 80, periodUs: MINUTE },
];

const EVERY_PROCESS: readonly ArrivalPlan[] = [
  ...PROFILES.map((profile) => rate(profile, "even")),
  ...PROFILES.map((profile) => rate(profile, "poisson")),
  { kind: "at", timesUs: [90 * SECOND, 12 * SECOND, 10 * SECOND, 12 * SECOND, 9 * SECOND, 70 * SECOND] },
  { kind: "counts", countsPerMinute: Uint32Array.of(100, 0, 7), placement: "uniform" },
  { kind: "counts", countsPerMinute: Uint32Array.of(100, 0, 7), placement: "even" },
  {
    kind: "clients",
    clients: [
      [0, 5],
      [20 * SECOND, 2],
    ],
    think: { kind: "exponential", meanUs: SECOND },
    startJitter: null,
    requests: null,
  },
];

describe.each(EVERY_PROCESS.map((plan) => [JSON.stringify(plan), plan] as const))("the process %s", (_, plan) => {
  const window: ActiveWindow = { fromUs: 10 * SECOND, untilUs: 70 * SECOND };

  it("sends whole microseconds in order, all of them within [from, until)", () => {
    const found = times(arrivals(plan, window));
    expect(found.length).toBeGreaterThan(0);
    expect(found.every((at) => Number.isInteger(at) && at >= window.fromUs && at < window.untilUs)).toBe(true);
    expect(found).toEqual(found.toSorted((a, b) => a - b));
  });

  it("sends the same requests with the same seed", () => {
    expect(times(arrivals(plan, window))).toEqual(times(arrivals(plan, window)));
  });

  it("sends nothing after it was closed, whoever is answered then", () => {
    const process = arrivals(plan, window);
    const sentAt = process.nextAt;
    const client = process.take();
    process.close();
    expect(process.nextAt).toBe(NEVER);
    process.requestEnded(client, sentAt, sentAt + 1);
    expect(process.nextAt).toBe(NEVER);
  });

  it("sends nothing in an empty window", () => {
    expect(arrivals(plan, { fromUs: 10 * SECOND, untilUs: 10 * SECOND }).nextAt).toBe(NEVER);
  });
});

describe("even arrivals", () => {
  it("at 3000/s are exactly 3000 in every second", () => {
    const found = times(arrivals(rate(steady(3000), "even")), 20 * SECOND);
    const perSecond = new Array<number>(20).fill(0);
    for (const at of found) perSecond[Math.floor(at / SECOND)]++;
    expect(perSecond).toEqual(new Array(20).fill(3000));
    // k/3000 s: 0, 333.33…, 666.67… µs
    expect(found.slice(0, 4)).toEqual([0, 333, 667, 1000]);
  });

  it("begin at `from`, and the one at `until` is not sent", () => {
    const found = times(arrivals(rate(steady(1), "even"), { fromUs: 2_500_000, untilUs: 5_500_000 }));
    expect(found).toEqual([2_500_000, 3_500_000, 4_500_000]);
  });

  it("follow the profile: request k when k requests are expected", () => {
    // 0 → 100/s in 60 s: request k at √(1.2 k) s, so 3000 in the first minute.
    const found = times(arrivals(rate(PROFILES[1], "even")), MINUTE);
    expect(found).toHaveLength(3000);
    expect(found[750]).toBe(30 * SECOND);
    expect(found[1]).toBe(Math.round(Math.sqrt(1.2) * SECOND));
  });

  it("count steps and ramps from `from`", () => {
    const found = times(arrivals(rate(PROFILES[2], "even"), { fromUs: MINUTE, untilUs: MINUTE + 21 * SECOND }));
    // 10/s from 5 s to 10 s, nothing until 20 s, then 300/s for a second.
    expect(found).toHaveLength(50 + 300);
    expect([found[0], found[49], found[50]]).toEqual([65 * SECOND, 69_900_000, 80 * SECOND]);
  });
});

describe("Poisson arrivals", () => {
  it.each(PROFILES.map((profile) => [profile.kind, profile] as const))(
    "of a %s profile come as often as expected, in every stretch",
    (_, profile) => {
      const found = times(arrivals(rate(profile, "poisson"), { fromUs: 7 * SECOND, untilUs: NEVER }), 127 * SECOND);
      const expectation = cumulativeRate(profile);
      for (let start = 0; start < 120; start += 10) {
        const expected = expectation.countUntil((start + 10) * SECOND) - expectation.countUntil(start * SECOND);
        const count = found.filter((at) => at >= (start + 7) * SECOND && at < (start + 17) * SECOND).length;
        // 5 standard deviations of a Poisson count; exactly 0 where the rate is.
        expect(Math.abs(count - expected)).toBeLessThanOrEqual(5 * Math.sqrt(expected) + 1e-6);
      }
    },
  );

  it("have exponential gaps", () => {
    const found = times(arrivals(rate(steady(100), "poisson")), 1000 * SECOND);
    const gaps = found.slice(1).map((at, i) => at - found[i]);
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    const variance = gaps.reduce((sum, gap) => sum + (gap - mean) * (gap - mean), 0) / gaps.length;
    // 10^5 gaps of 10 ms: the mean within 5/√10^5, the squared coefficient of variation (1) within 5 · √(8/10^5).
    expect(Math.abs(mean / 10_000 - 1)).toBeLessThan(0.016);
    expect(Math.abs(variance / (mean * mean) - 1)).toBeLessThan(0.045);
    const longer = gaps.filter((gap) => gap > 20_000).length / gaps.length;
    expect(Math.abs(longer - Math.exp(-2))).toBeLessThan(5 * Math.sqrt(0.117 / gaps.length));
  });

  it("take the same draws for every profile: twice the rate, half the times", () => {
    const slow = times(arrivals(rate(steady(10), "poisson")), 100 * SECOND);
    const fast = times(arrivals(rate(steady(20), "poisson")), 50 * SECOND);
    expect(fast).toHaveLength(slow.length);
    expect(fast.every((at, i) => Math.abs(2 * at - slow[i]) <= 2)).toBe(true);
  });

  it("are the same requests after `from` wherever that lies", () => {
    const early = times(arrivals(rate(steady(10), "poisson"), { fromUs: 0, untilUs: MINUTE }));
    const late = times(arrivals(rate(steady(10), "poisson"), { fromUs: MINUTE, untilUs: 2 * MINUTE }));
    expect(late).toEqual(early.map((at) => at + MINUTE));
  });

  it("of rate 0 never come", () => {
    expect(arrivals(rate(steady(0), "poisson")).nextAt).toBe(NEVER);
  });
});

describe("listed arrivals", () => {
  it("are sent in the order of time, twice when listed twice, only within the window", () => {
    const plan: ArrivalPlan = { kind: "at", timesUs: [5, 3, 3, 1, 9, 10] };
    expect(times(arrivals(plan, { fromUs: 3, untilUs: 10 }))).toEqual([3, 3, 5, 9]);
  });
});

describe("counted arrivals", () => {
  it.each(["uniform", "even"] as const)("placed %s are exactly as many in each minute as were counted", (placement) => {
    const counts = [1000, 0, 1, 60_000];
    const found = times(arrivals({ kind: "counts", countsPerMinute: Uint32Array.from(counts), placement }));
    const perMinute = [0, 0, 0, 0];
    for (const at of found) perMinute[Math.floor(at / MINUTE)]++;
    expect(perMinute).toEqual(counts);
  });
});
