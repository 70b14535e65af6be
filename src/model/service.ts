import type { Instant } from "../engine/time.js";
import type { Annotations } from "../kube/annotations.js";
import type { ClusterConfig } from "../kube/config.js";
import type { ServiceObject } from "../kube/objects.js";
import { type ConditionMarks, findCondition } from "./conditions.js";
import { Configuration, type ConfigurationHost } from "./configuration.js";
import { LatencySource, type ModelContext, wholeSecond } from "./context.js";
import { Kind, Rank } from "./event-kinds.js";
import { revisionsToCollect } from "./garbage-collection.js";
import type { GatewayRoute } from "./gateway-route.js";
import { ObjectConditions } from "./object-conditions.js";
import { bareName } from "./object-names.js";
import { type Controller, controllerLatency } from "./reconcile-latency.js";
import type { Revision, RoutingState } from "./revision.js";
import type { ResolvedTarget } from "./route.js";
import { RouteController, type RouteHost, type RouteOwner } from "./route-controller.js";

/** Which controller's turn it is; payload of `Kind.controlPlane`. */
const ControlStep = { service: 0, configuration: 1, route: 2, labels: 3, notice: 4 } as const;

const SERVICE_DEPENDENTS = ["ConfigurationsReady", "RoutesReady"] as const;

/** What the control plane of one service needs of the cluster. */
export interface ServiceHost extends RouteHost {
  readonly context: ModelContext;
  /** The cluster's settings as they are now. */
  readonly config: ClusterConfig;
  /** Makes a revision and starts what runs it. */
  createRevision(service: Service, name: string): Revision;
  deleteRevision(revision: Revision, cause: "gc" | "user"): void;
  /** The existing revision of that key; null = there is none. */
  findRevision(key: string): Revision | null;
}

/**
 * One Service with the Configuration and the Route it begets: a change of the template makes a revision, a change of
 * traffic does not, and traffic moves only when what it points to is ready.
 *
 * Each controller takes its time from a change to its pass (reconcile-latency.ts), and sees what there is then.
 *
 * @see knative/serving pkg/reconciler/{service,labeler,gc}
 */
export class Service implements RouteOwner, ConfigurationHost {
  /** null before creation and after deletion. */
  object: ServiceObject | null = null;
  createdAt: Instant = 0;
  generation = 0;
  observedGeneration = 0;
  /** Rises with every write of the object. */
  resourceVersion = 0;
  /** What its status says of its Configuration and Route, as last copied. */
  status: ServiceStatusCopy = NO_STATUS;
  conditions: ObjectConditions;
  configuration: Configuration;
  readonly routing: RouteController;
  /** What the gateway does with its requests; null: it knows no such host. */
  gateway: GatewayRoute | null = null;

  private readonly pendingSteps = new Set<number>();
  private readonly reconcileLatency: LatencySource;

  constructor(
    /** In order of creation, or of first mention. */
    readonly index: number,
    /** `name` in namespace default, `ns/name` elsewhere. */
    readonly key: string,
    private readonly host: ServiceHost,
  ) {
    const { latencies, streams } = host.context;
    this.reconcileLatency = new LatencySource(latencies.reconcile, streams, "latency/control-plane", key);
    this.conditions = this.newConditions();
    this.configuration = new Configuration(key, index, this);
    this.routing = new RouteController(host, this);
  }

  get context(): ModelContext {
    return this.host.context;
  }

  get exists(): boolean {
    return this.object !== null;
  }

  owns(revision: Revision): boolean {
    return this.configuration.revisions.includes(revision);
  }

  get annotations(): Annotations {
    return this.object?.meta.annotations ?? {};
  }

  /** The Service is created by somebody now. */
  create(object: ServiceObject): void {
    this.begin(object);
    if (this.context.plan.ideal) this.createAtOnce(object);
    this.request("service");
  }

  /** The Service has existed since before the run, its revision ready and routed. */
  createSettled(object: ServiceObject): Revision {
    this.begin(object);
    this.configuration.setTemplate(object.template);
    const revision = this.stamp(this.configuration.revisionKey);
    this.configuration.assumeReady();
    this.routing.assumeReady(object.traffic);
    this.observedGeneration = this.generation;
    this.status = this.copiedStatus();
    this.conditions.assume((marks) => this.mark(marks));
    return revision;
  }

  /** The Service's spec is replaced; a template that is the same makes no revision. */
  update(object: ServiceObject, specChanged: boolean): void {
    this.object = object;
    if (specChanged) this.generation++;
    this.resourceVersion++;
    this.announce("ServiceUpdated");
    this.request("service");
  }

