import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromSeconds, SECOND, toSeconds } from "../../src/engine/time.js";
import { isRolloutDone, isRolloutValid, observeReady, type Rollout, stepRollout } from "../../src/model/rollout.js";

function goalOf(revisionName: string, percent: number) {
  return [{ configurationName: "hello", tag: "", percent, revisionName }];
}

/** A rollout to a second revision that began at 0, with one revision before. */
function begun(percent: number): Rollout {
  const { rollout } = stepRollout({ goal: goalOf("hello-00001", percent), previous: null, nowUs: 0 });
  return stepRollout({ goal: goalOf("hello-00002", percent), previous: rollout, nowUs: 0 }).rollout;
}

function shares(rollout: Rollout): number[] {
  return rollout[0].revisions.map(({ percent }) => percent);
}

/** Takes each step when it is due until one revision remains. */
function finish(
  rollout: Rollout,
  revisionName: string,
): { readonly finishedAtSeconds: number; readonly steps: number[][] } {
  const steps: number[][] = [];
  let current = rollout;
  let nowUs = 0;
  while (!isRolloutDone(current)) {
    const [{ nextStepTimeUs, percent }] = current;
    nowUs = nextStepTimeUs!;
    current = stepRollout({ goal: goalOf(revisionName, percent), previous: current, nowUs }).rollout;
    steps.push(shares(current));
  }
  return { finishedAtSeconds: toSeconds(nowUs), steps };
}

describe("gradual rollout", () => {
  it("gives a first revision everything at once", () => {
    const step = stepRollout({ goal: goalOf("hello-00001", 100), previous: null, nowUs: 0 });
    expect(shares(step.rollout)).toEqual([100]);
    expect(step.nextStepTimeUs).toBeNull();
  });

  it("gives a new revision one percent until the ingress is ready, and no pace before", () => {
    const rollout = begun(100);
    const later = stepRollout({ goal: goalOf("hello-00002", 100), previous: rollout, nowUs: 1000 * SECOND });
    expect(shares(later.rollout)).toEqual([99, 1]);
    expect(later.nextStepTimeUs).toBeNull();
  });

  it("moves 3 % every 3 s when 120 s were asked for and the network needed 3 s", () => {
    const rollout = observeReady(begun(100), { nowUs: 3 * SECOND, durationUs: 120 * SECOND });
    // 117 s left, 39 steps of 3 s; 99 % / 39 = 2.54, rounded 3
    expect(rollout[0]).toMatchObject({ stepSize: 3, stepDurationUs: 3 * SECOND, nextStepTimeUs: 6 * SECOND });
    const { finishedAtSeconds, steps } = finish(rollout, "hello-00002");
    expect(steps.slice(0, 2)).toEqual([
      [96, 4],
      [93, 7],
    ]);
    expect(finishedAtSeconds).toBe(102); // 33 steps: earlier than asked for
  });

  // P, duration, seconds the network needed, step size, seconds between steps, finished at (control-plane notes §10.3)
  it.each([
    [100, 120, 0.4, 1, 1.202, 119.4],
    [100, 380, 1, 1, 3.828, 380],
    [100, 60, 20, 50, 20, 60],
    [100, 50, 6, 14, 6, 54],
    [100, 10, 15, 99, 1, 16],
    [60, 120, 2, 1, 2, 120],
  ])("moves %i %% in %i s after %d s of network: %i %% every %d s, finished at %d s", (...row) => {
    const [percent, duration, network, size, wait, finishedAt] = row;
    const rollout = observeReady(begun(percent), { nowUs: fromSeconds(network), durationUs: fromSeconds(duration) });
    expect(rollout[0].stepSize).toBe(size);
    expect(toSeconds(rollout[0].stepDurationUs)).toBeCloseTo(wait, 3);
    expect(finish(rollout, "hello-00002").finishedAtSeconds).toBeCloseTo(finishedAt, 3);
  });

  it("starts again with a third revision and drains the second first", () => {
    let rollout = observeReady(begun(100), { nowUs: 3 * SECOND, durationUs: 120 * SECOND });
    for (let second = 6; second <= 60; second += 3) {
      rollout = stepRollout({ goal: goalOf("hello-00002", 100), previous: rollout, nowUs: second * SECOND }).rollout;
    }
    rollout = stepRollout({ goal: goalOf("hello-00003", 100), previous: rollout, nowUs: 60 * SECOND }).rollout;
    expect(shares(rollout)).toEqual([42, 57, 1]);
    rollout = observeReady(rollout, { nowUs: 63 * SECOND, durationUs: 120 * SECOND });
    const { finishedAtSeconds, steps } = finish(rollout, "hello-00003");
    expect(steps[0]).toEqual([42, 54, 4]);
    expect(finishedAtSeconds).toBe(162);
  });

  it("switches a target of one percent at once", () => {
    expect(shares(begun(1))).toEqual([1]);
  });

  it("gives an increased share to the newest revision and takes a decrease from the oldest", () => {
    const change = (percent: number): number[] =>
      shares(stepRollout({ goal: goalOf("hello-00002", percent), previous: begun(50), nowUs: SECOND }).rollout);
    expect(change(80)).toEqual([49, 31]);
    expect(change(20)).toEqual([19, 1]);
  });

  it("drops configurations that get no traffic any more and settles new ones", () => {
    const goal = { configurationName: "other", tag: "", percent: 50, revisionName: "other-00001" };
    const { rollout } = stepRollout({ goal: [goal], previous: begun(50), nowUs: SECOND });
    expect(rollout.map(({ configurationName }) => configurationName)).toEqual(["other"]);
    expect(shares(rollout)).toEqual([50]);
  });

  it("always shares out exactly what the target has", () => {
    const look = fc.record({
      percent: fc.integer({ min: 2, max: 100 }),
      isNew: fc.boolean(),
      after: fc.integer({ min: 1, max: 60 }),
      isReady: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(look, { maxLength: 40 }), (looks) => {
        let previous: Rollout | null = null;
        let [nowUs, revision] = [0, 1];
        for (const { percent, isNew, after, isReady } of looks) {
          nowUs += after * SECOND;
          if (isNew) revision++;
          previous = stepRollout({ goal: goalOf(`hello-${revision}`, percent), previous, nowUs }).rollout;
          if (isReady) previous = observeReady(previous, { nowUs, durationUs: 60 * SECOND });
          expect(isRolloutValid(previous)).toBe(true);
          expect(shares(previous).every((share) => share > 0)).toBe(true);
          expect(previous[0].revisions.at(-1)!.revisionName).toBe(`hello-${revision}`);
        }
      }),
    );
  });
});
