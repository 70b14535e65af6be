import { type EventHandle, NO_EVENT } from "../engine/calendar.js";
import { type Duration, type Instant, SECOND } from "../engine/time.js";
import {
  createPodAutoscalerState,
  type PodAutoscalerOutcome,
  type PodAutoscalerState,
  reconcilePodAutoscaler,
  storedTime,
} from "./autoscaler/pod-autoscaler.js";
import type { ScalingSettings } from "./autoscaler/scaling-settings.js";
import { LatencySource } from "./context.js";
import { Kind, Rank } from "./event-kinds.js";
import { ObjectConditions } from "./object-conditions.js";
import { markPodAutoscaler, POD_AUTOSCALER_DEPENDENTS } from "./pod-autoscaler-conditions.js";
import type { Revision } from "./revision.js";
import { type AutoscalerProcess, RevisionScaler } from "./revision-scaler.js";
import { RevisionSleep, type SleepHost } from "./revision-sleep.js";

/** The background check that an activator answers: so often, for so long, and another look so long after its end. */
const PROBE_PERIOD_US = SECOND;
const PROBE_LIMIT_US = 45 * SECOND;
const REQUEUE_AFTER_PROBE_US = SECOND;

/** Before every window and delay there can be. */
const LONG_AGO: Instant = -24 * 3600 * SECOND;

/** What a pod autoscaler needs of the cluster around it. */
export interface PodAutoscalerHost extends SleepHost {
  readonly autoscalerProcess: AutoscalerProcess;
  /** Reconciles after everything else that the present event causes; for clusters in which that takes no time. */
  reconcileSoon(autoscaler: PodAutoscalerController): void;
  /** What the revision shows of its pod autoscaler changed. */
  podAutoscalerChanged(revision: Revision): void;
}

/** One revision's PodAutoscaler object and the controller that reconciles it: when it looks, and what follows. */
export class PodAutoscalerController {
  readonly scaler: RevisionScaler;
  readonly sleep: RevisionSleep;
  readonly conditions: ObjectConditions;
  private current: PodAutoscalerState;
  private routingExists = false;
  /** Whether the latest pass found a ready pod behind the routing object. */
  private isRoutingReady = false;
  /** Since when the activator is confirmed in the path, as stored; null = it is not. */
  private proxySince: Instant | null = null;
  private requested = -1;
  private announcedActivators = 0;

  private isReconcilePending = false;
  private requeueEvent: EventHandle = NO_EVENT;
  private requeueAt: Instant = 0;
  private probeEvent: EventHandle = NO_EVENT;
  private probeUntil: Instant = 0;
  private readonly reconcileLatency: LatencySource;
  private readonly endpointsLatencyUs: Duration;

  constructor(
    private readonly host: PodAutoscalerHost,
    private readonly revision: Revision,
  ) {
    const { plan, latencies, streams, simulation } = host.context;
    const { name, index, service } = revision;
    this.conditions = new ObjectConditions(
      host.context,
      { object: "PodAutoscaler", service, revision: index },
      POD_AUTOSCALER_DEPENDENTS,
      // Its Ready is told as the revision's Active; the others can be looked up.
      ["Active"],
    );
    this.scaler = new RevisionScaler(host.context, host.autoscalerProcess, revision, () => this.requestReconcile());
    this.sleep = new RevisionSleep(host, revision, this.scaler);
    this.reconcileLatency = new LatencySource(latencies.reconcile, streams, "latency/reconcile", name);
    this.endpointsLatencyUs = new LatencySource(latencies.endpoints, streams, "latency/service", name).next();
    this.current = createPodAutoscalerState(simulation.now, plan.conditionTimes);
  }

  /** The API object's state. */
  get state(): PodAutoscalerState {
    return this.current;
  }

