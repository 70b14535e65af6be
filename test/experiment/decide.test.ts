import { describe, expect, it } from "vitest";
import { type DecisionLine, decideCase } from "../../src/experiment/decide.js";
import { mismatchesOf, mismatchText } from "../../src/experiment/decision-check.js";
import { parseRecordedCase, type RecordedSpec, type RecordedStep } from "../../src/experiment/recorded-case.js";

/** Knative's defaults: 100 in flight per pod, of which 70 % are aimed at. */
const DEFAULTS: RecordedSpec = {
  scalingMetric: "concurrency",
  targetValue: 70,
  totalValue: 100,
  targetBurstCapacity: 211,
  panicThreshold: 2,
  maxScaleUpRate: 1000,
  maxScaleDownRate: 2,
  stableWindow: 60,
  panicWindow: 6,
  scaleDownDelay: 0,
  activationScale: 0,
  reachable: true,
  aggregation: "linear",
  scraped: true,
  initialReady: 0,
};

const stat = (t: number, concurrency: number): RecordedStep => ({ t, stat: { concurrency } });
const scale = (t: number, ready: number): RecordedStep => ({ t, scale: { ready } });
const decided = (steps: readonly RecordedStep[], spec: Partial<RecordedSpec> = {}): readonly DecisionLine[] =>
  decideCase({ name: "a", spec: { ...DEFAULTS, ...spec }, steps });
const wishes = (decisions: readonly DecisionLine[]) => decisions.map(({ desired }) => desired);

describe("decisions on a recorded case", () => {
  it("has no figures before the first report, and one pod for the first request", () => {
    // 1 in flight ÷ 70 → 1 pod; no pod is ready: 0 × 100 − 211 − 1 = −212.
    expect(decided([scale(0, 0), stat(0, 1), scale(0.3, 0)])).toEqual([
      {
        t: 0,
        valid: false,
        desired: null,
        excessBurstCapacity: null,
        stable: null,
        panic: null,
        panicking: false,
        maxPanicPods: 0,
      },
      {
        t: 0.3,
        valid: true,
        desired: 1,
        excessBurstCapacity: -212,
        stable: 1,
        panic: 1,
        panicking: false,
        maxPanicPods: 0,
      },
    ]);
  });

  it("names the fields of a decision in the order of the contract", () => {
    expect(Object.keys(decided([scale(0, 0)])[0]).join()).toBe(
      "t,valid,desired,excessBurstCapacity,stable,panic,panicking,maxPanicPods",
    );
  });

  it("counts what came through the activator only once", () => {
    // The activator's 12.5, a pod's 12.5 of which all came through it, another pod's 3: 15.5.
    const [decision] = decided([
      stat(0, 12.5),
      { t: 0, stat: { concurrency: 12.5, proxiedConcurrency: 12.5 } },
      stat(0, 3),
      scale(1, 1),
    ]);
    expect(decision.stable).toBe(15.5);
  });

  it("scales on requests per second where the revision does", () => {
    const steps = [{ t: 0, stat: { concurrency: 1, requests: 500, proxiedRequests: 80 } }, scale(0, 1)];
    // 420 requests ÷ 140 → 3 pods.
    expect(wishes(decided(steps, { scalingMetric: "rps", targetValue: 140 }))).toEqual([3]);
  });

  it("takes silence for zero load only where pods are not scraped", () => {
    const steps = [stat(0, 70), scale(60, 1), scale(61, 1)];
    expect(decided(steps).map(({ valid }) => valid)).toEqual([true, false]);
    expect(decided(steps, { scraped: false }).map(({ valid }) => valid)).toEqual([true, true]);
  });

  it("resizes windows where settings change, and leaves the scale-down delay as it was created", () => {
    const steps = [
      stat(0, 700),
      scale(0, 10),
      { t: 0, update: { stableWindow: 6, scaleDownDelay: 30 } },
      stat(6, 0),
      scale(6, 10),
    ];
    // The first report has left the window of 6 s; the down rate leaves half of the ten pods, which no delay holds up.
    expect(wishes(decided(steps))).toEqual([10, 5]);
    // With a delay of 4 s (two slots of 2 s) the ten of second 0 are forgotten at second 4.
    const delayed = [stat(0, 700), scale(0, 10), stat(1, 0), scale(2, 10), scale(4, 10)];
    expect(wishes(decided(delayed, { scaleDownDelay: 4, stableWindow: 6 }))).toEqual([10, 10, 5]);
  });

  it("starts out panicking where the autoscaler is created with more than one pod", () => {
    const state = (initialReady: number) =>
      decided([scale(2, initialReady)], { initialReady }).map(({ panicking, maxPanicPods }) => [
        panicking,
        maxPanicPods,
      ]);
    expect(state(1)).toEqual([[false, 1]]);
    expect(state(2)).toEqual([[true, 2]]);
  });
});

