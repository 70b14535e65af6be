import { describe, expect, it } from "vitest";
import { fromSeconds } from "../../../src/engine/time.js";
import { createDeciderState, decide } from "../../../src/model/autoscaler/decider.js";
import { createDeciderStatus, isPoked, updateDeciderStatus } from "../../../src/model/autoscaler/decider-status.js";
import { RevisionMetrics } from "../../../src/model/autoscaler/revision-metrics.js";
import { DEFAULTS, RecordedRevision } from "./recorded-revision.js";

/** One decision of a new, calm decider from given averages. */
function once(options: Partial<typeof DEFAULTS> & { ready: number; stable: number; panic?: number }) {
  const { ready, stable, panic = 0, ...settings } = options;
  const state = createDeciderState({ nowUs: 0, ready: 0, scaleDownDelayUs: 0 });
  const averages = { stable, panic };
  const decision = decide({ ...DEFAULTS, ...settings }, state, { nowUs: 0, ready, reachable: true, averages });
  if (!decision.valid) throw new Error("an observed decision is valid");
  return decision;
}

describe("a decision", () => {
  it("E1 asks for one pod for a first request, and has no burst capacity to spare", () => {
    const revision = new RecordedRevision();
    expect(revision.decide(0, 0)).toMatchObject({ valid: false, reason: "noData", desired: null, panicking: false });
    revision.record(1, 0);
    // One second of data: S = P = 1, one pod; 1/1 < 2. EBC = ⌊0 − 211 − 1⌋.
    const first = { desired: 1, excessBurstCapacity: -212, panicking: false, reason: "stableWindow" };
    expect(revision.decide(0.3, 0)).toMatchObject(first);
    revision.record(0, 1);
    // (1 + 0) / 2 = 0.5; ⌊−211.5⌋ = −212.
    expect(revision.decide(2.3, 0)).toMatchObject({ stable: 0.5, panic: 0.5, desired: 1, excessBurstCapacity: -212 });
  });

  it("E2 learns of a burst of 500 at zero in steps, because only its first request is reported at once", () => {
    const revision = new RecordedRevision();
    revision.record(1, 0);
    expect(revision.decide(0, 0)).toMatchObject({ desired: 1, panicking: false });
    revision.record(499, 1);
    // 500 / 2 = 250 → 4 pods ≥ 2 × 1: panic. ⌊0 − 211 − 250⌋ = −461.
    const panic = { stable: 250, panic: 250, desired: 4, excessBurstCapacity: -461, panicking: true };
    expect(revision.decide(2.05, 0)).toMatchObject({ ...panic, panicChange: "entered" });
    revision.record(500, 2);
    // 1000 / 3 → 5 pods; ⌊−211 − 333.33⌋ = −545.
    expect(revision.decide(4.05, 0)).toMatchObject({ stable: 333.333333, desired: 5, excessBurstCapacity: -545 });
    revision.record(500, 3, 5);
    // S = 2000 / 5; P = (499 + 1500) / 4, its second 0 has left; ⌊100 − 211 − 499.75⌋ = −611.
    const later = { stable: 400, panic: 499.75, desired: 8, excessBurstCapacity: -611, panicChange: "extended" };
    expect(revision.decide(6.05, 1)).toMatchObject(later);
  });

  it("E2 asks for all eight pods at once when the whole burst falls into one second", () => {
    const revision = new RecordedRevision().record(1, 0).record(499, 0);
    expect(revision.decide(2.05, 0)).toMatchObject({ stable: 500, desired: 8, rawPanic: 8, reason: "stableWindow" });
  });

  it("E3 follows a load that stopped one step at a time, at most halving", () => {
    const revision = new RecordedRevision().record(150, 0, 60);
    // ⌈150 / 70⌉ = 3; ⌊300 − 211 − 150⌋ = −61.
    expect(revision.decide(59.5, 3)).toMatchObject({ stable: 150, desired: 3, excessBurstCapacity: -61 });
    revision.record(0, 60, 62);
    expect(revision.decide(61.5, 3)).toMatchObject({ stable: 145, panic: 100, desired: 3, excessBurstCapacity: -11 });
    revision.record(0, 62, 72);
    expect(revision.decide(71.5, 3)).toMatchObject({ stable: 120, panic: 0, desired: 2, excessBurstCapacity: 89 });
    revision.record(0, 72, 90);
    expect(revision.decide(89.5, 3)).toMatchObject({ stable: 75, desired: 2 });
    revision.record(0, 90, 92);
    expect(revision.decide(91.5, 3)).toMatchObject({ stable: 70, desired: 1 }); // exactly one target
    revision.record(0, 92, 120);
    // S = 0, but no more than half go: ⌊3 / 2⌋.
    expect(revision.decide(119.5, 3)).toMatchObject({ stable: 0, desired: 1, reason: "maxScaleDownRate" });
  });

  it("E4 leaves panic mode one stable window after the last decision above the threshold, not at it", () => {
    const revision = new RecordedRevision({ ready: 1 }).record(50, 0, 60).record(300, 60, 62);
    // S = (58·50 + 2·300) / 60, P = (4·50 + 2·300) / 6 → 2 pods, 2 / 1 ≥ 2.
    const entered = { stable: 58.333333, panic: 133.333333, desired: 2, panicChange: "entered", reason: "panicWindow" };
    expect(revision.decide(61.5, 1)).toMatchObject(entered);
    revision.record(300, 62, 64);
    expect(revision.decide(63.5, 1)).toMatchObject({ panic: 216.666667, desired: 4, panicChange: "extended" });
    revision.record(300, 64, 66);
    // 5 / 3 = 1.67 < 2: not above the threshold any more, still panicking.
    const held = { panic: 300, desired: 5, panicking: true, panicChange: null };
    expect(revision.decide(65.5, 3)).toMatchObject(held);
    revision.record(300, 66, 90);
    expect(revision.decide(89.5, 5)).toMatchObject({ panic: 300, excessBurstCapacity: -11 }); // ⌊500 − 211 − 300⌋
    revision.record(50, 90, 124);
    expect(revision.decide(123.5, 5)).toMatchObject({ desired: 5, panicking: true, reason: "panicHold" });
    revision.record(50, 124, 126);
    // Seconds 66–89 hold 300, 90–125 hold 50: (24·300 + 36·50) / 60 = 150 → 3 pods.
    const exited = { stable: 150, desired: 3, panicking: false, maxPanicPods: 0, panicChange: "exited" };
    expect(revision.decide(125.5, 5)).toMatchObject({ ...exited, reason: "stableWindow" });
  });

  it("E5 always allows one more pod, however low the scale-up rate", () => {
    expect(once({ ready: 2, stable: 3, target: 1, maxScaleUpRate: 1.1 })).toMatchObject({ desired: 3, up: 3 }); // ⌈2.2⌉
    expect(once({ ready: 2, stable: 9, target: 1, maxScaleUpRate: 1.0000001 })).toMatchObject({
      desired: 3,
      reason: "maxScaleUpRate",
    });
  });

  it("E6 raises any load to the activation scale, beyond the scale-up rate too, and no load not at all", () => {
    const five = { activationScale: 5 };
    expect(once({ ...five, ready: 0, stable: 1, panic: 1 })).toMatchObject({ desired: 5, reason: "activationScale" });
    expect(once({ ...five, ready: 5, stable: 0 })).toMatchObject({ desired: 2, reason: "maxScaleDownRate" });
    expect(once({ ...five, ready: 10, stable: 1 })).toMatchObject({ desired: 5 });
    expect(once({ ...five, ready: 1, stable: 500, maxScaleUpRate: 2 })).toMatchObject({ desired: 5, up: 2 });
    expect(once({ ...five, ready: 1, stable: 0 })).toMatchObject({ desired: 0, reason: "zero" });
    expect(once({ activationScale: 1, ready: 1, stable: 0.1 })).toMatchObject({ desired: 1, reason: "stableWindow" });
  });

  it("E7 holds a larger wish for the scale-down delay", () => {
    const revision = new RecordedRevision({
      stableWindowUs: fromSeconds(6),
      panicWindowUs: fromSeconds(1),
      scaleDownDelayUs: fromSeconds(10),
    });
    revision.record(130, 0, 8);
    const desired = [];
    for (let second = 6; second <= 20; second += 2) {
      if (second >= 8) revision.record(0, second, second + 1);
      const decision = revision.decideValid(second + 0.5, 2);
      desired.push([second + 0.5, decision.delayed, decision.desired, decision.reason]);
      if (second >= 8) revision.record(0, second + 1);
    }
    expect(desired).toEqual([
      [6.5, 2, 2, "stableWindow"],
      [8.5, 2, 2, "stableWindow"], // S = 5·130 / 6 = 108.33
      [10.5, 1, 2, "scaleDownDelay"],
      [12.5, 1, 2, "scaleDownDelay"],
      [14.5, 1, 2, "scaleDownDelay"],
      [16.5, 1, 2, "scaleDownDelay"],
      [18.5, 1, 1, "maxScaleDownRate"],
      [20.5, 1, 1, "maxScaleDownRate"],
    ]);
  });

  it("remembers as the panic maximum what was wanted, not what the scale-down delay made of it", () => {
    const state = createDeciderState({ nowUs: 0, ready: 1, scaleDownDelayUs: fromSeconds(60) });
    const at = (seconds: number, ready: number, stable: number, panic: number) =>
      decide(DEFAULTS, state, { nowUs: fromSeconds(seconds), ready, reachable: true, averages: { stable, panic } });
    expect(at(0, 3, 210, 70)).toMatchObject({ desired: 3, panicking: false });
    const panicking = { panicking: true, maxPanicPods: 2, delayed: 2, desired: 3, reason: "scaleDownDelay" };
    expect(at(2, 1, 70, 140)).toMatchObject(panicking); // 2 pods ≥ 2 × 1
  });

  it("E7 ignores the scale-down delay of an unreachable revision", () => {
    const revision = new RecordedRevision({ scaleDownDelayUs: fromSeconds(60) }).record(130, 0, 2);
    expect(revision.decide(1.5, 2)).toMatchObject({ desired: 2 });
    revision.record(0, 2, 70);
    expect(revision.decide(69.5, 2, false)).toMatchObject({ desired: 0, reason: "zero" });
  });

  it.each([
    { ready: 1, panic: 0, want: -111 },
    { ready: 3, panic: 0, want: 89 },
    { ready: 3, panic: 88.5, want: 0 }, // ⌊0.5⌋
    { ready: 3, panic: 89.1, want: -1 }, // ⌊−0.1⌋
    { ready: 3, panic: 89.1, targetBurstCapacity: 0, want: 0 },
    { ready: 3, panic: 89.1, targetBurstCapacity: -1, want: -1 },
    { ready: 3, panic: 89.1, total: 100.25, targetBurstCapacity: 300, want: -89 }, // ⌊−88.35⌋
    { ready: 0, panic: 0, want: -211 }, // of the pods there are, not of at least one
  ])("E8 leaves an excess burst capacity of $want with $ready pods and $panic in the panic window", (row) => {
    const { want, ...given } = row;
    expect(once({ stable: 0, ...given }).excessBurstCapacity).toBe(want);
  });

  it("E9 keeps ten pods for one stable window after a restart of the autoscaler", () => {
    const revision = new RecordedRevision({ ready: 10, createdAt: 0.7 });
    expect(revision.decide(0.7, 10)).toMatchObject({ valid: false, panicking: true, maxPanicPods: 10 });
    for (let second = 0; second <= 62; second++) {
      revision.record(35, second);
      if (second % 2 === 1 || second === 0) continue;
      // Created at 0.7 with a window of 60 s: 60.7 is the last moment of panic.
      const want = second <= 60 ? { desired: 10, panicking: true } : { desired: 5, panicking: false };
      expect(revision.decide(second, 10), `at ${second}`).toMatchObject(want); // then max(1, ⌊10 / 2⌋)
    }
  });

  it("E10 takes all pods of an unreachable revision without load in one step", () => {
    const revision = new RecordedRevision().record(0, 0, 60);
    expect(revision.decide(59.5, 10, false)).toMatchObject({ desired: 0, down: 0, reason: "zero" });
    expect(revision.decide(59.5, 10, true)).toMatchObject({ desired: 5, down: 5, reason: "maxScaleDownRate" });
  });

  it("E11 keeps the old average in silence, then reads a valid zero for one second, then has no data", () => {
    const revision = new RecordedRevision().record(70, 0);
    expect(revision.decide(30, 1)).toMatchObject({ stable: 70, panic: 0, desired: 1 });
    expect(revision.decide(59.9, 1)).toMatchObject({ stable: 70, panic: 0, desired: 1 });
    expect(revision.decide(60.5, 1)).toMatchObject({ valid: true, stable: 0, desired: 0 });
    expect(revision.decide(61.5, 1)).toMatchObject({ valid: false, reason: "noData" });
  });

  it("E11 takes silence for no load where pods are not scraped", () => {
    const revision = new RecordedRevision({ targetBurstCapacity: -1 }).record(70, 0);
    expect(revision.decide(59.9, 1)).toMatchObject({ stable: 70, desired: 1 });
    expect(revision.decide(60.5, 1)).toMatchObject({ stable: 0, desired: 0 });
    expect(revision.decide(61.5, 1)).toMatchObject({ valid: true, stable: 0, desired: 0 });
  });

  it("E12 counts proxied load once, at the activator, and adds up what falls into one second", () => {
    const metrics = new RevisionMetrics(DEFAULTS);
    metrics.record(fromSeconds(3.1), 12.5, 20); // activator
    metrics.record(fromSeconds(3.4), 12.5 - 12.5, 20 - 20); // a queue-proxy that has it all from the activator
    metrics.record(fromSeconds(3.9), 3, 4); // another pod, reached directly
    expect(metrics.read("concurrency", fromSeconds(3.9), true)).toEqual({ stable: 15.5, panic: 15.5 });
    expect(metrics.read("rps", fromSeconds(3.9), true)).toEqual({ stable: 24, panic: 24 });
  });

  it("E13 sees no decay without scraping, then a collapse", () => {
    const load = () =>
      new RecordedRevision({ targetBurstCapacity: -1 }).record(500, 0, 100).record(100, 100).record(0, 101);
    const revision = load();
    const rows = [103.5, 105.5, 107.5, 131.5, 151.5, 155.5, 157.5, 159.5, 160.5].map((at) => {
      const { stable, panic, desired } = revision.decideValid(at, 8);
      return [at, stable, panic, desired];
    });
    expect(rows).toEqual([
      // Seconds 44–99 with 500, one with 100, one with 0: 28100 / 58. From then on seconds leave and none come.
      [103.5, 484.482759, 275, 7],
      [105.5, 483.928571, 50, 7],
      [107.5, 483.333333, 0, 7],
      [131.5, 470, 0, 7],
      [151.5, 410, 0, 6],
      [155.5, 350, 0, 5],
      [157.5, 275, 0, 4],
      [159.5, 50, 0, 4], // ⌈50 / 70⌉ = 1, but no more than half go
      [160.5, 0, 0, 4],
    ]);
    const later = load();
    expect(later.decide(149.5, 8)).toMatchObject({ stable: 425 });
    // A single request turns the silence into seconds without load: (9·500 + 100 + 1) / 60.
    expect(later.record(1, 150).decide(150.5, 8)).toMatchObject({ stable: 76.683333 });
  });

  it("panics on the first bit of load above one target with one pod, once it is not rounded away", () => {
    expect(once({ ready: 1, stable: 70, panic: 70 })).toMatchObject({ panicking: false, desired: 1 });
    expect(once({ ready: 1, stable: 70, panic: 70.000001 })).toMatchObject({ panicking: true, desired: 2 });
    expect(new RecordedRevision().record(70.0000004, 0).decide(0.5, 1)).toMatchObject({ panicking: false });
    // With ten pods 19 targets are needed: ⌈19.01⌉ = 20 ≥ 2 × 10.
    expect(once({ ready: 10, stable: 0, panic: 19 * 70 })).toMatchObject({ panicking: false });
    expect(once({ ready: 10, stable: 0, panic: 19 * 70 + 1 })).toMatchObject({ panicking: true });
  });

  it("takes no count below zero from slightly negative averages", () => {
    expect(once({ ready: 1, stable: -0.000_001, panic: -3 })).toMatchObject({ desired: 0, reason: "zero" });
  });

  it("reads a collection that does not exist as not collecting", () => {
    const state = createDeciderState({ nowUs: 0, ready: 3, scaleDownDelayUs: 0 });
    const decision = decide(DEFAULTS, state, { nowUs: 0, ready: 3, reachable: true, averages: "notCollecting" });
    expect(decision).toMatchObject({ valid: false, reason: "notCollecting", panicking: true, maxPanicPods: 3 });
  });
});

