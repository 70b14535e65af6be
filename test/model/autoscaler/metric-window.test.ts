import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromSeconds, SECOND } from "../../../src/engine/time.js";
import { createMetricWindow, type MetricWindow } from "../../../src/model/autoscaler/metric-window.js";

/** A window in seconds, as the tables are written. */
function windowOf(seconds: number, aggregation = "linear") {
  const window = createMetricWindow(aggregation, fromSeconds(seconds));
  return {
    record: (at: number, value: number) => window.record(fromSeconds(at), value),
    average: (at: number) => window.average(fromSeconds(at)),
    isEmpty: (at: number) => window.isEmpty(fromSeconds(at)),
    holdsNoLoad: (at: number) => window.holdsNoLoad(fromSeconds(at)),
    resize: (to: number, at: number) => window.resize(fromSeconds(to), fromSeconds(at)),
  };
}

describe.each(["linear", "weighted-exponential"])("load in a %s window", (aggregation) => {
  it("is gone when it is older than the window, whether or not anything came after it", () => {
    const window = windowOf(5, aggregation);
    expect(window.holdsNoLoad(0)).toBe(true);
    window.record(1, 0.3);
    window.record(2, 0);
    expect([1, 5.9, 6].map(window.holdsNoLoad)).toEqual([false, false, true]);
    window.record(7, 0.1);
    window.record(8, 0);
    expect([8, 11.9, 12].map(window.holdsNoLoad)).toEqual([false, false, true]);
    expect(window.average(12)).toBe(0);
  });

  it("shows in the average exactly as long as the window holds some", () => {
    const value = fc.oneof(fc.constant(0), fc.constantFrom(0.1, 0.3, 1, 7));
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(7), value), { maxLength: 30 }), fc.nat(7), (steps, later) => {
        const window = windowOf(5, aggregation);
        let at = 0;
        for (const [gap, load] of steps) window.record((at += gap), load);
        for (let second = at + later; second < at + 10; second++) {
          if (!window.isEmpty(second)) expect(window.average(second) === 0).toBe(window.holdsNoLoad(second));
        }
      }),
    );
  });
});

describe.each(["linear", "weighted-exponential"])("a %s window in which zeros follow the load", (aggregation) => {
  it("has an average that only falls, from the next decision on, as it says beforehand", () => {
    const loads = fc.array(fc.tuple(fc.nat(4), fc.constantFrom(0, 0.3, 1, 7)), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(loads, fc.constantFrom(6, 20), fc.constantFrom(0.1, 0.9), (steps, seconds, scrapePhase) => {
        const window = createMetricWindow(aggregation, fromSeconds(seconds));
        let last = 0;
        for (const [gap, load] of steps) window.record(fromSeconds((last += gap)), load);
        // Decisions come 0.5 s after every other whole second, scrapes every second at their phase.
        const foreseen: number[] = [];
        for (let at = last + 2; at < last + 40; at += 2) {
          const lastScrape = at + scrapePhase - (scrapePhase < 0.5 ? 0 : 1);
          foreseen.push(window.averageAfterZeros(fromSeconds(at + 0.5), fromSeconds(lastScrape)));
        }
        for (let i = 1; i < foreseen.length; i++) expect(foreseen[i]).toBeLessThanOrEqual(foreseen[i - 1]);
        let recorded = last;
        foreseen.forEach((average, i) => {
          const at = last + 2 + 2 * i;
          const until = scrapePhase < 0.5 ? at : at - 1;
          while (recorded < until) window.record(fromSeconds(++recorded + scrapePhase), 0);
          expect(window.average(fromSeconds(at + 0.5))).toBeCloseTo(average, 6);
        });
      }),
    );
  });
});