  /** The route goes at once, revisions when the gateway has forgotten it. */
  delete(): void {
    this.announce("ServiceDeleted");
    this.object = null;
    // A service of the same name may be created before they are gone.
    this.routing.withdraw(this.configuration.revisions.splice(0));
  }

  stepDue(step: number): void {
    this.pendingSteps.delete(step);
    if (!this.exists) return;
    if (step === ControlStep.service) this.reconcile();
    else if (step === ControlStep.configuration) this.reconcileConfiguration();
    else if (step === ControlStep.route) this.routing.reconcile();
    else if (step === ControlStep.notice) this.routing.noticed();
    else this.reconcileLabels();
  }

  /** A revision became ready, or failed, or its state is not known any more. */
  revisionChanged(): void {
    this.request("configuration");
  }

  /** A revision was deleted under the route: it keeps the old split until it is reconciled. */
  revisionDeleted(revision: Revision): void {
    this.configuration.remove(revision);
    this.request("configuration");
  }

  /** The cluster's settings changed. */
  settingsChanged(): void {
    if (this.exists) this.collectGarbage();
  }

  // ConfigurationHost

  findRevision(key: string): Revision | null {
    return this.host.findRevision(key);
  }

  stamp(key: string): Revision {
    const revision = this.host.createRevision(this, key);
    // Below a Service a revision counts as routed from its creation on (knative/control-plane.md §11.1).
    revision.routingState = "active";
    this.configuration.add(revision);
    this.routing.replaceRevision(revision);
    this.request("labels");
    return revision;
  }

  // RouteOwner

  serve(gateway: GatewayRoute | null): void {
    this.gateway = gateway;
  }

  routeChanged(): void {
    this.request("service");
    this.request("labels");
  }

  forgotten(revisions: readonly Revision[]): void {
    for (const revision of revisions) if (!revision.isDeleted) this.host.deleteRevision(revision, "user");
  }

  scheduleNotice(at: Instant): void {
    this.context.simulation.schedule(at, Rank.propagation, Kind.controlPlane, this.index, ControlStep.notice);
  }

  private begin(object: ServiceObject): void {
    this.object = object;
    this.createdAt = this.context.simulation.now;
    this.generation = 1;
    this.observedGeneration = 0;
    this.resourceVersion++;
    this.status = NO_STATUS;
    this.conditions = this.newConditions();
    this.configuration = new Configuration(this.key, this.index, this);
    this.routing.begin();
    this.announce("ServiceCreated");
  }

  /** The ideal cluster routes to the first revision from its creation on, ready or not. */
  private createAtOnce(object: ServiceObject): void {
    this.configuration.setTemplate(object.template);
    const revision = this.stamp(this.configuration.revisionKey);
    const targets = object.traffic.map(({ percent, tag, latestRevision }) => ({
      revision,
      percent,
      tag,
      latestRevision,
    }));
    this.routing.assumeServed(object.traffic, targets);
    this.request("configuration");
  }

  private newConditions(): ObjectConditions {
    return new ObjectConditions(this.context, { object: "Service", service: this.index }, SERVICE_DEPENDENTS);
  }

  private reconcile(): void {
    const { configuration, routing } = this;
    const { template, traffic } = this.object!;
    const isFirst = configuration.generation === 0;
    if (configuration.setTemplate(template)) this.request("configuration");
    // A first pass ends with the Configuration, and the next one creates the Route.
    if (isFirst) this.request("service");
    else if (this.mayRoute && routing.setSpec(traffic)) this.request("route");
    const isNewGeneration = this.observedGeneration !== this.generation;
    this.observedGeneration = this.generation;
    const before = this.status;
    this.status = this.copiedStatus();
    const { resourceVersion } = this;
    const written = () => void this.resourceVersion++;
    this.conditions.reconcile((marks) => this.mark(marks), { isNewGeneration, written });
    const isNewStatus = isNewGeneration || !isSameStatus(before, this.status);
    if (isNewStatus && this.resourceVersion === resourceVersion) written();
  }

  /** With a revision named by the user the Route waits until it is known that the name is free. */
  private get mayRoute(): boolean {
    const { configuration } = this;
    if (configuration.template.name === null) return true;
    return configuration.isObserved && !configuration.isNameTaken;
  }

  private mark(marks: ConditionMarks): void {
    const { configuration, routing } = this;
    if (!configuration.isObserved) {
      const text = "The Configuration is still working to reflect the latest desired specification.";
      marks.markUnknown("ConfigurationsReady", "OutOfDate", text);
    } else {
      copyReady(marks, "ConfigurationsReady", configuration.conditions);
    }
    const isNamed = configuration.template.name !== null;
    // Whether the name that the user chose is free is known once the Configuration has looked.
    if (isNamed && !configuration.isObserved) return;
    if (isNamed && configuration.isNameTaken) {
      const name = bareName(configuration.revisionKey);
      const text = `The revision name "${name}" is taken by a conflicting Revision, so traffic will not be migrated`;
      marks.markFalse("RoutesReady", "RevisionNameTaken", text);
    } else if (routing.generation > 0 && this.mayRoute) {
      this.markRoute(marks);
    }
  }

