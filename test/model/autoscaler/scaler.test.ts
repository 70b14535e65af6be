import { describe, expect, it } from "vitest";
import { fromSeconds } from "../../../src/engine/time.js";
import { type ScalerInput, scale } from "../../../src/model/autoscaler/scaler.js";
import type { ScalingSettings } from "../../../src/model/autoscaler/scaling-settings.js";
import { DEFAULTS } from "./recorded-revision.js";

const NOW = fromSeconds(10_000);
const ago = (seconds: number) => NOW - fromSeconds(seconds);

/** An initialized revision with one pod, active for long and long in the activator's path. */
const LONG_PROXIED: ScalerInput = {
  nowUs: NOW,
  desired: 0,
  replicas: 1,
  reachability: "Reachable",
  initialized: true,
  active: { status: "True", sinceUs: ago(500) },
  mode: "proxy",
  proxySinceUs: ago(5000),
  probe: "success",
};
const inactiveFor = (seconds: number) => ({ status: "False", sinceUs: ago(seconds) }) as const;

function scaled(input: Partial<ScalerInput>, settings: Partial<ScalingSettings> = {}) {
  return scale({ ...DEFAULTS, ...settings }, { ...LONG_PROXIED, ...input });
}

describe("scaling a Deployment", () => {
  it("lets the decider's wish through within the bounds", () => {
    expect(scaled({ desired: 4 })).toMatchObject({ want: 4, patch: { replicas: 4, reason: "decider" } });
    expect(scaled({ desired: 4, replicas: 4 })).toMatchObject({ want: 4, patch: null });
    const raised = { want: 3, patch: { replicas: 3, reason: "minScale" } };
    expect(scaled({ desired: 1 }, { minScale: 3 })).toMatchObject(raised);
    const capped = { want: 6, bounded: 6, patch: { replicas: 6, reason: "maxScale" } };
    expect(scaled({ desired: 9 }, { maxScale: 6 })).toMatchObject(capped);
  });

  it("holds the initial scale until it was reached once, above max-scale too, but not beyond what is capped", () => {
    const settings = { initialScale: 5, maxScale: 3 };
    const initial = { want: 5, patch: { replicas: 5, reason: "initialScale" } };
    expect(scaled({ desired: 1, initialized: false }, settings)).toMatchObject(initial);
    expect(scaled({ desired: 4, initialized: false }, settings)).toMatchObject(initial);
    const capped = { want: 3, patch: { replicas: 3, reason: "maxScale" } };
    expect(scaled({ desired: 6, initialized: false }, settings)).toMatchObject(capped);
    expect(scaled({ desired: 1, initialized: true }, settings)).toMatchObject({ want: 1 });
    const asMinimum = { want: 5, patch: { reason: "minScale" } };
    expect(scaled({ desired: 1, initialized: false }, { initialScale: 5, minScale: 5 })).toMatchObject(asMinimum);
    expect(scaled({ desired: 1, initialized: false, reachability: "Unreachable" }, settings)).toMatchObject({
      want: 1,
    });
  });

  it("waits for the first wish once it has been active or inactive, but holds the minimum while activating", () => {
    expect(scaled({ desired: -1 }, { minScale: 3 })).toMatchObject({ want: -1, patch: null });
    const activating = { status: "Unknown", sinceUs: ago(1) } as const;
    expect(scaled({ desired: -1, active: activating }, { minScale: 3 })).toMatchObject({
      want: 3,
      patch: { replicas: 3 },
    });
    // With no minimum the wish becomes 0, meets an activation in progress, and is unknown again.
    const unknown = { want: -1, bounded: 0, patch: null, requeueAfterUs: fromSeconds(630) };
    expect(scaled({ desired: -1, active: activating })).toMatchObject(unknown);
  });
});

