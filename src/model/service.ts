import { type EventHandle, NO_EVENT } from "../engine/calendar.js";
import type { Duration, Instant } from "../engine/time.js";
import type { ClusterConfig } from "../kube/config.js";
import type { ServiceObject } from "../kube/objects.js";
import { ConditionLog } from "./condition-log.js";
import { Configuration } from "./configuration.js";
import { LatencySource, type ModelContext, wholeSecond } from "./context.js";
import { Kind, Rank } from "./event-kinds.js";
import { revisionsToCollect } from "./garbage-collection.js";
import { GatewayRoute } from "./gateway-route.js";
import type { Revision, RoutingState } from "./revision.js";
import { type ResolvedTarget, Route, rolloutDuration } from "./route.js";

/** Which controller's turn it is; payload of `Kind.controlPlane`. */
export const ControlStep = { configuration: 0, revisions: 1, route: 2, labels: 3 } as const;

type TrafficCause = "user" | "latestReady" | "rollout";

/** What the control plane of one service needs of the cluster. */
export interface ServiceHost {
  readonly context: ModelContext;
  /** The cluster's settings as they are now. */
  readonly config: ClusterConfig;
  /** Makes a revision and starts what runs it. */
  createRevision(service: Service, name: string): Revision;
  deleteRevision(revision: Revision, cause: "gc" | "user"): void;
  /** Index of a tag among all tags of the run. */
  tagIndex(tag: string): number;
}

/**
 * One Service with the Configuration and the Route it begets: a change of the template makes a revision, a change of
 * traffic does not, and traffic moves only when what it points to is ready.
 *
 * Every hop from one controller to the next takes the latency of a reconcile.
 *
 * @see knative/serving pkg/reconciler/{service,configuration,route,labeler}
 */
export class Service {
  /** null before creation and after deletion. */
  object: ServiceObject | null = null;
  generation = 0;
  configuration: Configuration;
  route: Route;
  /** What the gateway does with its requests; null: it knows no such host. */
  gateway: GatewayRoute | null = null;

  private readonly conditions: ConditionLog;
  private readonly pendingSteps = new Set<number>();
  private cause: TrafficCause = "user";
  /** Routes under way to the gateway, oldest first; null targets: it shall forget the host, then these revisions go. */
  private readonly toGateway: {
    readonly targets: readonly ResolvedTarget[] | null;
    readonly orphans: readonly Revision[];
  }[] = [];
  private lastArrival: Instant = 0;
  private isRouteHealthy = false;
  private rolloutEvent: EventHandle = NO_EVENT;
  private readonly reconcileLatency: LatencySource;
  private readonly gatewayLatency: LatencySource;

  constructor(
    /** In order of creation, or of first mention. */
    readonly index: number,
    /** `name` in namespace default, `ns/name` elsewhere. */
    readonly key: string,
    private readonly host: ServiceHost,
  ) {
    const { plan, streams } = host.context;
    this.reconcileLatency = new LatencySource(plan.latencies.reconcile, streams, `latency/control-plane/${key}`);
    this.gatewayLatency = new LatencySource(plan.latencies.ingress, streams, `latency/route/${key}`);
    this.conditions = new ConditionLog(host.context, index);
    this.configuration = new Configuration(key);
    this.route = new Route(this.configuration);
  }

  /** The Service is created by somebody now. */
  create(object: ServiceObject): void {
    this.begin(object);
    this.announce("ServiceCreated");
    this.conditions.set("Service", "Ready", "Unknown");
    if (!this.host.context.plan.ideal) {
      this.request(ControlStep.configuration);
      return;
    }
    // The ideal cluster routes to the first revision from its creation on, ready or not.
    const revision = this.stamp();
    this.program(
      this.route.spec.map(({ percent, tag, latestRevision }) => ({ revision, percent, tag, latestRevision })),
    );
  }

