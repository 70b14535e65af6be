import { createSampler } from "../engine/distribution.js";
import { invariant } from "../engine/invariant.js";
import type { RandomStreams } from "../engine/random.js";
import { type EventHandler, Simulation } from "../engine/simulation.js";
import { type Duration, type Instant, SECOND } from "../engine/time.js";
import type { AppPlan, ClusterPlan, ServicePlan, StartState } from "../kube/cluster-plan.js";
import type { ClusterConfig } from "../kube/config.js";
import { Activators } from "./activator.js";
import type { Clients } from "./clients.js";
import type { ModelContext } from "./context.js";
import { Kind, kindName, Rank } from "./event-kinds.js";
import { Nodes } from "./nodes.js";
import type { Observer } from "./observer.js";
import type { Pod } from "./pod.js";
import type { PodAutoscalerController, PodAutoscalerHost } from "./pod-autoscaler-controller.js";
import { PodLifecycle, type PodListener } from "./pod-lifecycle.js";
import type { Request } from "./request.js";
import { RequestPath, type RequestPathHost, type SourceOnPath } from "./request-path.js";
import { RequestPool } from "./request-pool.js";
import type { Revision } from "./revision.js";
import { RevisionFactory } from "./revision-factory.js";
import type { Omissible } from "./revision-sleep.js";
import type { ActivatorSet } from "./serverless-service.js";
import { Service, type ServiceHost } from "./service.js";
import { Tickers } from "./tickers.js";

/** A pass follows a change, and few changes follow one another: so many mean that two rules undo each other. */
const MOST_ROUNDS = 100_000;

/** What a cluster is made from, besides its plan. */
export interface ClusterParts {
  readonly streams: RandomStreams;
  readonly observer: Observer;
  readonly clients: Clients;
  /** What images do; the default is for images nobody speaks of. */
  readonly apps: readonly AppPlan[];
  readonly defaultApp: AppPlan;
  /** Which decisions nobody asks for, so that they need only be counted. */
  readonly omissible: Omissible;
  /** A change that was scheduled is due: number in the caller's own list. */
  readonly changeDue: (index: number) => void;
}

/** An activator's own readiness: checked every 5 s, five failures in a row (knative/data-plane.md §2.1). */
const ACTIVATOR_PATIENCE_US = 25 * SECOND;

/**
 * The running cluster: owns services, revisions, pods and requests, and gives each event to whom it concerns.
 *
 * The one place that creates and deletes. What an event causes without latency is finished before the next event: first
 * the activators learn of changed pods, then pod autoscalers reconcile until nothing changes any more.
 */