describe("scaling to zero", () => {
  it("goes to one pod where scale to zero is disabled", () => {
    const disabled = { want: 1, patch: { replicas: 1, reason: "scaleToZeroDisabled" } };
    expect(scaled({ replicas: 3 }, { enableScaleToZero: false })).toMatchObject(disabled);
  });

  it("parks at one pod until it has been active for a stable window", () => {
    const parked = { want: 1, patch: { replicas: 1, reason: "parkedAtOne" }, requeueAfterUs: fromSeconds(0.5) };
    expect(scaled({ replicas: 4, active: { status: "True", sinceUs: ago(59.5) } })).toMatchObject(parked);
    const done = { want: 0, patch: null, requeueAfterUs: fromSeconds(3) };
    expect(scaled({ active: { status: "True", sinceUs: ago(60) } })).toMatchObject(done); // inclusive
    expect(scaled({ mode: "serve" })).toMatchObject({ want: 0, patch: null, requeueAfterUs: null });
  });

  it("goes at once when the activator has been in the path for the grace period", () => {
    const fast = { want: 0, patch: { replicas: 0, reason: "idle", path: "fast" }, requeueAfterUs: null, probed: true };
    expect(scaled({ active: inactiveFor(0) })).toMatchObject(fast);
    expect(scaled({ active: inactiveFor(0), proxySinceUs: ago(30) })).toMatchObject(fast);
    const waiting = { want: 0, patch: null, requeueAfterUs: fromSeconds(0.25) };
    expect(scaled({ active: inactiveFor(0), proxySinceUs: ago(29.75) })).toMatchObject(waiting);
    expect(scaled({ active: inactiveFor(5), proxySinceUs: null })).toMatchObject({ requeueAfterUs: fromSeconds(30) });
  });

  it("goes after the grace period of inactivity, however the path", () => {
    const idle = { patch: { replicas: 0, reason: "idle", path: "grace" } };
    expect(scaled({ active: inactiveFor(30), proxySinceUs: null })).toMatchObject(idle);
  });

  it("keeps the last pod for the retention period, counted from becoming inactive", () => {
    const retentionUs = fromSeconds(90);
    const held = { want: 0, patch: null, requeueAfterUs: fromSeconds(1) };
    expect(scaled({ active: inactiveFor(89) }, { retentionUs })).toMatchObject(held);
    const idle = { patch: { replicas: 0, reason: "idle", path: "retention" } };
    expect(scaled({ active: inactiveFor(90) }, { retentionUs })).toMatchObject(idle);
    expect(scaled({ active: inactiveFor(10) }, { retentionUs: fromSeconds(10) })).toMatchObject(idle); // shorter than grace
    const unreachable = { active: inactiveFor(0), reachability: "Unreachable" } as const;
    expect(scaled(unreachable, { retentionUs })).toMatchObject({ patch: { path: "fast" } });
  });

  it("keeps the last pod until the activator is in the path", () => {
    for (const probe of ["failure", "error"] as const) {
      const held = { want: 0, patch: null, requeueAfterUs: null, probed: true, startAsyncProbe: true };
      expect(scaled({ active: inactiveFor(500), probe })).toMatchObject(held);
    }
    // Without a limit on bursts it is always there: no check.
    const unchecked = { patch: { replicas: 0 }, probed: false, startAsyncProbe: false };
    expect(scaled({ active: inactiveFor(0), probe: "failure" }, { targetBurstCapacity: -1 })).toMatchObject(unchecked);
  });

  it("gives up an activation after the progress deadline and 30 s more, not at it", () => {
    const activating = (seconds: number) => ({ active: { status: "Unknown", sinceUs: ago(seconds) } }) as const;
    expect(scaled(activating(630))).toMatchObject({ want: -1, patch: null, requeueAfterUs: fromSeconds(630) });
    const givenUp = { want: 0, patch: { replicas: 0, reason: "activationTimeout" }, requeueAfterUs: null };
    expect(scaled(activating(630.001))).toMatchObject(givenUp);
    expect(scaled(activating(121), { progressDeadlineUs: fromSeconds(90) })).toMatchObject(givenUp);
  });
});