describe("decide --check", () => {
  const wanting = (want: RecordedStep["want"]) => ({
    name: "a",
    spec: DEFAULTS,
    steps: [stat(0, 100), { ...scale(0, 1), want }],
  });
  const check = (want: RecordedStep["want"]) => {
    const recorded = wanting(want);
    return mismatchesOf(recorded, decideCase(recorded)).map(mismatchText);
  };

  it("names case, step, field and both values", () => {
    expect(check({ valid: true, desired: 3, panicking: false })).toEqual([
      // 100 ÷ 70 → 2 pods, which is twice the one that is ready: panic.
      "a: step 1 at 0s: desired: want 3, got 2",
      "a: step 1 at 0s: panicking: want false, got true",
    ]);
  });

  it("compares averages to a billionth and everything else exactly", () => {
    expect(check({ stable: 100 + 0.9e-7, panic: 100, desired: 2 })).toEqual([]);
    expect(check({ stable: 100 + 1.1e-7 })).toHaveLength(1);
    expect(check({ desired: 2 + 1e-12 })).toHaveLength(1);
    expect(check({ excessBurstCapacity: null })).toEqual(["a: step 1 at 0s: excessBurstCapacity: want null, got -211"]);
  });

  it("takes no decision for a decision", () => {
    const recorded = { name: "a", spec: DEFAULTS, steps: [{ ...scale(0, 1), want: { valid: true, desired: 0 } }] };
    expect(mismatchesOf(recorded, decideCase(recorded)).map(({ field }) => field)).toEqual(["valid", "desired"]);
  });
});

describe("reading a recorded case", () => {
  const read = (value: unknown, isChecked = false) => {
    const parsed = parseRecordedCase(typeof value === "string" ? value : JSON.stringify(value), isChecked);
    if ("recorded" in parsed) return [];
    return parsed.problems.map(({ path, message }) => `${path.join(".")}: ${message}`);
  };
  const item = (steps: readonly unknown[], spec: object = {}) => ({ name: "a", spec: { ...DEFAULTS, ...spec }, steps });

  it("accepts late reports, and times before the creation", () => {
    expect(read(item([stat(-3.5, 1), scale(4, 2), stat(1, 1)]))).toEqual([]);
  });

  it("refuses what is no JSON object", () => {
    expect(read("{")[0]).toContain("not JSON");
    expect(read("[]")).toEqual([": expected an object, found a list"]);
    expect(read("null")).toEqual([": expected an object, found null"]);
  });

  it("refuses unknown and missing fields, with the spelling that was probably meant", () => {
    expect(read({ ...item([]), extra: 1 })).toEqual(['extra: unknown field "extra"']);
    expect(read({ name: "a", steps: [] })).toEqual([': missing field "spec"']);
    const { targetValue, ...rest } = DEFAULTS;
    expect(targetValue).toBe(70);
    const parsed = parseRecordedCase(
      JSON.stringify({ name: "a", spec: { ...rest, targetvalue: 7 }, steps: [] }),
      false,
    );
    expect(parsed).toMatchObject({
      problems: [
        { path: ["spec", "targetvalue"], suggestion: "targetValue" },
        { path: ["spec"], message: 'missing field "targetValue"' },
      ],
    });
  });

  it("refuses unknown kinds of steps, steps of two kinds and steps of none", () => {
    expect(read(item([{ t: 1, scrape: {} }]))).toEqual(['steps.0.scrape: unknown field "scrape"']);
    expect(read(item([{ t: 1, stat: {}, scale: { ready: 1 } }]))).toHaveLength(1);
    expect(read(item([{ t: 1 }]))).toEqual(['steps.0: expected a step with one of "stat", "update" or "scale"']);
    expect(read(item([{ t: 1, stat: { toString: 1 } }]))).toEqual(['steps.0.stat.toString: unknown field "toString"']);
  });

  it("refuses figures that the autoscaler cannot work with", () => {
    expect(read(item([], { targetValue: 0 }))).toEqual(["spec.targetValue: expected a number above 0, found 0"]);
    expect(read(item([], { stableWindow: 1e9 }))).toHaveLength(1);
    expect(read(item([scale(0, -1)]))).toHaveLength(1);
    expect(read(item([scale(0, 1.5)]))).toHaveLength(1);
    expect(read(item([{ t: "1", stat: {} }]))).toEqual(['steps.0.t: expected a number of seconds, found "1"']);
    // Too large for a double, which JSON.parse turns into infinity.
    expect(read('{"name": "a", "spec": 1, "steps": [{"t": 1e999, "stat": {}}]}')).toContain(
      "steps.0.t: expected a number of seconds, found Infinity",
    );
  });

  it("refuses a change of what a running autoscaler never changes", () => {
    expect(read(item([{ t: 1, update: { aggregation: "linear" } }]))).toHaveLength(1);
    expect(read(item([{ t: 1, update: { initialReady: 1 } }]))).toHaveLength(1);
  });

  it("wants something to compare with only when it is to be checked", () => {
    expect(read(item([scale(0, 1)]))).toEqual([]);
    expect(read(item([scale(0, 1)]), true)).toEqual(['steps.0: missing field "want", which is to be checked']);
    expect(read(item([{ t: 1, stat: {}, want: {} }]))).toHaveLength(1);
  });
});
