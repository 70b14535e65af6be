import { NO_EVENT } from "../engine/calendar.js";
import { invariant } from "../engine/invariant.js";
import type { PeriodicRing } from "../engine/periodic.js";
import { type Duration, formatDuration, type Instant, NEVER, SECOND } from "../engine/time.js";
import { LatencySources, type ModelContext } from "./context.js";
import { Kind, Rank } from "./event-kinds.js";
import { activeFault, crashText, pullText } from "./image-fault.js";
import type { Nodes, PodRequest } from "./nodes.js";
import { bareName } from "./object-names.js";
import type { PodEndCause } from "./observer.js";
import type { Pod } from "./pod.js";
import { detectedAt, kubernetesReadyAt } from "./pod-detection.js";
import { PodFailure } from "./pod-failure.js";

/** Steps of a pod's life that take virtual time; payload of `Kind.podStep`. */
const PodStep = {
  schedule: 0,
  imagePresent: 1,
  started: 2,
  serving: 3,
  ready: 4,
  leftEndpoints: 5,
  drainCheck: 6,
  gracePeriod: 7,
  gone: 8,
  pullAgain: 9,
  crashed: 10,
  restart: 11,
  probeAgain: 12,
} as const;

/** A queue-proxy that drains ends when this long has passed without a new request (knative/pkg network/handlers/drain.go). */
const DRAIN_QUIET_US = 30 * SECOND;
const REPORT_PERIOD_US = SECOND;
/** How often a kubelet looks at a container that is not ready. */
const PROBE_PERIOD_US = 10 * SECOND;

/** Who must know about pods that come and go. */
export interface PodListener {
  /** The set of pods that activators send to, or Kubernetes' readiness, changed; called once per step. */
  podChanged(pod: Pod): void;
  /** Something went wrong with a pod that starts. */
  podTroubled(pod: Pod): void;
  /** The pod's processes are gone: whatever is in flight there is lost. */
  requestsLost(pod: Pod): void;
}

/** Moves pods through their lives (knative/data-plane.md §3.5, §3.6, §5.5). */
export class PodLifecycle {
  private readonly unscheduled: Pod[] = [];
  private readonly endpointsLatency: LatencySources;

  constructor(
    private readonly context: ModelContext,
    private readonly nodes: Nodes,
    private readonly reports: PeriodicRing,
    private readonly listener: PodListener,
  ) {
    const { latencies, streams } = context;
    this.endpointsLatency = new LatencySources(latencies.endpoints, streams, "latency/pod-endpoints");
  }

  /** The pod object exists from now on. */
  created(pod: Pod): void {
    this.announce(pod, "PodCreated");
    if (this.context.plan.ideal) this.fixQueueProxyStart(pod);
    pod.nextStep = this.after(pod.durations.schedule, pod, PodStep.schedule);
  }

  /** A pod that has been ready since before the run. */
  createdReady(pod: Pod): void {
    const now = this.context.simulation.now;
    const node = this.nodes.place(pod.revision.index, podRequest(pod));
    if (node === null) return this.created(pod);
    pod.node = node;
    pod.address = node.nextAddress();
    pod.scheduledAt = pod.startedAt = pod.servingAt = pod.readyAt = now;
    pod.isRunning = pod.isRouted = pod.isReady = true;
    this.startQueueProxy(pod, now);
    this.announce(pod, "PodCreated");
    this.announce(pod, "PodReady");
    this.listener.podChanged(pod);
  }

  step(pod: Pod, step: number): void {
    switch (step) {
      case PodStep.schedule:
        return this.schedule(pod);
      case PodStep.imagePresent:
        return this.imagePresent(pod);
      case PodStep.started:
        return this.started(pod);
      case PodStep.serving:
        return this.serving(pod);
      case PodStep.ready:
        return this.ready(pod);
      case PodStep.leftEndpoints:
        pod.isRouted = false;
        return this.listener.podChanged(pod);
      case PodStep.drainCheck:
        return this.checkDrain(pod);
      case PodStep.gracePeriod:
        pod.gracePeriod = NO_EVENT;
        return this.kill(pod, "gracePeriod");
      case PodStep.gone:
        return this.ended(pod);
      case PodStep.pullAgain:
        return this.pullImage(pod);
      case PodStep.crashed:
        return this.crashed(pod);
      case PodStep.restart:
        return this.restart(pod);
      case PodStep.probeAgain:
        return this.run(pod);
      default:
        invariant(false, "a pod took a step that does not exist", { pod: pod.name, step });
    }
  }

