import { type EventHandle, NO_EVENT } from "../engine/calendar.js";
import { invariant } from "../engine/invariant.js";
import type { Duration, Instant } from "../engine/time.js";
import type { Annotations } from "../kube/annotations.js";
import type { ClusterConfig } from "../kube/config.js";
import { deepEqual } from "../kube/deep-equal.js";
import type { TrafficTarget } from "../kube/objects.js";
import type { ConditionMarks } from "./conditions.js";
import type { Configuration } from "./configuration.js";
import { LatencySource, type ModelContext } from "./context.js";
import { Kind, Rank } from "./event-kinds.js";
import { GatewayRoute } from "./gateway-route.js";
import { ObjectConditions } from "./object-conditions.js";
import type { Revision } from "./revision.js";
import { type Resolution, type ResolvedTarget, Route, rolloutDuration } from "./route.js";

const ROUTE_DEPENDENTS = ["AllTrafficAssigned", "CertificateProvisioned", "IngressReady"] as const;

/** Of the time until the gateway serves a change, the part after which it has taken note (published transcripts). */
const NOTICED_AFTER = 0.2;

type TrafficCause = "user" | "latestReady" | "rollout";
type RolloutShares = Route["rolloutShares"];
type RolloutChange = "RolloutStarted" | "RolloutStep" | "RolloutFinished";

/** What the Route of a service needs of the cluster around it. */
export interface RouteHost {
  readonly context: ModelContext;
  /** The cluster's settings as they are now. */
  readonly config: ClusterConfig;
  /** Index of a tag among all tags of the run. */
  tagIndex(tag: string): number;
  /** Key of the service that a revision belongs to; null = there is no such revision. */
  ownerOf(revisionKey: string): string | null;
}

/** The service that a Route belongs to. */
export interface RouteOwner {
  readonly index: number;
  readonly key: string;
  /** False before the service's creation and after its deletion. */
  readonly exists: boolean;
  readonly annotations: Annotations;
  readonly configuration: Configuration;
  /** The gateway does this from now on; null = it knows no such host. */
  serve(gateway: GatewayRoute | null): void;
  /** The Route's status changed. */
  routeChanged(): void;
  /** Nothing leads to these any more. */
  forgotten(revisions: readonly Revision[]): void;
  /** Asks for `noticed` to be called at that time. */
  scheduleNotice(at: Instant): void;
}

/**
 * Turns a service's wish for traffic into what the gateway does, and says how far it has come.
 *
 * A wish that cannot be met leaves the gateway as it is. Changes reach the gateway in order, some latency later.
 *
 * @see knative/serving pkg/reconciler/route/route.go
 */
export class RouteController {
  route: Route;
  /** Rises with every change of the wish; 0 = the Route does not exist yet. */
  generation = 0;
  observedGeneration = 0;
  conditions: ObjectConditions;
  /** What the gateway serves. */
  served: readonly ResolvedTarget[] = [];

  private ingress: "none" | "written" | "noticed" | "ready" = "none";
  private cause: Exclude<TrafficCause, "rollout"> = "user";
  /** Under way to the gateway, oldest first; null targets: it shall forget the host, then these revisions go. */
  private readonly underWay: {
    readonly targets: readonly ResolvedTarget[] | null;
    readonly orphans: readonly Revision[];
  }[] = [];
  private lastArrival: Instant = 0;
  private rolloutEvent: EventHandle = NO_EVENT;
  private gateway: GatewayRoute | null = null;
  private readonly latency: LatencySource;

  constructor(
    private readonly host: RouteHost,
    private readonly owner: RouteOwner,
  ) {
    const { latencies, streams } = host.context;
    this.latency = new LatencySource(latencies.ingress, streams, "latency/route", owner.key);
    this.route = this.newRoute();
    this.conditions = this.newConditions();
  }

  get isObserved(): boolean {
    return this.observedGeneration === this.generation;
  }

  /** A service of this name is created; what is still under way from an earlier one arrives first. */
  begin(): void {
    this.route = this.newRoute();
    this.conditions = this.newConditions();
    this.generation = this.observedGeneration = 0;
    this.ingress = "none";
    this.cause = "user";
  }

  /** @returns whether this is news */
  setSpec(spec: readonly TrafficTarget[]): boolean {
    if (this.generation > 0 && deepEqual(this.route.spec, spec)) return false;
    this.route.spec = spec;
    this.generation++;
    this.cause = "user";
    return true;
  }

  /** One pass of the controller. */
  reconcile(): void {
    if (this.generation === 0) return;
    const isNewGeneration = !this.isObserved;
    this.observedGeneration = this.generation;
    const sharesBefore = this.route.rolloutShares;
    const resolution = this.route.resolve(this.host.context.simulation.now, this.rolloutDurationUs);
    const isNewTraffic = resolution.ok && this.write(resolution.targets, sharesBefore);
    const marked = this.conditions.reconcile((marks) => this.mark(marks, resolution), { isNewGeneration });
    if (isNewGeneration || isNewTraffic || marked) this.owner.routeChanged();
  }

