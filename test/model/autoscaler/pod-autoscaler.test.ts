import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromSeconds, SECOND } from "../../../src/engine/time.js";
import { activatorCount } from "../../../src/model/autoscaler/activator-count.js";
import {
  createPodAutoscalerState,
  type PodAutoscalerObservation,
  reconcilePodAutoscaler,
  storedTime,
} from "../../../src/model/autoscaler/pod-autoscaler.js";
import type { ScalingSettings } from "../../../src/model/autoscaler/scaling-settings.js";
import { DEFAULTS } from "./recorded-revision.js";

const SEEN: PodAutoscalerObservation = {
  desired: 1,
  excessBurstCapacity: -111,
  ready: 1,
  replicas: 1,
  reachability: "Reachable",
  sks: { proxySinceUs: 0, ready: true },
  probe: "success",
};

describe("activators in the path", () => {
  it.each([
    { ready: 0, want: 3 }, // ⌈211 / 100⌉
    { ready: 1, want: 4 },
    { ready: 2, want: 5 },
    { ready: 10, want: 13 }, // ⌈1211 / 100⌉
    { ready: 10, targetBurstCapacity: -1, want: 10 },
    { ready: 10, targetBurstCapacity: 0, want: 2 },
    { ready: 0, targetBurstCapacity: -1, want: 2 },
  ])(
    "are $want for $ready ready pods and a target burst capacity of $targetBurstCapacity",
    ({ ready, want, ...given }) => {
      expect(activatorCount({ ...DEFAULTS, ...given }, ready)).toBe(want);
    },
  );
});

describe("a pod autoscaler", () => {
  it("first creates its routing, in proxy mode, and counts nothing", () => {
    const created = createPodAutoscalerState(0, "exact");
    const outcome = reconcilePodAutoscaler(DEFAULTS, created, { ...SEEN, desired: 5, sks: null }, 3, "exact");
    expect(outcome).toMatchObject({ want: -1, patch: null, requeueAfterUs: null, changed: true });
    expect(outcome.state).toMatchObject({ mode: "proxy", activators: 2, desiredScale: -1, actualScale: 0 });
    expect(outcome.state).toMatchObject({
      initialized: false,
      active: { status: "Unknown", reason: "Queued", sinceUs: 3 },
    });
  });

  it("serves directly only with pods wanted and burst capacity to spare", () => {
    const created = createPodAutoscalerState(0, "exact");
    const mode = (seen: Partial<PodAutoscalerObservation>) =>
      reconcilePodAutoscaler(DEFAULTS, created, { ...SEEN, ...seen }, 0, "exact").state.mode;
    expect(mode({ excessBurstCapacity: 0 })).toBe("serve");
    expect(mode({ excessBurstCapacity: -1 })).toBe("proxy");
    expect(mode({ excessBurstCapacity: 89, desired: -1 })).toBe("proxy");
  });

  it("marks itself inactive in one pass and gives up the last pod in the next", () => {
    const now = fromSeconds(100.5);
    const active = { status: "True", reason: "", message: "", sinceUs: 0 } as const;
    const before = { ...createPodAutoscalerState(0, "exact"), active, initialized: true, hasServiceName: true };
    const first = reconcilePodAutoscaler(DEFAULTS, before, { ...SEEN, desired: 0 }, now, "exact");
    expect(first).toMatchObject({ want: 0, patch: null, requeueAfterUs: fromSeconds(3), changed: true });
    expect(first.state.active).toMatchObject({ status: "False", reason: "NoTraffic", sinceUs: now });
    const second = reconcilePodAutoscaler(DEFAULTS, first.state, { ...SEEN, desired: 0 }, now, "exact");
    expect(second.patch).toEqual({ replicas: 0, reason: "idle", path: "fast" });
    const third = reconcilePodAutoscaler(
      DEFAULTS,
      second.state,
      { ...SEEN, desired: 0, ready: 0, replicas: 0 },
      now,
      "exact",
    );
    const fourth = reconcilePodAutoscaler(
      DEFAULTS,
      third.state,
      { ...SEEN, desired: 0, ready: 0, replicas: 0 },
      now,
      "exact",
    );
    expect(fourth).toMatchObject({ changed: false, patch: null });
  });

  it("stores transition times in whole seconds where the cluster does", () => {
    expect(storedTime(1_999_999, "seconds")).toBe(SECOND);
    const created = createPodAutoscalerState(0, "seconds");
    const { state } = reconcilePodAutoscaler(DEFAULTS, created, SEEN, fromSeconds(7.9), "seconds");
    expect(state.active).toMatchObject({ status: "True", sinceUs: fromSeconds(7) });
  });
});