  /** Kubernetes marks the pod for deletion: it leaves the endpoints and drains. */
  terminate(pod: Pod, cause: PodEndCause): void {
    const { simulation, plan } = this.context;
    const now = simulation.now;
    pod.isTerminating = true;
    pod.terminatingSince = now;
    const hasCrashed = pod.servingAt === NEVER && pod.failure !== null && pod.failure.terminated !== null;
    pod.endCause = hasCrashed ? "crash" : cause;
    if (hasCrashed) this.announceEnd(pod, "PodFailed");
    pod.isReady = false;
    this.cancelStart(pod);
    this.reports.remove(pod.index);
    this.announceEnd(pod, "PodTerminating");
    this.leaveEndpoints(pod);
    const { termination } = pod.durations;
    if (pod.isRunning && !plan.ideal) {
      pod.gracePeriod = this.after(pod.revision.template.timeoutUs, pod, PodStep.gracePeriod);
    }
    if (termination !== null) {
      this.after(termination, pod, PodStep.gone);
    } else if (pod.isRunning) {
      pod.drainCheck = this.after(DRAIN_QUIET_US, pod, PodStep.drainCheck);
    } else {
      // Simplification: containers that are not up yet go at once; a kubelet takes a moment to stop starting them.
      this.after(0, pod, PodStep.gone);
    }
    this.listener.podChanged(pod);
  }

  /** SIGKILL to all its processes: nothing is drained, the object disappears at once. */
  kill(pod: Pod, cause: PodEndCause): void {
    pod.endCause = cause;
    this.cancelStart(pod);
    this.reports.remove(pod.index);
    pod.isReady = false;
    pod.isDead = true;
    this.announceEnd(pod, "PodKilled");
    if (!pod.isTerminating) this.leaveEndpoints(pod);
    this.listener.requestsLost(pod);
    this.gone(pod);
  }

  /** A request at the pod ended: a drained pod may be waiting for its last one. */
  requestLeft(pod: Pod): void {
    if (pod.isDrained && !pod.isGone && pod.queueProxy.inFlight === 0) this.after(0, pod, PodStep.gone);
  }

  private schedule(pod: Pod): void {
    const node = this.nodes.place(pod.revision.index, podRequest(pod));
    pod.nextStep = NO_EVENT;
    if (node === null) {
      this.unscheduled.push(pod);
      this.failureOf(pod).unschedulable = this.nodes.shortageText(podRequest(pod));
      this.announce(pod, "PodUnschedulable");
      this.listener.podTroubled(pod);
      return;
    }
    if (pod.failure !== null) pod.failure.unschedulable = null;
    const { now } = this.context.simulation;
    pod.node = node;
    pod.scheduledAt = now;
    pod.stages.schedule = now - pod.createdAt;
    this.announce(pod, "PodScheduled");
    this.pullImage(pod);
  }

  private pullImage(pod: Pod): void {
    const { now } = this.context.simulation;
    const node = pod.node!;
    const { image } = pod.revision.template;
    const { fault } = pod.revision.work;
    const failing = activeFault(fault, "imagePull", now) ?? activeFault(fault, "imageMissing", now);
    if (failing !== null && !node.hasImage(image)) {
      const failure = this.failureOf(pod);
      const message = `Back-off pulling image "${image}": ErrImagePull: ${pullText(failing, image)}`;
      failure.waiting = { reason: "ImagePullBackOff", message };
      pod.nextStep = this.after(failure.failed(now), pod, PodStep.pullAgain);
      this.listener.podTroubled(pod);
      return;
    }
    if (pod.failure !== null) pod.failure.waiting = null;
    const presentAt = node.imagePresentAt(image, now, () => pod.durations.imagePull);
    pod.stages.imagePull = presentAt - pod.scheduledAt;
    if (presentAt === now) this.startContainers(pod);
    else pod.nextStep = this.after(presentAt - now, pod, PodStep.imagePresent);
  }

  private imagePresent(pod: Pod): void {
    this.announce(pod, "ImagePulled");
    this.startContainers(pod);
  }

  private startContainers(pod: Pod): void {
    pod.nextStep = this.after(pod.durations.containerStart, pod, PodStep.started);
  }

  private started(pod: Pod): void {
    const { now } = this.context.simulation;
    const { boot, containerStart } = pod.durations;
    pod.startedAt = now;
    pod.isRunning = true;
    pod.address = pod.node!.nextAddress();
    pod.stages.containerStart = containerStart;
    pod.stages.boot = boot;
    this.announce(pod, "PodStarted");
    if (!this.context.plan.ideal) this.startQueueProxy(pod, now);
    this.run(pod);
  }