  /**
   * Takes the place of a past in which the revision has just become ready, or fell asleep long ago (contract details A1).
   * The decider is calm: what made the pods ready lies in the past.
   */
  startAs(past: "ready" | "zero"): void {
    const { simulation, plan } = this.host.context;
    const isReady = past === "ready";
    const sinceUs = isReady ? storedTime(simulation.now, plan.conditionTimes) : LONG_AGO;
    this.current = {
      ...this.current,
      active: isReady
        ? { status: "True", reason: "", message: "", sinceUs }
        : { status: "False", reason: "NoTraffic", message: "The target is not receiving traffic.", sinceUs },
      initialized: true,
      hasServiceName: true,
      desiredScale: isReady ? -1 : 0,
      actualScale: this.revision.deployment.replicas,
      ready: isReady ? "True" : "False",
    };
    this.routingExists = true;
    this.isRoutingReady = isReady;
    this.conditions.assume((marks) => markPodAutoscaler(marks, this.current, isReady ? "ready" : "notReady"));
    this.proxySince = sinceUs;
    this.scaler.create(0);
    if (!isReady) {
      this.scaler.assumeIdle();
      this.setRequested(0);
    }
    this.requestReconcile();
  }

  /** An activator's message: average concurrency and number of requests of about one second. */
  receive(concurrency: number, requestCount: number): void {
    this.sleep.wake();
    this.scaler.receive(concurrency, requestCount);
  }

  /** The 2 s tick. */
  tick(): void {
    const decision = this.scaler.tick();
    if (decision !== null) this.sleep.rest(decision);
  }

  /** Whether the revision can be reached from outside changed. */
  reachabilityChanged(): void {
    this.sleep.wake();
    this.requestReconcile();
  }

  /** Something the pod autoscaler watches changed: it takes a look as soon as it gets to it. */
  requestReconcile(): void {
    if (this.isReconcilePending || this.revision.isDeleted) return;
    this.isReconcilePending = true;
    const { simulation } = this.host.context;
    const latency = this.reconcileLatency.next();
    if (latency === 0) this.host.reconcileSoon(this);
    else simulation.schedule(simulation.now + latency, Rank.reconcile, Kind.reconcile, this.revision.index, 0);
  }

  /** The reconcile that was requested. */
  reconcileDue(): void {
    this.isReconcilePending = false;
    this.reconcile();
  }

  /** The reconcile that an earlier one asked for. */
  requeueDue(): void {
    this.requeueEvent = NO_EVENT;
    this.reconcile();
  }

  /** The next try of the background check. */
  probeDue(): void {
    this.probeEvent = NO_EVENT;
    const { now } = this.host.context.simulation;
    if (this.activatorAnswers() || now >= this.probeUntil) this.requeue(REQUEUE_AFTER_PROBE_US);
    else this.scheduleProbe();
  }

  /** The cluster's configuration changed, and with it the revision's settings. */
  settingsChanged(settings: ScalingSettings): void {
    this.sleep.wake();
    this.revision.settings = settings;
    this.scaler.settingsChanged();
    this.requestReconcile();
  }

  /** The process that it lives in lost its memory: windows, decider, pending looks and checks. */
  forget(): void {
    this.sleep.wake();
    this.scaler.forget();
    const { simulation } = this.host.context;
    for (const event of [this.requeueEvent, this.probeEvent]) if (event !== NO_EVENT) simulation.cancel(event);
    this.requeueEvent = this.probeEvent = NO_EVENT;
  }

  private reconcile(): void {
    const { revision, host, scaler } = this;
    if (!host.autoscalerProcess.isUp || revision.isDeleted) return;
    const { simulation, plan } = host.context;
    const { deployment, settings } = revision;
    const ready = deployment.readyPods.length;
    const hadRouting = this.routingExists;
    if (hadRouting && !scaler.exists) scaler.create(ready);
    const before = this.current;
    const observed = {
      desired: scaler.desiredScale,
      excessBurstCapacity: scaler.excessBurstCapacity,
      ready,
      replicas: deployment.replicas,
      reachability: revision.reachability,
      sks: hadRouting ? { proxySinceUs: this.proxySince, ready: ready > 0 } : null,
      probe: this.activatorAnswers() ? "success" : "failure",
    } as const;
    const outcome = reconcilePodAutoscaler(settings, before, observed, simulation.now, plan.conditionTimes);
    this.current = outcome.state;
    this.apply(outcome, before, hadRouting && ready > 0);
  }

