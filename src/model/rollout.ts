import { type Duration, type Instant, roundHalfAway, SECOND } from "../engine/time.js";
import { compareBytes } from "../kube/byte-order.js";

/** A configuration that is to receive traffic with its latest ready revision. */
export interface RolloutGoal {
  readonly configurationName: string;
  /** Empty = the main target. */
  readonly tag: string;
  readonly percent: number;
  readonly revisionName: string;
}

export interface RevisionRollout {
  readonly revisionName: string;
  readonly percent: number;
}

/** How one configuration's share of a target is spread over its revisions while a new one takes over. */
export interface ConfigurationRollout {
  readonly configurationName: string;
  readonly tag: string;
  readonly percent: number;
  /** From oldest to newest; their percents add up to `percent`. */
  readonly revisions: readonly RevisionRollout[];
  /** When the newest revision got its first percent; null while no rollout is in progress. */
  readonly startTimeUs: Instant | null;
  /** Null until the ingress was seen ready with that first percent. */
  readonly nextStepTimeUs: Instant | null;
  /** 0 until then. */
  readonly stepDurationUs: Duration;
  /** Percents moved in each step; 0 until then. */
  readonly stepSize: number;
}

/** All of a route's configurations, by tag and then by name, in byte order. */
export type Rollout = readonly ConfigurationRollout[];

/**
 * One look at a route's rollout: a new revision gets its first percent, a due step is taken, changed percents are
 * worked in.
 *
 * Only targets that follow the latest ready revision belong in `goal`. With a rollout duration of 0 there is no
 * rollout: call it with `previous` null, and every configuration gets its goal at once.
 *
 * @param look.previous the rollout in force; null or empty = none yet, and nothing is rolled out
 * @returns the rollout from now on, and when to look again (null = no step is planned)
 * @see knative/serving pkg/reconciler/route/traffic/rollout.go (Step)
 */
export function stepRollout(look: {
  readonly goal: readonly RolloutGoal[];
  readonly previous: Rollout | null;
  readonly nowUs: Instant;
}): { readonly rollout: Rollout; readonly nextStepTimeUs: Instant | null } {
  const { goal, previous, nowUs } = look;
  // A target may stand twice; then the first goes on where the first was, the second where the second was.
  const unmatched = [...(previous ?? [])];
  const rollout = goal
    .filter(({ percent }) => percent > 0)
    .sort(
      (left, right) =>
        compareBytes(left.tag, right.tag) || compareBytes(left.configurationName, right.configurationName),
    )
    .map((target) => {
      const index = unmatched.findIndex(
        ({ configurationName, tag }) => configurationName === target.configurationName && tag === target.tag,
      );
      const [before] = index < 0 ? [] : unmatched.splice(index, 1);
      // A single percent is an A/B test's share already; there is nothing to spread.
      return before === undefined || target.percent === 1 ? settled(target) : stepConfiguration(target, before, nowUs);
    });
  let nextStepTimeUs: Instant | null = null;
  for (const { nextStepTimeUs: next } of rollout) {
    if (next !== null && (nextStepTimeUs === null || next < nextStepTimeUs)) nextStepTimeUs = next;
  }
  return { rollout, nextStepTimeUs };
}

/**
 * The ingress was seen to become ready: what the network needed for the first percent sets the pace of the rest.
 *
 * Changes only rollouts that have begun and have no pace yet.
 *
 * @param observation.durationUs the wanted length of a rollout, from the annotation or config-network; > 0
 * @see knative/serving pkg/reconciler/route/traffic/rollout.go (ObserveReady, computeProperties)
 */