  /** The user's process runs: it crashes, is not ready yet, or comes up. */
  private run(pod: Pod): void {
    const { now } = this.context.simulation;
    const { fault } = pod.revision.work;
    if (activeFault(fault, "crash", now) !== null) {
      pod.nextStep = this.after(pod.durations.boot, pod, PodStep.crashed);
      return;
    }
    const unready = activeFault(fault, "neverReady", now);
    if (unready !== null) {
      const pause = Math.min(PROBE_PERIOD_US, (unready.untilUs ?? NEVER) - now);
      pod.nextStep = this.after(pause, pod, PodStep.probeAgain);
      return;
    }
    const { servingAt, readyAt } = this.context.plan.ideal ? idealReadiness(pod, now) : this.readiness(pod, now);
    pod.nextStep = this.after(servingAt - now, pod, PodStep.serving);
    pod.readiness = this.after(readyAt - now, pod, PodStep.ready);
  }

  /** The process ended: the kubelet starts it again at once the first time, later after growing pauses. */
  private crashed(pod: Pod): void {
    const { now } = this.context.simulation;
    const { fault } = pod.revision.work;
    if (fault === null || fault.kind !== "crash") return this.run(pod);
    const failure = this.failureOf(pod);
    const isFirst = failure.terminated === null;
    failure.terminated = { exitCode: fault.exitCode, message: crashText(fault) };
    failure.failedAt = now;
    if (isFirst) {
      this.restart(pod);
    } else {
      const pause = failure.failed(now);
      const message = `back-off ${formatDuration(pause)} restarting failed container=user-container pod=${bareName(pod.name)}`;
      failure.waiting = { reason: "CrashLoopBackOff", message };
      pod.nextStep = this.after(pause, pod, PodStep.restart);
    }
    this.listener.podTroubled(pod);
  }

  private restart(pod: Pod): void {
    const failure = this.failureOf(pod);
    failure.waiting = null;
    failure.restarts++;
    failure.lastRestartAt = this.context.simulation.now;
    this.run(pod);
  }

  private failureOf(pod: Pod): PodFailure {
    pod.failure ??= new PodFailure();
    return pod.failure;
  }

  /** When the activators find the pod able to serve, and when Kubernetes calls it ready. */
  private readiness(pod: Pod, now: Instant): { servingAt: Instant; readyAt: Instant } {
    const { readiness: probe } = pod.revision.template;
    const listensAt = now + pod.durations.boot;
    const latency = this.endpointsLatency.next(pod.revision.name);
    const readyAt = kubernetesReadyAt({ processStartsAt: now, listensAt, probe }) + pod.durations.readiness;
    if (probe.waitsForKubernetes) return { servingAt: readyAt + latency, readyAt };
    const servingAt = detectedAt({ addressKnownAt: now + latency, processStartsAt: now, listensAt, probe });
    return { servingAt, readyAt };
  }

  private serving(pod: Pod): void {
    const { now } = this.context.simulation;
    pod.nextStep = NO_EVENT;
    pod.servingAt = now;
    pod.isRouted = true;
    pod.stages.detect = now - pod.startedAt - pod.durations.boot;
    const { index, revision, node, stages } = pod;
    this.context.observer.happened({
      t: now,
      kind: "PodServing",
      service: revision.service,
      revision: revision.index,
      pod: index,
      node: node!.name,
      stages,
    });
    this.listener.podChanged(pod);
  }

  private ready(pod: Pod): void {
    pod.readiness = NO_EVENT;
    pod.isReady = true;
    pod.readyAt = this.context.simulation.now;
    this.announce(pod, "PodReady");
    this.listener.podChanged(pod);
  }

  private checkDrain(pod: Pod): void {
    const { now } = this.context.simulation;
    const quietSince = Math.max(pod.terminatingSince, pod.queueProxy.lastRequestAt);
    if (now - quietSince < DRAIN_QUIET_US) {
      pod.drainCheck = this.after(quietSince + DRAIN_QUIET_US - now, pod, PodStep.drainCheck);
      return;
    }
    pod.drainCheck = NO_EVENT;
    pod.isDrained = true;
    this.announceEnd(pod, "PodDrained");
    if (pod.queueProxy.inFlight === 0) this.gone(pod);
  }

  /** Its time to end has come: a queue-proxy waits for what is still in flight there, but not in the ideal cluster. */
  private ended(pod: Pod): void {
    if (!this.context.plan.ideal && pod.queueProxy.inFlight > 0) pod.isDrained = true;
    else this.gone(pod);
  }