  private apply(outcome: PodAutoscalerOutcome, before: PodAutoscalerState, isRoutingReady: boolean): void {
    const { revision } = this;
    const { state, want, patch } = outcome;
    const wasCreated = !this.routingExists;
    this.routingExists = true;
    this.setRequested(want);
    if (patch !== null) this.scale(patch);
    this.mark(before, wasCreated, isRoutingReady);
    this.setActivators(state.activators);
    revision.routing.want(state.mode, want > 0 ? "ebc" : want === 0 ? "want" : "unknown", state.activators);
    const isConfirmationNew = this.confirmProxy();
    if (outcome.requeueAfterUs !== null) this.requeue(outcome.requeueAfterUs);
    if (outcome.startAsyncProbe && this.probeEvent === NO_EVENT) this.startProbe();
    if (outcome.changed || wasCreated || isConfirmationNew) this.requestReconcile();
  }

  private scale({ replicas, reason, path }: NonNullable<PodAutoscalerOutcome["patch"]>): void {
    const { simulation, observer } = this.host.context;
    const t = simulation.now;
    const { service, index: revision, deployment } = this.revision;
    const from = deployment.replicas;
    const { desiredScale: desired } = this.scaler;
    const kind = "ScaledTo";
    if (path === null) observer.happened({ t, kind, service, revision, from, to: replicas, desired, reason });
    else observer.happened({ t, kind, service, revision, from, to: replicas, desired, reason, path });
    deployment.scaleTo(replicas);
    observer.revisionGauge(t, revision, "replicas", replicas);
  }

  /** Since when the activator has been in the path; null = it is not. */
  get proxiedSince(): Instant | null {
    return this.proxySince;
  }

  /** @returns whether the confirmation began or ended */
  private confirmProxy(): boolean {
    const { simulation, plan } = this.host.context;
    const isConfirmed = this.current.mode === "proxy" || this.revision.deployment.readyPods.length === 0;
    if (isConfirmed === (this.proxySince !== null)) return false;
    this.proxySince = isConfirmed ? storedTime(simulation.now, plan.conditionTimes) : null;
    return true;
  }

  private activatorAnswers(): boolean {
    return this.revision.routing.activatorAnswers(this.endpointsLatencyUs);
  }

  /** Of several looks asked for only the earliest is kept; it asks anew for whatever is still to come. */
  private requeue(after: Duration): void {
    const { simulation } = this.host.context;
    const at = simulation.now + after;
    if (this.requeueEvent !== NO_EVENT) {
      if (this.requeueAt <= at) return;
      simulation.cancel(this.requeueEvent);
    }
    this.requeueAt = at;
    this.requeueEvent = simulation.schedule(at, Rank.reconcile, Kind.requeue, this.revision.index, 0);
  }

  private startProbe(): void {
    this.probeUntil = this.host.context.simulation.now + PROBE_LIMIT_US;
    this.scheduleProbe();
  }

  private scheduleProbe(): void {
    const { simulation } = this.host.context;
    const at = simulation.now + PROBE_PERIOD_US;
    this.probeEvent = simulation.schedule(at, Rank.reconcile, Kind.activatorProbe, this.revision.index, 0);
  }

  private setRequested(want: number): void {
    if (want === this.requested) return;
    this.requested = want;
    this.gauge("requested", want);
  }

  private setActivators(count: number): void {
    if (count === this.announcedActivators) return;
    this.announcedActivators = count;
    this.gauge("activators", count);
  }

  private gauge(gauge: "requested" | "activators", value: number): void {
    const { simulation, observer } = this.host.context;
    observer.revisionGauge(simulation.now, this.revision.index, gauge, value);
  }

  /** Passes are frequent and conditions change seldom. */
  private mark(before: PodAutoscalerState, wasCreated: boolean, isRoutingReady: boolean): void {
    const { current } = this;
    const isNews =
      wasCreated ||
      isRoutingReady !== this.isRoutingReady ||
      current.active !== before.active ||
      current.initialized !== before.initialized ||
      current.hasServiceName !== before.hasServiceName;
    if (!isNews) return;
    this.isRoutingReady = isRoutingReady;
    const routing = !current.hasServiceName ? "none" : isRoutingReady ? "ready" : "notReady";
    if (this.conditions.reconcile((marks) => markPodAutoscaler(marks, current, routing))) {
      this.host.podAutoscalerChanged(this.revision);
    }
  }
}
