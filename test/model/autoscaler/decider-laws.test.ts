import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromSeconds, SECOND } from "../../../src/engine/time.js";
import {
  createDeciderState,
  type DecisionInput,
  type DecisionSettings,
  decide,
  isCalm,
  saysTheSame,
  type ValidDecision,
} from "../../../src/model/autoscaler/decider.js";
import { closedLoop, DEFAULTS, RecordedRevision } from "./recorded-revision.js";

const settings: fc.Arbitrary<DecisionSettings> = fc.record({
  target: fc.constantFrom(0.7, 1, 2.1, 7, 70),
  total: fc.constantFrom(1, 3, 10, 100, 100.25),
  targetBurstCapacity: fc.constantFrom(-1, 0, 0.5, 70, 211),
  panicThreshold: fc.constantFrom(1.1, 2, 10),
  maxScaleUpRate: fc.constantFrom(1.1, 2, 1000),
  maxScaleDownRate: fc.constantFrom(1.1, 2, 10),
  stableWindowUs: fc.constantFrom(6, 20, 60).map(fromSeconds),
  activationScale: fc.constantFrom(0, 1, 2, 5),
});

/** Averages as windows give them: six decimals. */
const average = fc.integer({ min: 0, max: 900_000_000 }).map((millionths) => millionths / 1e6);
const ready = fc.integer({ min: 0, max: 12 });

/** Decisions two seconds apart; one in eight without data. */
const decisions = fc.array(
  fc.record({
    ready,
    reachable: fc.integer({ min: 0, max: 9 }).map((n) => n > 0),
    averages: fc.oneof(
      { weight: 7, arbitrary: fc.record({ stable: average, panic: average }) },
      { weight: 1, arbitrary: fc.constant("noData" as const) },
    ),
  }),
  { minLength: 1, maxLength: 60 },
);

function playThrough(
  given: DecisionSettings,
  inputs: readonly Omit<DecisionInput, "nowUs">[],
  scaleDownDelayUs = 0,
  startUs = 0,
) {
  const state = createDeciderState({ nowUs: startUs, ready: inputs[0].ready, scaleDownDelayUs });
  return inputs.map((input, index) =>
    decide(given, state, { ...input, nowUs: startUs + index * 2 * SECOND + 700_000 }),
  );
}

function calm(given: DecisionSettings, input: Omit<DecisionInput, "nowUs">): ValidDecision {
  const state = createDeciderState({ nowUs: 0, ready: 0, scaleDownDelayUs: 0 });
  const decision = decide(given, state, { ...input, nowUs: 0 });
  if (!decision.valid) throw new Error("an observed decision is valid");
  return decision;
}