  private gone(pod: Pod): void {
    const { simulation } = this.context;
    if (pod.isGone) return;
    pod.isGone = true;
    for (const event of [pod.drainCheck, pod.gracePeriod]) if (event !== NO_EVENT) simulation.cancel(event);
    pod.drainCheck = pod.gracePeriod = NO_EVENT;
    pod.node?.remove(pod.revision.index, podRequest(pod));
    this.announceEnd(pod, "PodDeleted");
    this.listener.podChanged(pod);
    if (pod.node !== null) this.retryUnscheduled();
  }

  /** There is more room on nodes: pods that wait for it are tried again at once, whoever has waited longest first. */
  retryUnscheduled(): void {
    const waiting = this.unscheduled.splice(0);
    for (const pod of waiting) {
      if (!pod.isReplica) continue;
      if (this.nodes.hasRoom(podRequest(pod))) this.schedule(pod);
      else this.unscheduled.push(pod);
    }
  }

  private leaveEndpoints(pod: Pod): void {
    if (!pod.isRouted) return;
    const latency = this.endpointsLatency.next(pod.revision.name);
    if (latency === 0) pod.isRouted = false;
    else this.after(latency, pod, PodStep.leftEndpoints);
  }

  private cancelStart(pod: Pod): void {
    const { simulation } = this.context;
    for (const event of [pod.nextStep, pod.readiness]) if (event !== NO_EVENT) simulation.cancel(event);
    pod.nextStep = pod.readiness = NO_EVENT;
  }

  /** In the ideal cluster the queue-proxy's lead over readiness is given, and may precede the pod's creation. */
  private fixQueueProxyStart(pod: Pod): void {
    const { phases } = this.context.plan;
    const { schedule, imagePull, containerStart } = pod.durations;
    const lead = phases.kind === "explicit" ? phases.queueProxyLeadUs : null;
    const readyAt = pod.createdAt + idealColdStart(pod);
    const startsAt = lead === null ? pod.createdAt + schedule + imagePull + containerStart : readyAt - lead;
    this.startQueueProxy(pod, startsAt);
  }

  private startQueueProxy(pod: Pod, at: Instant): void {
    const { now } = this.context.simulation;
    pod.queueProxy.start(at);
    const periods = Math.max(1, Math.ceil((now - at) / REPORT_PERIOD_US));
    this.reports.add(pod.index, at + periods * REPORT_PERIOD_US, now);
  }

  private after(delay: Duration, pod: Pod, step: number): number {
    const { simulation } = this.context;
    return simulation.schedule(simulation.now + delay, Rank.pod, Kind.podStep, pod.index, step);
  }

  private announce(
    pod: Pod,
    kind: "PodCreated" | "PodScheduled" | "PodUnschedulable" | "ImagePulled" | "PodStarted" | "PodReady",
  ): void {
    const { simulation, observer } = this.context;
    const t = simulation.now;
    const { index, node } = pod;
    const { service, index: revision } = pod.revision;
    if (kind === "PodReady") {
      const readiness = pod.readyAt - pod.startedAt - pod.stages.boot;
      observer.happened({ t, kind, service, revision, pod: index, node: node!.name, readiness });
    } else if (node === null) {
      observer.happened({ t, kind, service, revision, pod: index });
    } else {
      observer.happened({ t, kind, service, revision, pod: index, node: node.name });
    }
  }

  private announceEnd(
    pod: Pod,
    kind: "PodTerminating" | "PodDrained" | "PodKilled" | "PodFailed" | "PodDeleted",
  ): void {
    const { simulation, observer } = this.context;
    const t = simulation.now;
    const { index, node, endCause: cause } = pod;
    const { service, index: revision } = pod.revision;
    const { inFlight } = pod.queueProxy;
    if (node === null) observer.happened({ t, kind, service, revision, pod: index, cause, inFlight });
    else observer.happened({ t, kind, service, revision, pod: index, node: node.name, cause, inFlight });
  }
}

/** The ideal cluster: able to serve and ready at the same instant, without probes (contract details A26). */
function idealReadiness(pod: Pod, now: Instant): { servingAt: Instant; readyAt: Instant } {
  const at = now + pod.durations.boot + pod.durations.readiness;
  return { servingAt: at, readyAt: at };
}

function idealColdStart({ durations }: Pod): Duration {
  const { schedule, imagePull, containerStart, boot, readiness } = durations;
  return schedule + imagePull + containerStart + boot + readiness;
}

function podRequest(pod: Pod): PodRequest {
  return pod.revision.podRequest;
}