describe("linear window", () => {
  it("goes through the life of a five-second window: partial, full, late reports, silence, restart", () => {
    const window = windowOf(5);
    window.record(0.2, 4);
    expect(window.average(0.2)).toBe(4);
    window.record(0.9, 2);
    expect(window.average(0.9)).toBe(6); // the same second adds up
    window.record(1.1, 3);
    expect(window.average(1.1)).toBe(4.5); // 9 / 2
    expect(window.average(2.5)).toBe(4.5); // a trailing second is not counted: 9 / min(2, 4)
    window.record(3, 9);
    expect(window.average(3)).toBe(4.5); // an inner gap is: 18 / 4
    expect(window.average(4.9)).toBe(4.5); // 18 / min(4, 4)
    window.record(4, 1);
    expect(window.average(4)).toBe(3.8); // 19 / 5
    window.record(5, 2);
    expect(window.average(5)).toBe(3); // second 0 left: 15 / 5
    window.record(3.5, 5);
    expect(window.average(5)).toBe(4); // a late report: 20 / 5
    expect(window.average(3)).toBe(4); // reading the past gives the average as of the newest second
    expect(window.average(6)).toBe(4.25); // (20 − 3) / 4
    expect(window.average(7.5)).toBe(5.666667); // 17 / 3
    expect(window.average(8)).toBe(1.5); // (17 − 14) / 2
    expect(window.average(9.99)).toBe(2); // 2 / 1
    expect(window.average(10)).toBe(0);
    expect(window.isEmpty(10)).toBe(false); // exactly the window's length
    expect(window.average(11)).toBe(0);
    expect(window.isEmpty(11)).toBe(true);
    window.record(6, 7);
    expect(window.average(6)).toBe(4.8); // 24 / 5
    expect(window.average(7)).toBe(6); // (24 − 0) / 4
    window.record(11, 6);
    expect(window.average(11)).toBe(6); // a gap as long as the window: history is dropped
    window.record(5.9, 100);
    window.record(6, 100);
    expect(window.average(11)).toBe(6); // too old by a hair: 6 + 5 is not after 11
    window.record(11.5, 1);
    expect(window.average(11.5)).toBe(7);
  });

  it("counts a late report as the beginning when it is older than the first", () => {
    const window = windowOf(5);
    window.record(10, 10);
    window.record(8, 2);
    expect(window.average(10)).toBe(4); // 12 / 3
    window.record(5, 50);
    expect(window.average(10)).toBe(4); // ignored: 5 + 5 is not after 10
    window.record(6, 6);
    expect(window.average(10)).toBe(3.6); // 18 / 5
  });

  it("holds its average through silence until old seconds slide out", () => {
    const window = windowOf(10);
    for (const [at, value] of [
      [0, 6],
      [1, 6],
      [2, 3],
    ] as const)
      window.record(at, value);
    expect([2, 5, 9, 11, 12].map(window.average)).toEqual([5, 5, 5, 3, 0]); // at 11 only second 2 is left
  });

  it("rounds to six decimals, so that very little load is none", () => {
    const window = windowOf(60);
    for (let second = 0; second < 60; second++) window.record(second, second === 30 ? 1 : 0);
    expect(window.average(59)).toBe(0.016667); // 1 / 60
    const tiny = windowOf(60);
    for (let second = 0; second < 60; second++) tiny.record(second, second === 30 ? 29e-6 : 0);
    expect(tiny.average(59)).toBe(0); // 29 µs / 60 s = 0.48e-6
    tiny.record(59, 1e-6);
    expect(tiny.average(59)).toBe(1e-6); // 30 µs / 60 s = 0.5e-6, away from zero
  });

  it("rounds negative halves away from zero", () => {
    const window = windowOf(2);
    window.record(0, -0.000_001);
    window.record(1, 0);
    expect(window.average(1)).toBe(-0.000_001); // −0.5e-6
  });

  it("dilutes a partly filled window when it is resized", () => {
    const window = windowOf(10);
    window.record(0, 8);
    window.record(1, 4);
    expect(window.average(1)).toBe(6);
    window.resize(20, 1);
    expect(window.average(1)).toBe(1.2); // 12 / 10: it now claims to begin nine seconds before the newest
  });

  it("keeps the newest seconds that fit when a full window is resized", () => {
    const window = windowOf(5);
    for (let second = 0; second < 5; second++) window.record(second, second + 1);
    window.resize(10, 4);
    expect(window.average(4)).toBe(3); // 15 / min(5, 10)
    window.resize(3, 4);
    expect(window.average(4)).toBe(4); // (3 + 4 + 5) / 3
  });

  it("drops everything when it is resized after a silence longer than itself", () => {
    const window = windowOf(5);
    window.record(0, 10);
    window.resize(60, 6);
    expect(window.average(6)).toBe(0);
    expect(window.isEmpty(6)).toBe(false); // the newest second is remembered, and it lies within the new length
  });
});