  /** The gateway has taken note of what it was told. */
  noticed(): void {
    if (this.ingress !== "written" || this.underWay.length === 0) return;
    this.ingress = "noticed";
    this.reconcile();
  }

  /** The oldest change under way has arrived at the gateway. */
  gatewayUpdated(): void {
    this.arrive();
    if (this.owner.exists && this.ingress === "ready") this.reconcile();
  }

  /** The next step of a gradual rollout is due. */
  rolloutDue(): void {
    this.rolloutEvent = NO_EVENT;
    this.reconcile();
  }

  /** Takes the place of a past in which the gateway learned of these targets. */
  assumeServed(spec: readonly TrafficTarget[], targets: readonly ResolvedTarget[]): void {
    this.setSpec(spec);
    this.observedGeneration = this.generation;
    this.route.status = targets;
    this.ingress = "ready";
    this.program(targets);
  }

  /** As after a long past in which the gateway has served what the spec says. */
  assumeReady(spec: readonly TrafficTarget[]): void {
    this.setSpec(spec);
    this.observedGeneration = this.generation;
    const resolution = this.route.resolve(this.host.context.simulation.now, 0);
    if (resolution.ok) this.assumeServed(spec, resolution.targets);
    this.conditions.assume((marks) => this.mark(marks, resolution));
  }

  /** The Route is deleted: the gateway is to forget the host, then nothing leads to these revisions. */
  withdraw(orphans: readonly Revision[]): void {
    this.cancelRollout();
    this.send(null, orphans);
  }

  /** A revision of the same name takes the place of one that was deleted: the gateway knows both by their name. */
  replaceRevision(revision: Revision): void {
    const isReplaced = ({ revision: old }: ResolvedTarget): boolean => old.isDeleted && old.name === revision.name;
    if (!this.served.some(isReplaced)) return;
    const renewed = (targets: readonly ResolvedTarget[]) =>
      targets.map((target) => (isReplaced(target) ? { ...target, revision } : target));
    this.route.status = renewed(this.route.status);
    this.program(renewed(this.served));
  }

  private newRoute(): Route {
    return new Route(this.owner.configuration, (key) => this.host.ownerOf(key));
  }

  private newConditions(): ObjectConditions {
    return new ObjectConditions(this.host.context, { object: "Route", service: this.owner.index }, ROUTE_DEPENDENTS);
  }

  private mark(marks: ConditionMarks, resolution: Resolution): void {
    if (!resolution.ok) {
      const { status, reason, message } = resolution;
      if (status === "False") marks.markFalse("AllTrafficAssigned", reason, message);
      else marks.markUnknown("AllTrafficAssigned", reason, message);
      return;
    }
    marks.markTrue("AllTrafficAssigned");
    marks.markTrue("CertificateProvisioned", "TLSNotEnabled", "external-domain-tls is not enabled");
    if (this.route.isRollingOut) {
      const text = "A gradual rollout of the latest revision(s) is in progress.";
      marks.markUnknown("IngressReady", "RolloutInProgress", text);
    } else if (this.ingress === "ready") {
      marks.markTrue("IngressReady");
    } else if (this.ingress === "noticed") {
      marks.markUnknown("IngressReady", "Uninitialized", "Waiting for load balancer to be ready");
    } else {
      marks.markUnknown("IngressReady", "IngressNotConfigured", "Ingress has not yet been reconciled.");
    }
  }

  /** Sends targets to the gateway unless it has been told already. @returns whether the status differs from before */
  private write(targets: readonly ResolvedTarget[], sharesBefore: RolloutShares): boolean {
    const rollout = rolloutChange(sharesBefore, this.route.rolloutShares);
    // Whichever pass takes it: a step is due at a time, not for a reason.
    const isStep = rollout === "RolloutStep" || (rollout === "RolloutFinished" && this.cause !== "user");
    const cause: TrafficCause = isStep ? "rollout" : this.cause;
    const before = this.route.status;
    // Whatever moves traffic after this look is not the user's present wish any more.
    this.cause = "latestReady";
    this.route.status = targets;
    if (this.ingress !== "none" && isSameTraffic(before, targets)) {
      // A rollout may have begun anew with the split that the gateway serves already.
      this.setPace();
      return before.some(({ latestRevision }, index) => latestRevision !== targets[index].latestRevision);
    }
    this.announceTraffic(before, targets, cause);
    if (rollout !== null) this.announceRollout(rollout);
    this.ingress = "written";
    this.send(targets);
    this.scheduleRollout();
    return true;
  }

  private send(targets: readonly ResolvedTarget[] | null, orphans: readonly Revision[] = []): void {
    const { simulation } = this.host.context;
    const { now } = simulation;
    this.underWay.push({ targets, orphans });
    // A newer route never overtakes an older one.
    const at = Math.max(now + this.latency.next(), this.lastArrival);
    this.lastArrival = at;
    if (at === now) {
      this.arrive();
      return;
    }
    if (targets !== null) this.owner.scheduleNotice(now + Math.round((at - now) * NOTICED_AFTER));
    simulation.schedule(at, Rank.propagation, Kind.gatewayRoute, this.owner.index, 0);
  }