const settings: fc.Arbitrary<ScalingSettings> = fc
  .record({
    minScale: fc.constantFrom(0, 0, 0, 1, 3),
    headroom: fc.constantFrom(-1, 0, 2),
    initialScale: fc.integer({ min: 1, max: 4 }),
    retentionUs: fc.constantFrom(0, 10, 40).map(fromSeconds),
    targetBurstCapacity: fc.constantFrom(-1, 0, 211),
    enableScaleToZero: fc.constantFrom(true, true, true, false),
    stableWindowUs: fc.constantFrom(6, 20).map(fromSeconds),
    progressDeadlineUs: fc.constant(fromSeconds(5)),
  })
  .map(({ headroom, ...rest }) => ({
    ...DEFAULTS,
    ...rest,
    maxScale: headroom < 0 ? 0 : Math.max(1, rest.minScale + headroom),
  }));

const life = fc.array(
  fc.record({
    afterUs: fc.integer({ min: 0, max: 20_000 }).map((milliseconds) => milliseconds * 1000),
    desired: fc.constantFrom(-1, 1, 2, 7, ...Array.from({ length: 12 }, () => 0)),
    excessBurstCapacity: fc.constantFrom(-100, 0, 50),
    starting: fc.integer({ min: 0, max: 2 }),
    probe: fc.constantFrom("success", "success", "failure" as const),
  }),
  { minLength: 2, maxLength: 60 },
);

describe("the life of a reachable pod autoscaler", () => {
  it("keeps the bounds, the order of scaling to zero, its waits, and the rule of serve mode (I18, I19, I21–I23)", () => {
    let zeros = 0;
    fc.assert(
      fc.property(settings, life, (given, steps) => {
        let [nowUs, replicas] = [0, given.initialScale];
        let state = createPodAutoscalerState(0, "exact");
        let proxySinceUs: number | null = 0;
        steps.forEach(({ afterUs, desired, excessBurstCapacity, starting, probe }, index) => {
          nowUs += afterUs;
          const ready = Math.max(0, replicas - starting);
          const sks = index === 0 ? null : { proxySinceUs, ready: true };
          const seen = { ...SEEN, desired, excessBurstCapacity, ready, replicas, sks, probe };
          const before = state;
          const outcome = reconcilePodAutoscaler(given, before, seen, nowUs, "exact");
          state = outcome.state;
          replicas = outcome.patch?.replicas ?? replicas;
          proxySinceUs = state.mode === "serve" ? null : (proxySinceUs ?? nowUs);

          // I18: min-scale holds once a wish was known or an activation needed it; max-scale but for the initial scale.
          if (index > 0 && outcome.want !== -1) expect(replicas).toBeGreaterThanOrEqual(given.minScale);
          if (given.maxScale > 0) expect(replicas).toBeLessThanOrEqual(Math.max(given.maxScale, given.initialScale));
          if (state.mode === "serve") expect(outcome.want > 0 && excessBurstCapacity >= 0).toBe(true); // I23
          if (outcome.patch?.replicas !== 0) return;
          zeros++;
          expect(desired).toBeLessThanOrEqual(0); // I22
          const isGivenUp = outcome.patch.reason === "activationTimeout";
          expect(before.active.status).toBe(isGivenUp ? "Unknown" : "False"); // I19
          const leastUs = isGivenUp ? given.progressDeadlineUs : given.retentionUs;
          expect(nowUs - before.active.sinceUs).toBeGreaterThanOrEqual(leastUs); // I21
        });
      }),
      { numRuns: 400 },
    );
    expect(zeros).toBeGreaterThan(5);
  });
});