describe("weighted-exponential window", () => {
  it("reads low at first and decays at once in silence", () => {
    const window = windowOf(5, "weighted-exponential");
    const readings = [];
    for (const [at, value] of [
      [0, 10],
      [1, 10],
      [2, 5],
      [3, 5],
    ] as const) {
      window.record(at, value);
      readings.push(window.average(at));
    }
    readings.push(window.average(4), window.average(5), window.average(7));
    const want = [
      8.415106807539, 9.748811356849, 5.752635879175, 5.119284748131, 0.811351954758, 0.127749108298, 0.002654786722,
    ];
    readings.forEach((reading, index) => void expect(reading).toBeCloseTo(want[index], 11));
    expect([window.average(8), window.isEmpty(8)]).toEqual([0, false]);
    expect([window.average(9), window.isEmpty(9)]).toEqual([0, true]);
  });

  it("gives the newest second of a long window a fifth of the weight", () => {
    const window = windowOf(60, "weighted-exponential");
    for (const [at, value, want] of [
      [0, 10, 2],
      [1, 10, 3.6],
      [2, 5, 3.88],
      [3, 5, 4.104],
    ] as const) {
      window.record(at, value);
      expect(window.average(at)).toBeCloseTo(want, 11);
    }
    expect(window.average(4)).toBeCloseTo(3.2832, 11);
    expect(window.average(10)).toBeCloseTo(0.8606711808, 11);
    expect(window.average(62)).toBeCloseTo(0.000001915619, 11);
    expect([window.average(63), window.isEmpty(63)]).toEqual([0, false]);
    expect(window.isEmpty(64)).toBe(true);
    for (let second = 4; second < 40; second++) window.record(second, 5);
    expect(window.average(39)).toBeCloseTo(4.999709231376, 11);
  });

  it.each([
    [5, 0.841510680754],
    [6, 0.784556530997],
    [10, 0.601892829447],
    [20, 0.36904265552],
    [30, 0.26435774554],
    [40, 0.205671765276],
    [41, 0.201198219198],
    [42, 0.2],
    [60, 0.2],
  ])("weighs the newest of %i seconds with %f", (seconds, coefficient) => {
    const window = windowOf(seconds, "weighted-exponential");
    window.record(0, 1);
    expect(window.average(0)).toBeCloseTo(coefficient, 11);
  });
});

/** Reports as (second, millisecond, value): gaps, repeats and late ones included. */
const reports = fc.array(
  fc.record({
    advance: fc.oneof(fc.integer({ min: -12, max: 3 }), fc.integer({ min: 0, max: 20 })),
    milliseconds: fc.integer({ min: 0, max: 999 }),
    value: fc.integer({ min: 0, max: 1_000_000 }).map((thousandths) => thousandths / 1000),
  }),
  { minLength: 1, maxLength: 60 },
);

function play(window: MetricWindow, list: readonly { advance: number; milliseconds: number; value: number }[]): number {
  let second = 50;
  for (const { advance, milliseconds, value } of list) {
    second = Math.max(0, second + advance);
    window.record(second * SECOND + milliseconds * 1000, value);
  }
  return second;
}

/** What §3.2 says in words, over a plain list of seconds. */
function bruteForceAverage(
  list: readonly { advance: number; value: number }[],
  size: number,
  at: (second: number) => number,
): number {
  const sums = new Map<number, number>();
  let [first, last, second] = [Infinity, -Infinity, 50];
  for (const { advance, value } of list) {
    second = Math.max(0, second + advance);
    if (second <= last - size) continue;
    if (second - last >= size) {
      sums.clear();
      first = second;
    }
    first = Math.min(first, second);
    last = Math.max(last, second);
    sums.set(second, (sums.get(second) ?? 0) + value);
  }
  const now = at(second);
  if (now - last >= size) return 0;
  const oldest = Math.max(last, now) - size + 1;
  let sum = 0;
  for (const [bucket, value] of sums) if (bucket >= oldest) sum += value;
  return sum / Math.min(last - first + 1, size - Math.max(0, now - last));
}