  private markRoute(marks: ConditionMarks): void {
    const { routing } = this;
    if (!routing.isObserved) {
      const text = "The Route is still working to reflect the latest desired specification.";
      marks.markUnknown("RoutesReady", "OutOfDate", text);
      return;
    }
    copyReady(marks, "RoutesReady", routing.conditions);
    if (routing.conditions.ready === "True" && !this.isTrafficMigrated) {
      marks.markUnknown("RoutesReady", "TrafficNotMigrated", "Traffic is not yet migrated to the latest revision.");
    }
  }

  /** Whether the Route's status says what its spec does, the latest ready revision in place of the configuration. */
  private get isTrafficMigrated(): boolean {
    const { spec, status } = this.routing.route;
    const latest = this.configuration.latestReady?.name ?? "";
    return (
      spec.length === status.length &&
      spec.every(({ revisionName, latestRevision, percent, tag }, index) => {
        const wanted = latestRevision ? bareName(latest) : revisionName;
        const is = status[index];
        return wanted === bareName(is.revision.name) && percent === is.percent && tag === is.tag;
      })
    );
  }

  private copiedStatus(): ServiceStatusCopy {
    const { configuration, routing } = this;
    return {
      latestCreated: configuration.latestCreated,
      latestReady: configuration.latestReady,
      traffic: routing.route.status,
    };
  }

  private reconcileConfiguration(): void {
    if (this.configuration.reconcile()) this.request("service");
    if (this.routing.generation > 0) this.request("route");
    this.collectGarbage();
  }

  private reconcileLabels(): void {
    const { configuration, routing } = this;
    const { route } = routing;
    const routed = new Set<Revision | null>(route.status.map(({ revision }) => revision));
    for (const { revisionName } of route.spec) if (revisionName !== null) routed.add(configuration.find(revisionName));
    if (route.followsLatest) routed.add(configuration.latestCreated);
    const mayDemote = routing.isObserved && routing.conditions.ready !== "Unknown";
    for (const revision of configuration.revisions) {
      if (routed.has(revision)) this.setRoutingState(revision, "active");
      else if (mayDemote) this.setRoutingState(revision, "reserve");
    }
    this.collectGarbage();
  }

  private setRoutingState(revision: Revision, state: RoutingState): void {
    if (revision.routingState === state) return;
    const { now } = this.context.simulation;
    revision.routingState = state;
    revision.routingStateSince = wholeSecond(now);
    this.context.observer.happened({
      t: now,
      kind: "RoutingStateChanged",
      service: this.index,
      revision: revision.index,
      state,
    });
    revision.autoscaler.reachabilityChanged();
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

  private request(controller: Exclude<Controller, "revision">): void {
    const step = ControlStep[controller];
    if (this.pendingSteps.has(step)) return;
    this.pendingSteps.add(step);
    const { simulation } = this.context;
    const at = simulation.now + controllerLatency(controller, this.reconcileLatency);
    simulation.schedule(at, Rank.propagation, Kind.controlPlane, this.index, step);
  }

  private announce(kind: "ServiceCreated" | "ServiceUpdated" | "ServiceDeleted"): void {
    const { simulation, observer } = this.context;
    observer.happened({ t: simulation.now, kind, service: this.index, generation: this.generation });
  }
}

/** What a Service's status says of its children. */
interface ServiceStatusCopy {
  readonly latestCreated: Revision | null;
  readonly latestReady: Revision | null;
  readonly traffic: readonly ResolvedTarget[];
}

const NO_STATUS: ServiceStatusCopy = { latestCreated: null, latestReady: null, traffic: [] };

function isSameStatus(a: ServiceStatusCopy, b: ServiceStatusCopy): boolean {
  return a.latestCreated === b.latestCreated && a.latestReady === b.latestReady && a.traffic === b.traffic;
}

/** A dependent that says what another object's Ready says. */
function copyReady(marks: ConditionMarks, type: string, { list }: ObjectConditions): void {
  const ready = findCondition(list, "Ready");
  if (ready === null) return;
  const { status, reason, message } = ready;
  if (status === "True") marks.markTrue(type);
  else if (status === "Unknown") marks.markUnknown(type, reason, message);
  else marks.markFalse(type, reason, message);
}