export class Cluster
  implements EventHandler, ServiceHost, PodAutoscalerHost, PodListener, RequestPathHost, ActivatorSet
{
  readonly simulation: Simulation;
  readonly context: ModelContext;
  readonly requests = new RequestPool();
  readonly revisions: Revision[] = [];
  /** By index; null once nothing can concern a pod any more. */
  readonly pods: (Pod | null)[] = [];
  readonly services: Service[] = [];
  readonly autoscalerProcess = { isUp: true };
  private haveActivatorsLeft = false;
  readonly activators: Activators;

  private readonly serviceByKey = new Map<string, Service>();
  /** Those that exist. */
  private readonly revisionByKey = new Map<string, Revision>();
  private readonly tagNames: string[] = [""];
  private readonly tagIndices = new Map<string, number>();
  private readonly lifecycle: PodLifecycle;
  private readonly path: RequestPath;
  readonly nodes: Nodes;
  readonly tickers: Tickers;
  private readonly factory: RevisionFactory;

  /** Revisions whose pods changed and whom nobody has been told about yet. */
  private readonly changedRevisions: Revision[] = [];
  private readonly soonReconciled: PodAutoscalerController[] = [];
  private startState: StartState = "new";
  private nextRequest = 0;
  readonly omissible: Omissible;

  constructor(
    plan: ClusterPlan,
    private readonly parts: ClusterParts,
  ) {
    const { streams, observer, omissible } = parts;
    this.omissible = omissible;
    const simulation = new Simulation(this, Rank.arrival);
    this.simulation = simulation;
    const { reconcile, endpoints, ingress } = plan.latencies;
    const latencies = {
      reconcile: createSampler(reconcile),
      endpoints: createSampler(endpoints),
      ingress: createSampler(ingress),
    };
    this.context = { simulation, streams, observer, plan, latencies };
    this.nodes = new Nodes(plan.nodes);
    this.activators = new Activators(plan.activators);
    this.tickers = new Tickers(this.context, plan.activators);
    this.lifecycle = new PodLifecycle(this.context, this.nodes, this.tickers.queueProxyReports, this);
    this.path = new RequestPath(this);
    const { context, pods, lifecycle, activators, path, tickers, revisions } = this;
    this.factory = new RevisionFactory(
      {
        pods: { context, pods, lifecycle, nextOrdinals: new Map() },
        activators,
        activatorSet: this,
        path,
        host: this,
        tickers,
        revisions,
      },
      plan.config,
      parts.apps,
      parts.defaultApp,
    );
  }

  /** The cluster's settings as they are now. */
  get config(): ClusterConfig {
    return this.factory.config;
  }

  /** A service of the plan, with the past that its start state says. */
  addService(plan: ServicePlan): void {
    this.factory.know(plan);
    const service = this.serviceFor(plan.key, plan.traceId);
    this.startState = plan.start;
    if (plan.start === "new") {
      service.create(plan.object);
    } else {
      this.nodes.preload(plan.object.template.image);
      service.createSettled(plan.object);
    }
    this.startState = "new";
    this.settle();
  }

  /** The service of that key when anybody has spoken of it; null = nobody has. */
  findService(key: string): Service | null {
    return this.serviceByKey.get(key) ?? null;
  }

  /** The service of that key, which may not exist in the cluster (yet, or any more). */
  serviceFor(key: string, traceId: string | null = null): Service {
    let service = this.serviceByKey.get(key);
    if (service === undefined) {
      service = new Service(this.services.length, key, this);
      this.services.push(service);
      this.serviceByKey.set(key, service);
      this.context.observer.serviceAdded(service.index, { name: key, traceId });
    }
    return service;
  }

  /** The next source of requests, in order. */
  addSource(source: SourceOnPath): void {
    this.path.addSource(source);
  }

  /** A request for a client to fill in. */
  newRequest(): Request {
    return this.requests.take();
  }

  /** A client sends a request now. */
  private send(request: Request): void {
    request.request = this.nextRequest++;
    const { gateway } = this.services[request.service];
    const revision = gateway === null ? -1 : gateway.pick(request.tagIndex, request.route);
    this.path.enter(request, revision < 0 ? null : this.revisions[revision]);
  }

  /** Schedules a change of the cluster; `changeDue` is called with its index, before anything else of that instant. */
  scheduleChange(at: Instant, index: number): void {
    this.simulation.schedule(at, Rank.change, Kind.change, index, 0);
  }

  /** Finishes what a change made from outside caused at once. */
  settle(): void {
    for (let rounds = 0; this.soonReconciled.length > 0 || this.changedRevisions.length > 0; rounds++) {
      invariant(rounds < MOST_ROUNDS, "pod autoscalers do not come to rest", { nowUs: this.simulation.now });
      this.tellOfChangedPods();
      this.soonReconciled.shift()?.reconcileDue();
    }
  }

  /** The run is over: whatever is in flight is reported as such. */
  end(at: Instant): void {
    for (const { autoscaler, isDeleted } of this.revisions) if (!isDeleted) autoscaler.sleep.end(at);
    this.path.endAll();
  }

  // What events do.

  handleEvent(kind: number, entity: number, payload: number): void {
    switch (kind) {
      case Kind.hop:
        this.path.hopDue(this.requests.at(payload));
        break;
      case Kind.completion:
        this.path.completionDue(this.requests.at(payload));
        break;
      case Kind.queueProxyReport:
        this.pods[entity]!.queueProxy.report(this.simulation.now);
        return;
      case Kind.scrape:
        this.revisions[entity].autoscaler.scaler.scrape();
        return;
      case Kind.decision:
        this.revisions[entity].autoscaler.tick();
        break;
      case Kind.activatorReport:
        this.reportOfActivator(entity);
        break;
      default:
        this.handleRareEvent(kind, entity, payload);
    }
    if (this.changedRevisions.length > 0 || this.soonReconciled.length > 0) this.settleAfter(kind);
  }

  handleArrival(source: number): void {
    this.send(this.parts.clients.nextRequest(source));
    if (this.changedRevisions.length > 0 || this.soonReconciled.length > 0) this.settle();
  }

  describeEvent(kind: number, entity: number): string {
    return `${kindName(kind)} of ${entity}`;
  }

  private handleRareEvent(kind: number, entity: number, payload: number): void {
    switch (kind) {
      case Kind.change:
        return this.parts.changeDue(entity);
      case Kind.podCreation:
        return this.revisions[entity].deployment.creationDue(payload);
      case Kind.podStep:
        return this.podStepDue(this.pods[entity], payload);
      case Kind.endpoints:
        return this.revisions[entity].routing.endpointsUpdated();
      case Kind.gatewayEndpoints:
        return this.revisions[entity].routing.gatewayUpdated();
      case Kind.gatewayRoute:
        return this.services[entity].routing.gatewayUpdated();
      case Kind.cpu:
        return this.path.cpuDue(this.pods[entity]!);
      case Kind.deadline:
        return this.path.deadlineDue(entity);
      case Kind.clientDeadline:
        return this.path.clientDeadlineDue(entity);
      case Kind.reconcile:
        return this.revisions[entity].autoscaler.reconcileDue();
      case Kind.requeue:
        return this.revisions[entity].autoscaler.requeueDue();
      case Kind.activatorProbe:
        return this.revisions[entity].autoscaler.probeDue();
      case Kind.controlPlane:
        return this.services[entity].stepDue(payload);
      case Kind.rollout:
        return this.services[entity].routing.rolloutDue();
      case Kind.revisionController:
        return this.revisions[entity].controller.stepDue(payload);
      case Kind.alarm:
        return this.revisions[entity].autoscaler.sleep.alarmDue();
      case Kind.autoscalerUp:
        return this.autoscalerUp();
      case Kind.activatorUp:
        return this.setActivatorUp(entity, true);
      case Kind.activatorsLeave:
        return this.activatorsLeave();
      default:
        invariant(false, "an event of an unknown kind is due", { kind, entity });
    }
  }

  /** A step of a pod that is gone and forgotten is void: it was to tell of what happened at once. */
  private podStepDue(pod: Pod | null, step: number): void {
    if (pod === null) return;
    this.lifecycle.step(pod, step);
    this.forgetIfOver(pod);
  }

  private forgetIfOver(pod: Pod): void {
    if (pod.isGone && !pod.isRouted && pod.queueProxy.inFlight === 0) pod.revision.deployment.forget(pod);
  }

  /** Pods that exist, or whose end the activators have not heard of, in order of creation. */
  knownPods(): Pod[] {
    return this.pods.filter((pod) => pod !== null);
  }

  /** Pods that change at the same instant are told of together. */
  private settleAfter(kind: number): void {
    const { calendar, now } = this.simulation;
    const isPodEvent = kind === Kind.podStep || kind === Kind.podCreation;
    if (isPodEvent && calendar.nextTime === now && calendar.nextRank === Rank.pod) return;
    this.settle();
  }

  private tellOfChangedPods(): void {
    const { changedRevisions } = this;
    for (let i = 0; i < changedRevisions.length; i++) this.updateRoutedPods(changedRevisions[i]);
    changedRevisions.length = 0;
  }

  private updateRoutedPods(revision: Revision): void {
    const { simulation, plan } = this.context;
    const routed = revision.deployment.routedPods.slice();
    // In the ideal cluster addresses sort in order of creation.
    if (!plan.ideal) routed.sort((a, b) => (a.address < b.address ? -1 : a.address > b.address ? 1 : 0));
    for (const { throttler } of revision.paths) throttler.setPods(routed);
    if (routed.length === 0 && revision.routedPods > 0) revision.lastRoutedAt = simulation.now;
    revision.routedPods = routed.length;
    this.path.dispatchAll(revision);
    revision.routing.podsChanged();
  }

  private reportOfActivator(activator: number): void {
    for (const revision of this.activators.takeReporting(activator)) {
      const { stats } = revision.paths[activator];
      if (!stats.report(this.simulation.now)) continue;
      if (stats.present) this.activators.addReporting(activator, revision);
      revision.autoscaler.receive(stats.concurrency, stats.requestCount);
    }
  }

  // RequestPathHost

  tagName(tag: number): string {
    return this.tagNames[tag];
  }

  tagIndex(tag: string): number {
    let index = this.tagIndices.get(tag);
    if (index === undefined) {
      index = this.tagNames.length;
      this.tagNames.push(tag);
      this.tagIndices.set(tag, index);
    }
    return index;
  }

  requestEnded(request: Request): void {
    this.parts.clients.requestEnded(request);
  }

  podRequestLeft(pod: Pod): void {
    this.lifecycle.requestLeft(pod);
    this.forgetIfOver(pod);
  }

  // ActivatorSet

  chooseActivators(revision: Revision, count: number): readonly number[] {
    return this.activators.choose(revision.name, count);
  }

  assignActivators(revision: Revision, activators: readonly number[]): void {
    activators.forEach((activator, position) => {
      revision.paths[activator].throttler.setActivators(position, activators.length);
    });
    this.path.dispatchAll(revision);
  }

  // PodListener

  podChanged(pod: Pod): void {
    const { revision } = pod;
    const { autoscaler } = revision;
    this.updateDeployment(pod);
    if (!this.changedRevisions.includes(revision)) this.changedRevisions.push(revision);
    if (pod.isReady || pod.isGone) autoscaler.requestReconcile();
    if (pod.isReady && !revision.isReady) revision.controller.requestReconcile();
  }

  podTroubled({ revision }: Pod): void {
    revision.controller.requestReconcile();
  }

  requestsLost(pod: Pod): void {
    // Activators that learn of it at once must not send those who wait to it, now that its slots become free.
    if (!pod.isRouted) {
      this.updateDeployment(pod);
      this.updateRoutedPods(pod.revision);
    }
    this.path.failAtPod(pod);
  }

  /** Decisions look at ready pods: what was passed over of them counts those from before. */
  private updateDeployment(pod: Pod): void {
    const { deployment, autoscaler } = pod.revision;
    if (deployment.readyPods.includes(pod) !== pod.isReady) autoscaler.sleep.wake();
    deployment.update(pod);
  }

  // PodAutoscalerHost

  reconcileSoon(autoscaler: PodAutoscalerController): void {
    this.soonReconciled.push(autoscaler);
  }

  podAutoscalerChanged(revision: Revision): void {
    revision.controller.requestReconcile();
  }

  // RevisionControllerHost

  revisionChanged(revision: Revision): void {
    this.services[revision.service].revisionChanged();
  }

  // ServiceHost

  findRevision(key: string): Revision | null {
    const revision = this.revisionByKey.get(key);
    // What a deleted service leaves behind until the gateway has forgotten it belongs to nobody.
    return revision !== undefined && this.services[revision.service].owns(revision) ? revision : null;
  }

  ownerOf(revisionKey: string): string | null {
    const revision = this.findRevision(revisionKey);
    return revision === null ? null : this.services[revision.service].key;
  }

  createRevision(service: Service, name: string): Revision {
    const revision = this.factory.create(service, name, this.startState);
    this.revisionByKey.set(name, revision);
    return revision;
  }

  deleteRevision(revision: Revision, cause: "gc" | "user"): void {
    const { simulation, observer } = this.context;
    const { index, service, generation } = revision;
    revision.isDeleted = true;
    observer.happened({ t: simulation.now, kind: "RevisionDeleted", service, revision: index, generation, cause });
    if (this.revisionByKey.get(revision.name) === revision) this.revisionByKey.delete(revision.name);
    revision.autoscaler.forget();
    revision.controller.stop();
    this.tickers.removeRevision(index);
    revision.deployment.scaleTo(0);
    this.path.failWaiting(revision);
    observer.revisionRemoved(simulation.now, index);
  }

  /**
   * The autoscaler process goes, and with it everything it remembers; it decides again after `outageUs`.
   *
   * An activator that cannot reach it for 25 s is not ready any more and leaves every path, though it goes on with what it
   * holds. Simplification: it is back with the autoscaler; the pauses between its attempts, by then some seconds, are not
   * modelled.
   *
   * @param connectionUs after which there is a process again that takes the activators' reports
   * @see knative/data-plane.md §2.1
   */
  restartAutoscaler(outageUs: Duration, connectionUs: Duration): void {
    const { simulation } = this;
    if (!this.autoscalerProcess.isUp) return;
    this.autoscalerProcess.isUp = false;
    if (connectionUs > ACTIVATOR_PATIENCE_US) {
      simulation.schedule(simulation.now + ACTIVATOR_PATIENCE_US, Rank.change, Kind.activatorsLeave, 0, 0);
    }
    for (const { autoscaler, isDeleted } of this.revisions) if (!isDeleted) autoscaler.forget();
    this.announceComponent("ComponentDown", "autoscaler");
    simulation.schedule(simulation.now + outageUs, Rank.change, Kind.autoscalerUp, 0, 0);
  }

  /** The activator is out of every path for `outageUs`; what it holds goes on (it drains). */
  restartActivator(index: number, outageUs: Duration): void {
    const { simulation } = this;
    this.setActivatorUp(index, false);
    simulation.schedule(simulation.now + outageUs, Rank.change, Kind.activatorUp, index, 0);
  }

  /** A node joined, or takes pods again. */
  nodesGained(): void {
    this.lifecycle.retryUnscheduled();
  }

  /** Scaling settings and limits of the cluster from now on. */
  setConfig(config: ClusterConfig): void {
    this.factory.config = config;
    for (const { autoscaler, controller, template, isDeleted } of this.revisions) {
      if (isDeleted) continue;
      autoscaler.settingsChanged(this.factory.settingsFor(template));
      controller.requestReconcile();
    }
    for (const service of this.services) service.settingsChanged();
  }

  /** An image behaves like this from now on; requests under way keep the time they drew. */
  changeApp(app: AppPlan): void {
    this.factory.changeApp(app);
    for (const revision of this.revisions) {
      revision.work = this.factory.behaviourFor(this.services[revision.service].key, revision.template.image);
    }
  }

  private autoscalerUp(): void {
    this.autoscalerProcess.isUp = true;
    this.announceComponent("ComponentUp", "autoscaler");
    if (this.haveActivatorsLeft) {
      this.haveActivatorsLeft = false;
      for (let index = 0; index < this.activators.count; index++) this.setActivatorUp(index, true);
    }
    for (const { index, name, autoscaler, isDeleted } of this.revisions) {
      if (isDeleted) continue;
      this.tickers.restartRevision(index, name);
      autoscaler.requestReconcile();
    }
  }

  private activatorsLeave(): void {
    for (let index = 0; index < this.activators.count; index++) this.setActivatorUp(index, false);
    this.haveActivatorsLeft = true;
  }

  private setActivatorUp(index: number, isUp: boolean): void {
    // One that restarts while all are out is back with them, and one that was out already cannot leave.
    if (this.haveActivatorsLeft || this.activators.isUp(index) === isUp) return;
    this.activators.setUp(index, isUp);
    this.announceComponent(isUp ? "ComponentUp" : "ComponentDown", `activator-${index + 1}`);
    for (const { routing, isDeleted } of this.revisions) if (!isDeleted) routing.update();
  }

  private announceComponent(kind: "ComponentUp" | "ComponentDown", component: string): void {
    const { simulation, observer } = this.context;
    observer.happened({ t: simulation.now, kind, component });
  }
}