describe("any window", () => {
  it("averages the last seconds as a plain list of them would, with gaps, lateness and repeats (I1)", () => {
    fc.assert(
      fc.property(reports, fc.integer({ min: 1, max: 15 }), fc.integer({ min: -5, max: 20 }), (list, size, later) => {
        const window = createMetricWindow("linear", size * SECOND);
        const end = play(window, list);
        const now = Math.max(0, end + later);
        const want = bruteForceAverage(list, size, () => now);
        expect(Math.abs(window.average(now * SECOND) - want)).toBeLessThan(1.01e-6);
      }),
    );
  });

  it("does not care in which order the reports of one second come (I1)", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1 }), (values) => {
        const [forward, backward] = [windowOf(6), windowOf(6)];
        values.forEach((value, index) => void forward.record(3 + index / 1000, value));
        [...values].reverse().forEach((value, index) => void backward.record(3 + index / 1000, value));
        expect(forward.average(3)).toBe(backward.average(3));
      }),
    );
  });

  it("reads a constant load as that constant, from the first second on (I2)", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e9 }), fc.integer({ min: 1, max: 30 }), (millionths, size) => {
        const value = millionths / 1e6;
        const window = windowOf(size);
        for (let second = 0; second < 80; second++) {
          window.record(second, value);
          expect(window.average(second)).toBe(value);
        }
      }),
      { numRuns: 30 },
    );
  });

  it("is not changed by reading it (I3), and is 0 when empty (I4)", () => {
    fc.assert(
      fc.property(reports, fc.constantFrom("linear", "weighted-exponential"), (list, aggregation) => {
        const [read, unread] = [windowOf(7, aggregation), windowOf(7, aggregation)];
        let second = 50;
        for (const { advance, value } of list) {
          second = Math.max(0, second + advance);
          read.record(second, value);
          unread.record(second, value);
          for (const at of [0, second, second + 3, second + 30]) {
            const average = read.average(at);
            if (read.isEmpty(at)) expect(average).toBe(0);
          }
        }
        for (let at = 0; at < 20; at++) expect(read.average(second + at)).toBe(unread.average(second + at));
      }),
    );
  });

  it("reads zero without being empty only in the one second after a window's length of silence (I4)", () => {
    const window = windowOf(6);
    window.record(10.4, 5);
    for (let at = 10; at < 30; at += 0.25) {
      expect(window.average(at) === 0 && !window.isEmpty(at)).toBe(at >= 16 && at < 17);
    }
  });

  it("weighs each second by its age, never exceeds the largest one, and grows with each (I5)", () => {
    const values = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(values, fc.nat({ max: 19 }), fc.nat({ max: 9 }), (loads, raised, silence) => {
        const size = 10;
        const [window, more] = [windowOf(size, "weighted-exponential"), windowOf(size, "weighted-exponential")];
        loads.forEach((load, second) => {
          window.record(second, load);
          more.record(second, load + (second === raised ? 1 : 0));
        });
        const coefficient = 0.601892829447;
        const now = loads.length - 1 + silence;
        const kept = loads.map((load, second) => ({ load, age: now - second })).filter(({ age }) => age < size);
        const want = kept.reduce((sum, { load, age }) => sum + load * coefficient * (1 - coefficient) ** age, 0);
        expect(window.average(now)).toBeCloseTo(want, 6);
        expect(window.average(now)).toBeLessThanOrEqual(Math.max(...loads));
        expect(more.average(now)).toBeGreaterThanOrEqual(window.average(now));
      }),
    );
  });
});

describe.each(["linear", "weighted-exponential"])("a look ahead of a %s window", (aggregation) => {
  it("reads what will be read once zeros have been recorded", () => {
    const report = fc.record({
      gap: fc.integer({ min: 0, max: 9 }),
      value: fc.double({ min: 0, max: 50, noNaN: true }),
    });
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 20 }),
        fc.array(report, { minLength: 1, maxLength: 40 }),
        fc.nat(30),
        fc.nat(3),
        (seconds, reports, zeros, silence) => {
          const window = createMetricWindow(aggregation, fromSeconds(seconds));
          let now = 0;
          for (const { gap, value } of reports) {
            now += gap;
            window.record(fromSeconds(now), value);
          }
          const until = fromSeconds(now + zeros);
          const at = until + fromSeconds(silence);
          const ahead = window.averageAfterZeros(at, until);
          for (let second = 1; second <= zeros; second++) window.record(fromSeconds(now + second), 0);
          expect(ahead).toBeCloseTo(window.average(at), 9);
        },
      ),
    );
  });
});
