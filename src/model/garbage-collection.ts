import type { Duration, Instant } from "../engine/time.js";
import type { GcConfig } from "../kube/config.js";

/** What the collector looks at of one revision. */
export interface CollectableRevision {
  readonly name: string;
  readonly createdAtUs: Instant;
  /** Empty = none was ever set. */
  readonly routingState: "active" | "reserve" | "pending" | "";
  /** When that state was set; null = unknown, and the time of creation counts. */
  readonly routingStateSinceUs: Instant | null;
  /** Value of the annotation `serving.knative.dev/no-gc`, if any. */
  readonly noGc?: string;
}

/**
 * Which revisions of one configuration a pass of the garbage collector deletes.
 *
 * There is no timer upstream: a pass follows a change of the configuration or of one of its revisions.
 *
 * @param pass.latestReady name of the configuration's latest ready revision, which stays; empty = none
 * @param pass.revisions all of the configuration, in order of creation
 * @returns names in the order of deletion
 * @see knative/serving pkg/reconciler/gc/gc.go
 */
export function revisionsToCollect(pass: {
  readonly config: GcConfig;
  readonly latestReady: string;
  readonly revisions: readonly CollectableRevision[];
  readonly nowUs: Instant;
}): string[] {
  const { config, latestReady, revisions, nowUs } = pass;
  const { minNonActiveRevisions: minimum, maxNonActiveRevisions: maximum } = config;
  if (revisions.length <= minimum) return [];
  const candidates = revisions
    .filter((revision) => !isActive(revision, latestReady))
    .sort((left, right) => lastActive(left) - lastActive(right));
  if (candidates.length <= minimum) return [];

  const stale: CollectableRevision[] = [];
  const fresh: CollectableRevision[] = [];
  for (const revision of candidates) {
    const isDeleted = stale.length < candidates.length - minimum && isStale(revision, config, nowUs);
    (isDeleted ? stale : fresh).push(revision);
  }
  // The maximum asks for no age.
  const surplus = maximum === null ? 0 : Math.max(0, fresh.length - maximum);
  return [...stale, ...fresh.slice(0, surplus)].map(({ name }) => name);
}

/** A revision is kept while it is in a route, new, the latest ready, or marked to be kept. */
function isActive(revision: CollectableRevision, latestReady: string): boolean {
  return (
    revision.name === latestReady || revision.noGc?.toLowerCase() === "true" || revision.routingState !== "reserve"
  );
}

function lastActive(revision: CollectableRevision): Instant {
  return revision.routingStateSinceUs ?? revision.createdAtUs;
}

function isStale(revision: CollectableRevision, config: GcConfig, nowUs: Instant): boolean {
  const { retainSinceCreateTimeUs: sinceCreate, retainSinceLastActiveTimeUs: sinceActive } = config;
  if (sinceCreate === null && sinceActive === null) return false;
  return hasPassed(nowUs - revision.createdAtUs, sinceCreate) && hasPassed(nowUs - lastActive(revision), sinceActive);
}

/** A limit that is switched off has always passed. */
function hasPassed(age: Duration, limit: Duration | null): boolean {
  return limit === null || age >= limit;
}