describe("decisions", () => {
  it("stay within the scale rates when calm, and are never negative (I8)", () => {
    fc.assert(
      fc.property(settings, decisions, (given, inputs) => {
        for (const decision of playThrough({ ...given, activationScale: 0 }, inputs)) {
          if (!decision.valid) continue;
          expect(decision.desired).toBeGreaterThanOrEqual(0);
          if (decision.panicking) continue;
          expect(decision.desired).toBeGreaterThanOrEqual(decision.down);
          expect(decision.desired).toBeLessThanOrEqual(decision.up);
        }
      }),
    );
  });

  it("never want fewer pods for more load (I9)", () => {
    fc.assert(
      fc.property(settings, ready, average, average, average, average, (given, pods, stable, panic, more, evenMore) => {
        const base = { ready: pods, reachable: true };
        const lower = calm(given, { ...base, averages: { stable, panic } });
        const higher = calm(given, { ...base, averages: { stable: stable + more, panic: panic + evenMore } });
        expect(higher.desired).toBeGreaterThanOrEqual(lower.desired);
      }),
    );
  });

  it("never want fewer pods than before within one panic (I10)", () => {
    fc.assert(
      fc.property(settings, decisions, (given, inputs) => {
        let before = 0;
        for (const decision of playThrough(given, inputs)) {
          if (!decision.valid) continue;
          if (decision.panicking) expect(decision.desired).toBeGreaterThanOrEqual(before);
          before = decision.panicking ? decision.desired : 0;
        }
      }),
    );
  });

  it("depend on the stable average and the ready pods alone when calm (I11)", () => {
    fc.assert(
      fc.property(settings, ready, average, average, average, (given, pods, stable, panic, other) => {
        const base = { ready: pods, reachable: true };
        const one = calm(given, { ...base, averages: { stable, panic } });
        const two = calm(given, { ...base, averages: { stable, panic: other } });
        if (!one.panicking && !two.panicking) expect(one.desired).toBe(two.desired);
      }),
    );
  });

  it("change nothing when there is no data (I12)", () => {
    fc.assert(
      fc.property(settings, decisions, fc.constantFrom("noData", "notCollecting"), (given, inputs, averages) => {
        const [state, twin] = [0, 0].map(() =>
          createDeciderState({ nowUs: 0, ready: 3, scaleDownDelayUs: 10 * SECOND }),
        );
        inputs.forEach((input, index) => {
          const nowUs = index * 2 * SECOND;
          expect(decide(given, state, { ...input, nowUs })).toEqual(decide(given, twin, { ...input, nowUs }));
          decide(given, state, { ready: 9, reachable: true, averages, nowUs: nowUs + SECOND });
        });
        expect(state).toEqual(twin);
      }),
    );
  });

  it("are the largest undelayed wish of the last slots of the scale-down delay (I13)", () => {
    fc.assert(
      fc.property(settings, decisions, fc.integer({ min: 1, max: 25 }), (given, inputs, delay) => {
        const made = playThrough(given, inputs, delay * SECOND);
        made.forEach((decision, index) => {
          if (!decision.valid) return;
          const earlier = made.slice(Math.max(0, index - Math.ceil(delay / 2) + 1), index);
          const recorded = earlier.filter((one, at) => one.valid && inputs[index - earlier.length + at].reachable);
          const wishes = inputs[index].reachable ? recorded.map((one) => one.delayed!) : [];
          expect(decision.desired).toBe(Math.max(decision.delayed, ...wishes));
        });
      }),
    );
  });

  it("spare a burst capacity exactly when the ready pods hold target and load (I14)", () => {
    fc.assert(
      fc.property(settings, ready, average, (given, pods, panic) => {
        const { targetBurstCapacity: burst, total } = given;
        const made = calm(given, { ready: pods, reachable: true, averages: { stable: 0, panic } });
        if (burst <= 0) expect(made.excessBurstCapacity).toBe(burst);
        else expect(made.excessBurstCapacity >= 0).toBe(pods * total - burst - panic >= 0);
      }),
    );
  });

  it("panic exactly when the panic window asks for the threshold times the ready pods (I15)", () => {
    fc.assert(
      fc.property(settings, ready, average, (given, pods, panic) => {
        const made = calm(given, { ready: pods, reachable: true, averages: { stable: 0, panic } });
        const wanted = Math.ceil(panic / given.target);
        expect(made.panicking).toBe(wanted / Math.max(1, pods) >= given.panicThreshold);
      }),
    );
  });

  it("settle on load / target under a steady load, without panic from then on (I16)", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3000 }), (load) => {
        const trace = closedLoop(() => load, { ready: 0, until: 240 });
        const settled = [...trace].filter(([at]) => at > 130).map(([, { desired, panicking }]) => [desired, panicking]);
        for (const decision of settled) expect(decision).toEqual([Math.ceil(load / 70), false]);
      }),
      { numRuns: 30 },
    );
  });

  it("are the same when everything happens some whole even seconds later (I17)", () => {
    fc.assert(
      fc.property(settings, decisions, fc.integer({ min: 0, max: 10_000 }), (given, inputs, later) => {
        const delayUs = 14 * SECOND;
        const shifted = playThrough(given, inputs, delayUs, later * 2 * SECOND);
        expect(shifted).toEqual(playThrough(given, inputs, delayUs));
      }),
    );
  });

  it("are the same for windows that live some whole seconds later (I17)", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 80, maxLength: 80 }),
        fc.nat(3600),
        (loads, by) => {
          const runs = [0, 2 * by].map((shift) => {
            const revision = new RecordedRevision({ createdAt: shift, ready: 2, scaleDownDelayUs: fromSeconds(7) });
            return loads.map((load, second) => {
              revision.record(load, shift + second);
              return second % 2 === 0 ? revision.decide(shift + second + 0.5, 2) : null;
            });
          });
          expect(runs[1]).toEqual(runs[0]);
        },
      ),
      { numRuns: 20 },
    );
  });
});

describe("a calm decision", () => {
  const low = fc.constantFrom(0, 0.3, 0.7, 1, 2.1, 5, 70, 140, 141);

  it("is repeated, as far as anybody acts on it, exactly by averages of which it is said", () => {
    let repeated = 0;
    fc.assert(
      fc.property(settings, ready, low, low, low, low, (given, pods, stable, panic, laterStable, laterPanic) => {
        const state = createDeciderState({ nowUs: 0, ready: 0, scaleDownDelayUs: 0 });
        const see = (nowUs: number, averages: { stable: number; panic: number }) =>
          decide(given, state, { nowUs, ready: pods, reachable: true, averages }) as ValidDecision;
        const first = see(0, { stable, panic });
        fc.pre(isCalm(state));
        const later = { stable: laterStable, panic: laterPanic };
        const isSame = saysTheSame(given, first, later);
        const next = see(2 * SECOND, later);
        const acts =
          next.rawStable === first.rawStable &&
          next.desired === first.desired &&
          isCalm(state) &&
          next.excessBurstCapacity < 0 === first.excessBurstCapacity < 0;
        expect(isSame).toBe(acts);
        if (isSame) repeated++;
      }),
    );
    expect(repeated).toBeGreaterThan(10);
  });
});

describe("the reason of a decision", () => {
  it("names the last step that made a difference", () => {
    const reason = (given: Partial<DecisionSettings>, pods: number, stable: number, panic = 0) =>
      calm({ ...DEFAULTS, ...given }, { ready: pods, reachable: true, averages: { stable, panic } }).reason;
    expect(reason({}, 1, 0)).toBe("zero");
    expect(reason({}, 1, 1)).toBe("stableWindow");
    expect(reason({}, 1, 70, 141)).toBe("panicWindow"); // ⌈141 / 70⌉ = 3 ≥ 2
    expect(reason({}, 4, 70)).toBe("maxScaleDownRate"); // 1 → ⌊4 / 2⌋
    expect(reason({}, 4, 140)).toBe("stableWindow"); // 2 is allowed
    expect(reason({ maxScaleUpRate: 2 }, 1, 200)).toBe("maxScaleUpRate"); // 3 → 2
    expect(reason({ maxScaleUpRate: 2, activationScale: 5 }, 1, 200)).toBe("activationScale");
    expect(reason({ activationScale: 3 }, 1, 210)).toBe("stableWindow"); // 3 pods anyway
  });
});
