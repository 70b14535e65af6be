import { type Duration, type Instant, SECOND } from "../engine/time.js";
import { ANNOTATION, type Annotations, durationAnnotation } from "../kube/annotations.js";
import type { TrafficTarget } from "../kube/objects.js";
import type { Configuration } from "./configuration.js";
import { bareName, siblingKey } from "./object-names.js";
import type { Revision } from "./revision.js";
import { type ConfigurationRollout, isRolloutDone, observeReady, type Rollout, stepRollout } from "./rollout.js";

/** A target of a route with the revision behind it. */
export interface ResolvedTarget {
  readonly revision: Revision;
  readonly percent: number;
  /** null = none. */
  readonly tag: string | null;
  readonly latestRevision: boolean;
}

/** What a look at the route came to. */
export type Resolution =
  | { readonly ok: true; readonly targets: readonly ResolvedTarget[] }
  | {
      readonly ok: false;
      /** Of the condition AllTrafficAssigned. */
      readonly status: "Unknown" | "False";
      readonly reason: "RevisionMissing" | "RevisionNotOwned";
      readonly message: string;
    };

type Problem = Omit<Extract<Resolution, { readonly ok: false }>, "ok">;

/**
 * A service's traffic: the wish in its spec, and how it is spread over revisions right now.
 *
 * @see knative/serving pkg/reconciler/route/traffic/traffic.go
 */
export class Route {
  spec: readonly TrafficTarget[] = [];
  /** What the gateway was last told: `status.traffic`. */
  status: readonly ResolvedTarget[] = [];
  private rollout: Rollout | null = null;

  /** @param ownerOf key of the service that a revision of the cluster belongs to; null = there is no such revision */
  constructor(
    private readonly configuration: Configuration,
    private readonly ownerOf: (revisionKey: string) => string | null,
  ) {}

  /** Whether any target follows the latest ready revision. */
  get followsLatest(): boolean {
    return this.spec.some(({ latestRevision }) => latestRevision);
  }

  /** Whether a gradual rollout is in progress. */
  get isRollingOut(): boolean {
    return this.rollout !== null && !isRolloutDone(this.rollout);
  }

  /** When the rollout's next step is due; null = none is planned. */
  get nextStepAt(): Instant | null {
    let next: Instant | null = null;
    for (const { nextStepTimeUs } of this.rollout ?? []) {
      if (nextStepTimeUs !== null && (next === null || nextStepTimeUs < next)) next = nextStepTimeUs;
    }
    return next;
  }

  /** Shares of the revisions that a rollout spreads traffic over, oldest first; empty without one. */
  get rolloutShares(): readonly (readonly [revision: string, percent: number])[] {
    return (this.rollout ?? []).flatMap(({ revisions }) =>
      revisions.length > 1 ? revisions.map(({ revisionName, percent }) => [revisionName, percent] as const) : [],
    );
  }

  /**
   * The revisions behind the wish. Any target that is missing or not ready leaves everything as it was.
   *
   * @param rolloutDurationUs 0 = a new latest revision takes over at once
   */
  resolve(now: Instant, rolloutDurationUs: Duration): Resolution {
    const targets: ResolvedTarget[] = [];
    let problem: Resolution | null = null;
    for (const target of this.spec) {
      const found = target.latestRevision ? this.latest() : this.named(target.revisionName ?? "");
      // A failure is shown rather than a "not yet".
      if ("message" in found) {
        if (problem === null || (!problem.ok && problem.status === "Unknown")) problem = { ok: false, ...found };
      } else {
        const { percent, tag, latestRevision } = target;
        targets.push({ revision: found, percent, tag, latestRevision });
      }
    }
    if (problem !== null) return problem;
    return { ok: true, targets: merged(this.withRollout(targets, now, rolloutDurationUs)) };
  }

  /** The gateway was seen to serve what it was told. */
  observeReady(now: Instant, rolloutDurationUs: Duration): void {
    if (this.rollout !== null && rolloutDurationUs > 0) {
      this.rollout = observeReady(this.rollout, { nowUs: now, durationUs: rolloutDurationUs });
    }
  }

  private latest(): Revision | Problem {
    const { latestReady, key, conditions } = this.configuration;
    if (latestReady !== null) return this.named(latestReady.name);
    const configuration = `Configuration "${bareName(key)}"`;
    return conditions.ready === "False"
      ? missing("False", `${configuration} does not have any ready Revision.`)
      : missing("Unknown", `${configuration} is waiting for a Revision to become ready.`);
  }

  private named(name: string): Revision | Problem {
    const { configuration } = this;
    const revision = configuration.find(name);
    const quoted = `Revision "${bareName(name)}"`;
    if (revision === null) {
      const owner = this.ownerOf(siblingKey(configuration.key, bareName(name)));
      if (owner === null) return missing("False", `${quoted} referenced in traffic not found.`);
      const message = `${quoted} belongs to Service "${bareName(owner)}", not Service "${bareName(configuration.key)}".`;
      return { status: "False", reason: "RevisionNotOwned", message };
    }
    if (revision.isReady) return revision;
    return revision.controller.conditions.ready === "False"
      ? missing("False", `${quoted} failed to become ready.`)
      : missing("Unknown", `${quoted} is not yet ready.`);
  }

  private withRollout(
    targets: readonly ResolvedTarget[],
    now: Instant,
    durationUs: Duration,
  ): readonly ResolvedTarget[] {
    const goal = targets
      .filter(({ latestRevision }) => latestRevision)
      .map(({ revision, percent, tag }) => ({
        configurationName: this.configuration.key,
        tag: tag ?? "",
        percent,
        revisionName: revision.name,
      }));
    const previous = durationUs > 0 ? this.rollout : null;
    this.rollout = stepRollout({ goal, previous, nowUs: now }).rollout;
    const shares = [...this.rollout];
    return targets.flatMap((target) => (target.latestRevision ? this.spread(target, shares) : [target]));
  }

  /**
   * A target that follows the latest revision, as the several it is during a rollout.
   *
   * @param shares of targets not asked about before: when a target stands twice, the second has the second share
   */
  private spread(target: ResolvedTarget, shares: ConfigurationRollout[]): ResolvedTarget[] {
    const index = shares.findIndex(({ tag }) => tag === (target.tag ?? ""));
    if (index < 0 || target.percent === 0) return [target];
    const [share] = shares.splice(index, 1);
    return share.revisions.flatMap(({ revisionName, percent }) => {
      const revision = this.configuration.find(revisionName);
      return revision === null ? [] : [{ ...target, revision, percent }];
    });
  }
}

function missing(status: Problem["status"], message: string): Problem {
  return { status, reason: "RevisionMissing", message };
}

/** Targets that say the same are one, with the sum of their percents. */
function merged(targets: readonly ResolvedTarget[]): ResolvedTarget[] {
  const sums: ResolvedTarget[] = [];
  for (const target of targets) {
    const index = sums.findIndex(
      ({ revision, tag, latestRevision }) =>
        revision === target.revision && tag === target.tag && latestRevision === target.latestRevision,
    );
    if (index < 0) sums.push(target);
    else sums[index] = { ...target, percent: sums[index].percent + target.percent };
  }
  return sums;
}

/** How long a rollout takes: the annotation's duration unless it is absent or 0, else the cluster's. */
export function rolloutDuration(annotations: Annotations, clusterSeconds: number): Duration {
  return durationAnnotation(annotations, ANNOTATION.rolloutDuration) || clusterSeconds * SECOND;
}