  private arrive(): void {
    const arrived = this.underWay.shift();
    invariant(arrived !== undefined, "a route arrived at the gateway that nobody sent", { service: this.owner.key });
    if (arrived.targets === null) this.forget(arrived.orphans);
    else this.program(arrived.targets);
    if (this.underWay.length > 0 || arrived.targets === null) return;
    this.ingress = "ready";
    this.setPace();
  }

  /** What the gateway needed for a rollout's first percent sets the pace of the rest; until it has it there is none. */
  private setPace(): void {
    if (this.underWay.length > 0) return;
    this.route.observeReady(this.host.context.simulation.now, this.rolloutDurationUs);
    this.scheduleRollout();
  }

  /** The gateway serves these targets from now on. */
  private program(targets: readonly ResolvedTarget[]): void {
    const { context } = this.host;
    const { now } = context.simulation;
    const before = this.gateway;
    this.served = targets;
    this.gateway = this.gatewayFor(targets);
    this.owner.serve(this.gateway);
    for (const { index } of this.owner.configuration.revisions) {
      const percent = this.gateway.percentOf(index);
      if (percent !== (before?.percentOf(index) ?? 0)) context.observer.revisionGauge(now, index, "percent", percent);
    }
    context.observer.happened({
      t: now,
      kind: "RouteProgrammed",
      service: this.owner.index,
      targets: targets.map(({ revision, percent, tag }) => [revision.index, percent, tag ?? ""] as const),
    });
  }

  private forget(orphans: readonly Revision[]): void {
    const { context } = this.host;
    for (const { index } of orphans) context.observer.revisionGauge(context.simulation.now, index, "percent", 0);
    this.served = [];
    this.gateway = null;
    this.owner.serve(null);
    this.owner.forgotten(orphans);
  }

  private gatewayFor(targets: readonly ResolvedTarget[]): GatewayRoute {
    const tags = new Map<number, { revision: number; percent: number }[]>();
    for (const { revision, tag, percent } of targets) {
      if (tag === null) continue;
      const index = this.host.tagIndex(tag);
      const shares = tags.get(index) ?? [];
      // A tag's host sends everything to its target, however small its share of the main host.
      shares.push({ revision: revision.index, percent: percent === 0 ? 100 : percent });
      tags.set(index, shares);
    }
    return new GatewayRoute(
      targets.map(({ revision, percent }) => ({ revision: revision.index, percent })),
      tags,
    );
  }

  private get rolloutDurationUs(): Duration {
    return rolloutDuration(this.owner.annotations, this.host.config.network.rolloutDurationSeconds);
  }

  private scheduleRollout(): void {
    this.cancelRollout();
    const at = this.route.nextStepAt;
    if (at === null) return;
    const { simulation } = this.host.context;
    const due = Math.max(at, simulation.now);
    this.rolloutEvent = simulation.schedule(due, Rank.propagation, Kind.rollout, this.owner.index, 0);
  }

  private cancelRollout(): void {
    if (this.rolloutEvent !== NO_EVENT) this.host.context.simulation.cancel(this.rolloutEvent);
    this.rolloutEvent = NO_EVENT;
  }

  private announceTraffic(from: readonly ResolvedTarget[], to: readonly ResolvedTarget[], cause: TrafficCause): void {
    const { simulation, observer } = this.host.context;
    observer.happened({
      t: simulation.now,
      kind: "TrafficChanged",
      service: this.owner.index,
      from: from.map(namedTarget),
      to: to.map(namedTarget),
      cause,
    });
  }

  private announceRollout(kind: RolloutChange): void {
    const { simulation, observer } = this.host.context;
    const { rolloutShares, nextStepAt } = this.route;
    observer.happened({
      t: simulation.now,
      kind,
      service: this.owner.index,
      percents: rolloutShares,
      next: nextStepAt,
    });
  }
}

/** What became of a rollout; null = there was none and is none. It starts anew with every revision that joins. */
function rolloutChange(before: RolloutShares, after: RolloutShares): RolloutChange | null {
  if (after.length === 0) return before.length === 0 ? null : "RolloutFinished";
  const known = new Set(before.map(([revision]) => revision));
  return after.every(([revision]) => known.has(revision)) ? "RolloutStep" : "RolloutStarted";
}

function namedTarget({ revision, percent, tag }: ResolvedTarget): readonly [string, number, string] {
  return [revision.name, percent, tag ?? ""];
}

function isSameTraffic(a: readonly ResolvedTarget[], b: readonly ResolvedTarget[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ revision, percent, tag }, index) => {
      const other = b[index];
      return revision === other.revision && percent === other.percent && tag === other.tag;
    })
  );
}
