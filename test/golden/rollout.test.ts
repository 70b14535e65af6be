import { describe, expect, it } from "vitest";
import { fromSeconds, toSeconds } from "../../src/engine/time.js";
import { isRolloutDone, isRolloutValid, observeReady, type Rollout, stepRollout } from "../../src/model/rollout.js";
import { judge } from "./vectors.js";

interface Goal {
  readonly config: string;
  readonly tag?: string;
  readonly percent: number;
  readonly revision: string;
}

interface State extends Omit<Goal, "revision"> {
  readonly revisions: readonly (readonly [name: string, percent: number])[];
  readonly startTime: number;
  readonly nextStepTime: number;
  readonly stepDuration: number;
  readonly stepSize: number;
}

type Op =
  | {
      readonly op: "step";
      readonly t: number;
      readonly goal?: readonly Goal[];
      readonly want: readonly State[] | null;
      readonly wantNext: number;
      readonly valid: boolean;
      readonly done: boolean;
    }
  | {
      readonly op: "observeReady";
      readonly t: number;
      readonly duration: number;
      readonly want: readonly State[];
      readonly done: boolean;
    };

interface Case {
  readonly name: string;
  readonly ops: readonly Op[];
}

describe("gradual rollout", () => {
  it("moves traffic to new revisions in every recorded case as Knative does", () => {
    const { cases, mismatches } = judge<Case>("rollout", differences);
    expect(cases).toBeGreaterThan(0);
    expect(mismatches.slice(0, 10)).toEqual([]);
  });
});

function differences({ name, ops }: Case): string[] {
  const texts: string[] = [];
  let rollout: Rollout | null = null;
  for (const [number, op] of ops.entries()) {
    const differs = (what: string, got: unknown, want: unknown): void => {
      texts.push(`${name} op ${number}: ${what}: got ${JSON.stringify(got)}, want ${JSON.stringify(want)}`);
    };
    const nowUs = fromSeconds(op.t);
    if (op.op === "step") {
      const step = stepRollout({ goal: (op.goal ?? []).map(goal), previous: rollout, nowUs });
      rollout = step.rollout;
      const next = seconds(step.nextStepTimeUs);
      if (!isNear(next, op.wantNext)) differs("next", next, op.wantNext);
      if (isRolloutValid(rollout) !== op.valid) differs("valid", !op.valid, op.valid);
    } else {
      rollout = observeReady(rollout!, { nowUs, durationUs: fromSeconds(op.duration) });
    }
    const got = rollout.map(state);
    if (!agree(got, op.want ?? [])) differs("state", got, op.want);
    if (isRolloutDone(rollout) !== op.done) differs("done", !op.done, op.done);
  }
  return texts;
}

function goal({ config, tag, percent, revision }: Goal) {
  return { configurationName: config, tag: tag ?? "", percent, revisionName: revision };
}

function state(configuration: Rollout[number]): State {
  const { configurationName, tag, percent, revisions, stepSize } = configuration;
  return {
    config: configurationName,
    tag: tag === "" ? undefined : tag,
    percent,
    revisions: revisions.map(({ revisionName, percent: share }) => [revisionName, share]),
    startTime: seconds(configuration.startTimeUs),
    nextStepTime: seconds(configuration.nextStepTimeUs),
    stepDuration: seconds(configuration.stepDurationUs),
    stepSize,
  };
}

/** The recording says 0 for a time that is not set. */
function seconds(us: number | null): number {
  return us === null ? 0 : toSeconds(us);
}

const TIMES = ["startTime", "nextStepTime", "stepDuration"] as const;

function agree(got: readonly State[], want: readonly State[]): boolean {
  return (
    got.length === want.length &&
    got.every((entry, index) => {
      const wanted = want[index];
      return (
        JSON.stringify([entry.config, entry.tag, entry.percent, entry.revisions, entry.stepSize]) ===
          JSON.stringify([wanted.config, wanted.tag, wanted.percent, wanted.revisions, wanted.stepSize]) &&
        TIMES.every((field) => isNear(entry[field], wanted[field]))
      );
    })
  );
}

function isNear(got: number, want: number): boolean {
  return Math.abs(got - want) <= 1e-6;
}