  /** The Service has existed since before the run, its revision ready and routed. */
  createSettled(object: ServiceObject): Revision {
    this.begin(object);
    this.announce("ServiceCreated");
    const revision = this.stamp();
    revision.isReady = true;
    this.configuration.updateLatestReady();
    const { now } = this.host.context.simulation;
    const resolution = this.route.resolve(now, 0);
    if (resolution.ok) this.program(resolution.targets);
    else this.conditions.set("Route", "Ready", resolution.status, "RevisionMissing", resolution.message);
    return revision;
  }

  /** The Service's spec is replaced; a template that is the same makes no revision. */
  update(object: ServiceObject, specChanged: boolean): void {
    this.object = object;
    if (specChanged) this.generation++;
    this.announce("ServiceUpdated");
    this.route.spec = object.traffic;
    this.cause = "user";
    this.configuration.setTemplate(object.template);
    this.request(ControlStep.configuration);
    this.request(ControlStep.route);
  }

  /** The route goes at once, revisions when the gateway has forgotten it. */
  delete(): void {
    this.announce("ServiceDeleted");
    this.object = null;
    this.cancelRollout();
    // A service of the same name may be created before they are gone.
    const orphans = this.configuration.revisions.splice(0);
    this.sendToGateway(null, orphans);
  }

  stepDue(step: number): void {
    this.pendingSteps.delete(step);
    if (this.object === null) return;
    if (step === ControlStep.configuration) this.reconcileConfiguration();
    else if (step === ControlStep.revisions) this.reconcileRevisions();
    else if (step === ControlStep.route) this.reconcileRoute();
    else this.reconcileLabels();
  }

  /** A revision reached its initial scale: it is ready as soon as its controller has seen it. */
  revisionInitialized(): void {
    this.request(ControlStep.revisions);
  }

  /** The oldest route under way has arrived at the gateway. */
  gatewayUpdated(): void {
    const { targets, orphans } = this.toGateway.shift()!;
    if (targets === null) this.removed(orphans);
    else this.program(targets);
  }

  /** The next step of a gradual rollout is due. */
  rolloutDue(): void {
    this.rolloutEvent = NO_EVENT;
    this.cause = "rollout";
    this.reconcileRoute();
  }

  /** A revision was deleted under the route: it keeps the old split until it is reconciled. */
  revisionDeleted(revision: Revision): void {
    this.configuration.remove(revision);
    this.request(ControlStep.configuration);
    this.request(ControlStep.revisions);
    this.request(ControlStep.route);
  }

  private begin(object: ServiceObject): void {
    this.object = object;
    this.generation = 1;
    this.configuration = new Configuration(this.key);
    this.configuration.setTemplate(object.template);
    this.route = new Route(this.configuration);
    this.route.spec = object.traffic;
    this.cause = "user";
  }

  private reconcileConfiguration(): void {
    if (this.configuration.needsRevision) {
      this.stamp();
      this.conditions.set("Configuration", "Ready", "Unknown");
      this.conditions.set("Service", "Ready", "Unknown");
    }
    this.collectGarbage();
  }

  private reconcileRevisions(): void {
    const { configuration } = this;
    for (const revision of configuration.revisions) {
      if (revision.isReady || !revision.autoscaler.state.initialized) continue;
      revision.isReady = true;
      this.conditions.setRevision(revision.index, "Ready", "True");
    }
    configuration.updateLatestReady();
    if (configuration.latestReady === configuration.latestCreated)
      this.conditions.set("Configuration", "Ready", "True");
    this.request(ControlStep.route);
  }