export function observeReady(
  rollout: Rollout,
  observation: { readonly nowUs: Instant; readonly durationUs: Duration },
): Rollout {
  const { nowUs, durationUs } = observation;
  return rollout.map((configuration) => {
    const { startTimeUs, stepSize, percent } = configuration;
    if (startTimeUs === null || stepSize > 0) return configuration;
    const minStepSeconds = Math.max(1, Math.ceil((nowUs - startTimeUs) / SECOND));
    const restSeconds = Math.max(1, durationUs / SECOND - minStepSeconds);
    // A fraction of a step is kept: the duration of a step comes out longer instead.
    const steps = Math.min(Math.max(1, restSeconds / minStepSeconds), percent - 1);
    const stepDurationUs = roundHalfAway((restSeconds / steps) * SECOND);
    return {
      ...configuration,
      stepSize: roundHalfAway((percent - 1) / steps),
      stepDurationUs,
      nextStepTimeUs: nowUs + stepDurationUs,
    };
  });
}

/** Whether every configuration sends all its traffic to one revision. */
export function isRolloutDone(rollout: Rollout): boolean {
  return rollout.every(({ revisions }) => revisions.length <= 1);
}

/**
 * Whether the rollout can be the previous one of the next look: each configuration's percents add up.
 *
 * @see knative/serving pkg/reconciler/route/traffic/rollout.go (Validate)
 */
export function isRolloutValid(rollout: Rollout): boolean {
  return rollout.every(({ percent, revisions }) => percent >= 0 && percent <= 100 && sum(revisions) === percent);
}

function settled(goal: RolloutGoal): ConfigurationRollout {
  const { configurationName, tag, percent, revisionName } = goal;
  return { configurationName, tag, percent, revisions: [{ revisionName, percent }], ...NO_PACE, startTimeUs: null };
}

const NO_PACE = { nextStepTimeUs: null, stepDurationUs: 0, stepSize: 0 } as const;

function stepConfiguration(goal: RolloutGoal, before: ConfigurationRollout, nowUs: Instant): ConfigurationRollout {
  const revisions = withPercent(before, goal.percent);
  if (revisions[revisions.length - 1].revisionName !== goal.revisionName) {
    return {
      ...settled(goal),
      revisions: withNewcomer(revisions, goal.revisionName),
      startTimeUs: nowUs,
    };
  }
  if (revisions.length === 1) return settled(goal);
  const current = { ...before, percent: goal.percent, revisions };
  if (before.nextStepTimeUs === null || nowUs < before.nextStepTimeUs) return current;
  const stepped = withStep(revisions, before.stepSize);
  if (stepped.length === 1) return settled(goal);
  return { ...current, revisions: stepped, nextStepTimeUs: nowUs + before.stepDurationUs };
}

/** The share was changed: the newest revision gains, the oldest ones lose. */
function withPercent(before: ConfigurationRollout, percent: number): RevisionRollout[] {
  const revisions = before.revisions.map((revision) => ({ ...revision }));
  const change = percent - before.percent;
  if (change >= 0) {
    revisions[revisions.length - 1].percent += change;
    return revisions;
  }
  let toRemove = -change;
  for (const revision of revisions) {
    const removed = Math.min(revision.percent, toRemove);
    revision.percent -= removed;
    toRemove -= removed;
  }
  return revisions.filter(hasTraffic);
}

/** A new revision begins with one percent, taken from the newest that has any. */
function withNewcomer(revisions: readonly RevisionRollout[], revisionName: string): RevisionRollout[] {
  const newest = revisions.length - 1;
  const old = revisions.map((revision, index) =>
    index === newest ? { ...revision, percent: revision.percent - 1 } : revision,
  );
  return [...old.filter(hasTraffic), { revisionName, percent: 1 }];
}

/** Moves percents to the newest revision, from the second newest first. */
function withStep(revisions: readonly RevisionRollout[], stepSize: number): RevisionRollout[] {
  const stepped = revisions.map((revision) => ({ ...revision }));
  const newest = stepped[stepped.length - 1];
  let toMove = stepSize;
  for (let index = stepped.length - 2; index >= 0; index--) {
    const moved = Math.min(stepped[index].percent, toMove);
    stepped[index].percent -= moved;
    newest.percent += moved;
    toMove -= moved;
  }
  return stepped.filter(hasTraffic);
}

function hasTraffic({ percent }: RevisionRollout): boolean {
  return percent > 0;
}

function sum(revisions: readonly RevisionRollout[]): number {
  return revisions.reduce((total, { percent }) => total + percent, 0);
}