describe("decider status", () => {
  it("starts without a wish and with the burst capacity of the initial pods, cut toward zero", () => {
    const initial = (given: Partial<typeof DEFAULTS>) => createDeciderStatus({ ...DEFAULTS, ...given });
    expect(initial({})).toEqual({ desiredScale: -1, excessBurstCapacity: -111 }); // 1 × 100 − 211
    expect(initial({ targetBurstCapacity: 100.5 }).excessBurstCapacity).toBe(0); // −0.5, and no −0
    expect(initial({ targetBurstCapacity: 0 }).excessBurstCapacity).toBe(0);
    expect(initial({ targetBurstCapacity: -1 }).excessBurstCapacity).toBe(-1);
    expect(initial({ initialScale: 3 }).excessBurstCapacity).toBe(89);
  });

  it("tells the pod autoscaler of another wish or another sign of the burst capacity, of nothing else", () => {
    const status = createDeciderStatus(DEFAULTS);
    expect(updateDeciderStatus(status, { desired: 1, excessBurstCapacity: -111 })).toBe(true);
    expect(updateDeciderStatus(status, { desired: 1, excessBurstCapacity: -500 })).toBe(false);
    expect(status.excessBurstCapacity).toBe(-500); // taken over all the same
    expect(updateDeciderStatus(status, { desired: 1, excessBurstCapacity: 0 })).toBe(true); // 0 counts as positive
    expect(updateDeciderStatus(status, { desired: 1, excessBurstCapacity: 7 })).toBe(false);
    expect(updateDeciderStatus(status, { desired: 2, excessBurstCapacity: 7 })).toBe(true);
  });

  it("is poked only at exactly zero pods, by somebody who waits", () => {
    expect(isPoked({ desiredScale: 0, excessBurstCapacity: -211 }, 1)).toBe(true);
    expect(isPoked({ desiredScale: 0, excessBurstCapacity: -211 }, 0)).toBe(false);
    expect(isPoked({ desiredScale: -1, excessBurstCapacity: -211 }, 1)).toBe(false);
    expect(isPoked({ desiredScale: 1, excessBurstCapacity: -211 }, 1)).toBe(false);
  });
});