  private reconcileRoute(): void {
    const { context, config } = this.host;
    const duration = this.rolloutDurationUs(config);
    const resolution = this.route.resolve(context.simulation.now, duration);
    this.isRouteHealthy = resolution.ok;
    if (!resolution.ok) {
      const { status, message } = resolution;
      this.conditions.set("Route", "Ready", status, "RevisionMissing", message);
      this.conditions.set("Service", "Ready", status, "RevisionMissing", message);
      return;
    }
    const { targets } = resolution;
    const before = this.lastSent();
    // Whatever moves traffic after this look is not the user's present wish any more.
    const { cause } = this;
    this.cause = "latestReady";
    if (isSameTraffic(before, targets)) {
      this.settle();
      return;
    }
    this.announceTraffic(before, targets, cause);
    this.announceRollout(cause === "rollout");
    const waiting = "Waiting for load balancer to be ready";
    this.conditions.set("Route", "Ready", "Unknown", "Uninitialized", waiting);
    this.conditions.set("Service", "Ready", "Unknown", "Uninitialized", waiting);
    this.sendToGateway(targets);
  }

  private reconcileLabels(): void {
    const { configuration, route } = this;
    const routed = new Set<Revision | null>(route.status.map(({ revision }) => revision));
    for (const { revisionName } of route.spec) if (revisionName !== null) routed.add(configuration.find(revisionName));
    if (route.followsLatest) routed.add(configuration.latestCreated);
    const mayDemote = this.isRouteHealthy && this.toGateway.length === 0 && !route.isRollingOut;
    for (const revision of configuration.revisions) {
      if (routed.has(revision)) this.setRoutingState(revision, "active");
      else if (mayDemote) this.setRoutingState(revision, "reserve");
    }
    this.collectGarbage();
  }

  private setRoutingState(revision: Revision, state: RoutingState): void {
    if (revision.routingState === state) return;
    const { now } = this.host.context.simulation;
    revision.routingState = state;
    revision.routingStateSince = wholeSecond(now);
    this.host.context.observer.happened({
      t: now,
      kind: "RoutingStateChanged",
      service: this.index,
      revision: revision.index,
      state,
    });
    revision.autoscaler.requestReconcile();
  }

  private collectGarbage(): void {
    const { configuration, host } = this;
    const collected = revisionsToCollect({
      config: host.config.gc,
      latestReady: configuration.latestReady?.name ?? "",
      revisions: configuration.revisions.map((revision) => ({
        name: revision.name,
        createdAtUs: revision.createdAt,
        routingState: revision.routingState,
        routingStateSinceUs: revision.routingStateSince,
        noGc: revision.template.annotations["serving.knative.dev/no-gc"],
      })),
      nowUs: host.context.simulation.now,
    });
    for (const name of collected) {
      const revision = configuration.find(name)!;
      configuration.remove(revision);
      host.deleteRevision(revision, "gc");
    }
  }

  private stamp(): Revision {
    const { configuration } = this;
    const revision = this.host.createRevision(this, configuration.revisionName);
    // Below a Service a revision counts as routed from its creation on (knative/control-plane.md §11.1).
    revision.routingState = "active";
    configuration.add(revision);
    this.request(ControlStep.labels);
    return revision;
  }

  /** The gateway serves these targets from now on. */
  private program(targets: readonly ResolvedTarget[]): void {
    const { context, config } = this.host;
    const { now } = context.simulation;
    const before = this.gateway;
    this.route.status = targets;
    this.isRouteHealthy = true;
    this.gateway = this.routeFor(targets);
    for (const { index } of this.configuration.revisions) {
      const percent = this.gateway.percentOf(index);
      if (percent !== (before?.percentOf(index) ?? 0)) context.observer.revisionGauge(now, index, "percent", percent);
    }
    context.observer.happened({
      t: now,
      kind: "RouteProgrammed",
      service: this.index,
      targets: targets.map(({ revision, percent, tag }) => [revision.index, percent, tag ?? ""] as const),
    });
    if (this.toGateway.length === 0) {
      this.route.observeReady(now, this.rolloutDurationUs(config));
      this.scheduleRollout();
      this.settle();
    }
  }

