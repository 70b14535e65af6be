import { describe, expect, it } from "vitest";
import { fromSeconds } from "../../../src/engine/time.js";
import type { ValidDecision } from "../../../src/model/autoscaler/decider.js";
import { closedLoop } from "./recorded-revision.js";

/** A row as the traces are written: S / P → ready, desired, EBC, panic. */
function row(decisions: Map<number, ValidDecision>, at: number) {
  const { stable, panic, ready, desired, excessBurstCapacity, panicking } = decisions.get(at)!;
  return { at, stable, panic, ready, desired, ebc: excessBurstCapacity, panicking };
}

type Row = readonly [
  at: number,
  stable: number,
  panic: number,
  ready: number,
  desired: number,
  ebc?: number,
  panicking?: boolean,
];

function expectRows(decisions: Map<number, ValidDecision>, rows: readonly Row[]): void {
  for (const [at, stable, panic, ready, desired, ebc, panicking] of rows) {
    const got = row(decisions, at);
    expect(got).toEqual({
      ...{ at, stable, panic, ready, desired },
      ebc: ebc ?? got.ebc,
      panicking: panicking ?? got.panicking,
    });
  }
}

describe("a revision in a loop with its decider", () => {
  it("G1 goes from one pod to five and back as load goes from 50 to 300 for 40 s", () => {
    const trace = closedLoop((t) => (t >= 60 && t < 100 ? 300 : 50), { ready: 1, until: 160 });
    expectRows(trace, [
      [60.5, 54.166667, 91.666667, 1, 2, -203, true],
      [62.5, 62.5, 175, 1, 3, -286, true],
      [64.5, 70.833333, 258.333333, 2, 4, -270, true],
      [66.5, 79.166667, 300, 3, 5, -211, true],
      [70.5, 95.833333, 300, 5, 5, -11, true],
      [100.5, 216.666667, 258.333333, 5, 5, 30, true],
      [126.5, 187.5, 50, 5, 3, 239, false],
      [138.5, 137.5, 50, 3, 2, 39, false],
      [156.5, 62.5, 50, 2, 1, -61, false],
    ]);
    expect([...trace].find(([, { panicChange }]) => panicChange === "exited")![0]).toBe(126.5);
  });

  /** 500 in flight for half a minute from zero. */
  const burst = (t: number) => (t < 30 ? 500 : 0);

  it("G2 panics to eight pods from zero, holds them for a stable window, then halves its way down", () => {
    const trace = closedLoop(burst, { ready: 0, until: 100 });
    expectRows(trace, [
      [0.5, 500, 500, 0, 8, -711, true],
      [64.5, 208.333333, 0, 8, 4, 589, false],
      [66.5, 191.666667, 0, 4, 3],
      [74.5, 125, 0, 3, 2],
      [82.5, 58.333333, 0, 2, 1],
      [90.5, 0, 0, 1, 0],
    ]);
    // Four seconds later all eight are there: ⌊800 − 211 − 500⌋.
    expect(row(trace, 4.5)).toMatchObject({ ready: 8, desired: 8, ebc: 89, panicking: true });
    expect(row(trace, 62.5)).toMatchObject({ desired: 8, panicking: true });
  });

  it("G3 waits the whole scale-down delay before each halving", () => {
    const trace = closedLoop(burst, { ready: 0, until: 304, scaleDownDelayUs: fromSeconds(60) });
    const changes = [...trace]
      .filter(([at, { desired }]) => at === 0.5 || trace.get(at - 2)!.desired !== desired)
      .map(([at, { desired }]) => [at, desired]);
    expect(changes).toEqual([
      [0.5, 8],
      [122.5, 4],
      [182.5, 2],
      [242.5, 1],
      [302.5, 0],
    ]);
  });

  it("G4 is at zero six seconds after the load stopped, with a window of six", () => {
    const trace = closedLoop((t) => (t < 30 ? 100 : 0), {
      ready: 2,
      until: 40,
      stableWindowUs: fromSeconds(6),
      panicWindowUs: fromSeconds(1),
    });
    expectRows(trace, [
      [32.5, 50, 0, 2, 1],
      [34.5, 16.666667, 0, 1, 1],
      [36.5, 0, 0, 1, 0],
    ]);
  });

  it("G5 doubles at most with a scale-up rate of two, and only what is ready counts", () => {
    const trace = closedLoop((t) => (t < 10 ? 10 : 700), { ready: 1, until: 30, maxScaleUpRate: 2 });
    expectRows(trace, [
      [10.5, 72.727273, 125, 1, 2],
      [14.5, 240, 585, 2, 4],
      [18.5, 336.842105, 700, 4, 8],
      [22.5, 400, 700, 8, 10],
      [26.5, 444.444444, 700, 10, 10, 89],
    ]);
    expect(row(trace, 10.5).panicking).toBe(true);
    expect(trace.get(14.5)!.reason).toBe("maxScaleUpRate");
  });
});