  /** The gateway serves what it was told: the route is ready unless a rollout goes on. */
  private settle(): void {
    if (this.toGateway.length > 0) return;
    if (this.route.isRollingOut) {
      const text = "A gradual rollout of the latest revision(s) is in progress.";
      this.conditions.set("Route", "Ready", "Unknown", "RolloutInProgress", text);
      this.conditions.set("Service", "Ready", "Unknown", "RolloutInProgress", text);
    } else {
      this.conditions.set("Route", "Ready", "True");
      const { latestReady, latestCreated } = this.configuration;
      if (latestReady === latestCreated) this.conditions.set("Service", "Ready", "True");
    }
    this.request(ControlStep.labels);
  }

  private routeFor(targets: readonly ResolvedTarget[]): GatewayRoute {
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

  private lastSent(): readonly ResolvedTarget[] {
    return this.toGateway.at(-1)?.targets ?? this.route.status;
  }

  private sendToGateway(targets: readonly ResolvedTarget[] | null, orphans: readonly Revision[] = []): void {
    const { simulation } = this.host.context;
    const latency = this.gatewayLatency.next();
    this.toGateway.push({ targets, orphans });
    // A newer route never overtakes an older one.
    const at = Math.max(simulation.now + latency, this.lastArrival);
    this.lastArrival = at;
    if (at === simulation.now) this.gatewayUpdated();
    else simulation.schedule(at, Rank.propagation, Kind.gatewayRoute, this.index, 0);
  }

  private removed(revisions: readonly Revision[]): void {
    const { context } = this.host;
    for (const { index } of revisions) context.observer.revisionGauge(context.simulation.now, index, "percent", 0);
    this.gateway = null;
    this.route.status = [];
    for (const revision of revisions) if (!revision.isDeleted) this.host.deleteRevision(revision, "user");
  }

  private request(step: number): void {
    if (this.pendingSteps.has(step)) return;
    this.pendingSteps.add(step);
    const { simulation } = this.host.context;
    const at = simulation.now + this.reconcileLatency.next();
    simulation.schedule(at, Rank.propagation, Kind.controlPlane, this.index, step);
  }

  private rolloutDurationUs(config: ClusterConfig): Duration {
    return rolloutDuration(this.object?.meta.annotations ?? {}, config.network.rolloutDurationSeconds);
  }

  private scheduleRollout(): void {
    this.cancelRollout();
    const at = this.route.nextStepAt;
    if (at === null) return;
    const { simulation } = this.host.context;
    const due = Math.max(at, simulation.now);
    this.rolloutEvent = simulation.schedule(due, Rank.propagation, Kind.rollout, this.index, 0);
  }

  private cancelRollout(): void {
    if (this.rolloutEvent !== NO_EVENT) this.host.context.simulation.cancel(this.rolloutEvent);
    this.rolloutEvent = NO_EVENT;
  }

  private announce(kind: "ServiceCreated" | "ServiceUpdated" | "ServiceDeleted"): void {
    const { simulation, observer } = this.host.context;
    observer.happened({ t: simulation.now, kind, service: this.index, generation: this.generation });
  }

  private announceTraffic(from: readonly ResolvedTarget[], to: readonly ResolvedTarget[], cause: TrafficCause): void {
    const { simulation, observer } = this.host.context;
    observer.happened({
      t: simulation.now,
      kind: "TrafficChanged",
      service: this.index,
      from: from.map(namedTarget),
      to: to.map(namedTarget),
      cause,
    });
  }

  private announceRollout(wasRollingOut: boolean): void {
    const { simulation, observer } = this.host.context;
    const { isRollingOut, rolloutShares, nextStepAt } = this.route;
    if (!isRollingOut && !wasRollingOut) return;
    const kind = !isRollingOut ? "RolloutFinished" : wasRollingOut ? "RolloutStep" : "RolloutStarted";
    observer.happened({ t: simulation.now, kind, service: this.index, percents: rolloutShares, next: nextStepAt });
  }
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
