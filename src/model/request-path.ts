import { NO_EVENT } from "../engine/calendar.js";
import type { Sampler } from "../engine/distribution.js";
import { InvariantError } from "../engine/invariant.js";
import type { Simulation } from "../engine/simulation.js";
import type { Duration, Instant } from "../engine/time.js";
import type { Activators } from "./activator.js";
import { IMMEDIATE_MESSAGE } from "./activator-stats.js";
import { Admission } from "./breaker.js";
import type { ModelContext } from "./context.js";
import { Kind, Rank } from "./event-kinds.js";
import { type Observer, Status } from "./observer.js";
import type { Pod } from "./pod.js";
import { type Request, Stage } from "./request.js";
import type { RequestPool } from "./request-pool.js";
import { RequestTimers } from "./request-timers.js";
import type { Revision } from "./revision.js";
import type { Backend } from "./revision-throttler.js";

/** Bodies of the platform's own replies (knative/data-plane.md §6). */
const Text = {
  queueFull: "pending request queue full\n",
  activatorTimeout: "activator request timeout",
  queueProxyTimeout: "request timeout",
  endOfFile: "EOF\n",
  noHealthyUpstream: "no healthy upstream",
  upstreamReset: "upstream connect error or disconnect/reset before headers. reset reason: connection termination",
  upstreamFailure: "upstream connect error or disconnect/reset before headers. reset reason: connection failure",
} as const;

/** What the path needs of the rest of the cluster. */
export interface RequestPathHost {
  readonly context: ModelContext;
  readonly requests: RequestPool;
  readonly activators: Activators;
  tagName(tag: number): string;
  /** A request ended: its client may send the next one or try again. */
  requestEnded(request: Request): void;
  podRequestLeft(pod: Pod): void;
}

/** What the path must know of a source. */
export interface SourceOnPath {
  /** Its clients give up after this long; null = never. */
  readonly timeoutUs: Duration | null;
  /** Its own service times; null = the image's. */
  readonly serviceTime: Sampler | null;
  /** Whether anything follows from the end of its requests: closed loops and retries. */
  readonly wantsAnswers: boolean;
}

/** Clients of one source that give up after the same time. */
interface Patience {
  readonly timeoutUs: Duration;
  readonly timers: RequestTimers;
}

/**
 * The way of a request: ingress → activator or pod → queue-proxy → container, and back.
 *
 * Each hop first takes its overhead, then acts; it counts the request from its arrival. Nothing is allocated per request.
 *
 * @see knative/data-plane.md §0 for the path, §2.1 and §3.1 for the order of handlers
 */
export class RequestPath {
  private readonly patience: (Patience | null)[] = [];
  /** Those that end with a 504, of all revisions, by `deadlineTimers`. */
  private readonly deadlines: RequestTimers[] = [];
  private readonly deadlineLengths: Duration[] = [];

  // Each is read several times per request: a chain of properties would be followed each time.
  private readonly requests: RequestPool;
  private readonly simulation: Simulation;
  private readonly observer: Observer;
  /** By source: its own service times, null = the image's; and whether anything follows from the end of a request. */
  private readonly serviceTimes: (Sampler | null)[] = [];
  private readonly wantsAnswers: boolean[] = [];

  constructor(private readonly host: RequestPathHost) {
    this.requests = host.requests;
    this.simulation = host.context.simulation;
    this.observer = host.context.observer;
  }

  /** The next source, in order. */
  addSource({ timeoutUs, serviceTime, wantsAnswers }: SourceOnPath): void {
    this.serviceTimes.push(serviceTime);
    this.wantsAnswers.push(wantsAnswers);
    this.patience.push(timeoutUs === null ? null : { timeoutUs, timers: new RequestTimers(this.requests) });
  }

  /** The index of the timers that end so long after they start: one for all revisions that answer 504 after that time. */
  deadlineTimers(lengthUs: Duration): number {
    const index = this.deadlineLengths.indexOf(lengthUs);
    if (index >= 0) return index;
    this.deadlines.push(new RequestTimers(this.requests));
    return this.deadlineLengths.push(lengthUs) - 1;
  }

  /**
   * A request has reached the ingress. It holds everything its sender knows.
   *
   * @param revision chosen by the route; null: there is none, the gateway answers 404
   */
  enter(request: Request, revision: Revision | null): void {
    const { simulation, observer } = this;
    const now = simulation.now;
    request.arrivalUs = now;
    request.toRevision = revision;
    request.activator = -1;
    request.inPod = null;
    request.activatorWaitUs = -1;
    request.podWaitUs = 0;
    request.executingSince = -1;
    request.event = NO_EVENT;
    request.stage = Stage.ingress;
    request.stageSince = now;
    observer.requestArrived(
      now,
      request.request,
      request.source,
      request.number,
      request.service,
      revision === null ? -1 : revision.index,
    );
    const patience = this.patience[request.source];
    if (patience !== null) this.startPatience(request, patience, now);
    if (revision === null) this.end(request, 404, "");
    else if (request.ingressUs > 0) this.scheduleHop(request, request.ingressUs);
    else this.goOn(request, revision);
  }

  /** The overhead of the hop that the request is at has passed. */
  hopDue(request: Request): void {
    request.event = NO_EVENT;
    this.goOn(request, revisionOf(request));
  }

  /** The work of the request is done: it is answered. */
  completionDue(request: Request): void {
    request.event = NO_EVENT;
    this.leave(request);
    this.end(request, 200, "");
  }

  /** The CPU part of some request's work in the pod may be done. */
  cpuDue(pod: Pod): void {
    const { now } = this.simulation;
    const cpu = pod.queueProxy.cpu!;
    cpu.event = NO_EVENT;
    for (let request = cpu.takeDone(now); request !== null; request = cpu.takeDone(now)) {
      const restUs = Math.round(this.serviceTime(request, pod.revision) * (1 - pod.revision.work.cpuShare));
      if (restUs <= 0) this.completionDue(request);
      else this.scheduleCompletion(request, restUs);
    }
    this.scheduleCpu(pod);
  }

  /** The first of these timers may have ended. */
  deadlineDue(index: number): void {
    const timers = this.deadlines[index];
    const { now } = this.simulation;
    timers.needsEvent = true;
    for (let request = timers.first; request !== null; request = timers.first) {
      if (timers.firstAt > now) return this.scheduleDeadline(index, timers);
      const text = request.activator >= 0 ? Text.activatorTimeout : Text.queueProxyTimeout;
      this.leave(request);
      this.end(request, 504, text);
    }
  }

  /** The patience of the source's longest waiting client may have ended. */
  clientDeadlineDue(source: number): void {
    const { timers } = this.patience[source]!;
    const { now } = this.simulation;
    timers.needsEvent = true;
    for (let request = timers.first; request !== null; request = timers.first) {
      if (timers.firstAt > now) return this.schedulePatience(source, timers);
      this.leave(request);
      this.end(request, Status.timeout, "");
    }
  }

  /** Pods or activators of the revision's path changed: whoever may go on does. */
  dispatchAll(revision: Revision): void {
    for (let activator = 0; activator < revision.paths.length; activator++) this.dispatch(revision, activator);
  }

  /** Everything in flight at the pod is lost. */
  failAtPod(pod: Pod): void {
    const { requests } = this;
    for (const request of requests.inOrder()) {
      if (request.inPod !== pod) continue;
      const isProxied = request.activator >= 0;
      this.leave(request);
      this.end(request, isProxied ? 502 : 503, isProxied ? Text.endOfFile : Text.upstreamReset);
    }
  }

  /** The revision was deleted: whoever waits for it in an activator gets an empty 500. */
  failWaiting(revision: Revision): void {
    for (const path of revision.paths) {
      for (let request = path.waiting.first; request !== null; request = path.waiting.first) {
        this.leave(request);
        this.end(request, 500, "");
      }
    }
  }

  /** Ends the account of whatever is still in flight, as in flight. */
  endAll(): void {
    for (const request of this.requests.inOrder()) this.report(request, Status.inFlight, "");
  }

  /**
   * Takes a request on from a hop whose overhead has passed, as far as it comes at this instant.
   *
   * One step after the other, each of which says whether the next one follows at once: steps that call their successors
   * would be compiled one within the other, as often as there are steps.
   */
  private goOn(request: Request, revision: Revision): void {
    if (request.stage === Stage.ingress && !this.leaveIngress(request, revision)) return;
    if (request.stage === Stage.activatorHop && !this.leaveActivatorHop(request, revision)) return;
    this.admit(request, revision, request.inPod!);
  }

  /** @returns whether the request is at its next hop and has no overhead there */
  private leaveIngress(request: Request, revision: Revision): boolean {
    const { routing } = revision;
    if (revision.isDeleted) {
      const text = `Error getting active endpoint: revision.serving.knative.dev "${revision.name}" not found\n`;
      return this.refuse(request, 404, text);
    }
    if (routing.gateway.mode === "proxy") {
      const activator = routing.takeActivator();
      if (activator < 0) return this.refuse(request, 503, Text.noHealthyUpstream);
      return this.enterActivator(request, revision, activator);
    }
    const pod = routing.nextPod();
    if (pod === null) return this.refuse(request, 503, Text.noHealthyUpstream);
    if (!pod.isAnswering) return this.refuse(request, 503, Text.upstreamFailure);
    this.startDeadline(request, revision);
    return this.enterPod(request, pod);
  }

  private enterActivator(request: Request, revision: Revision, activator: number): boolean {
    const { now } = this.simulation;
    request.activator = activator;
    request.stage = Stage.activatorHop;
    request.stageSince = now;
    this.startDeadline(request, revision);
    if (revision.paths[activator].stats.arrive(now)) {
      this.host.activators.addReporting(activator, revision);
      revision.autoscaler.receive(IMMEDIATE_MESSAGE, IMMEDIATE_MESSAGE);
    }
    if (request.activatorUs === 0) return true;
    this.scheduleHop(request, request.activatorUs);
    return false;
  }

  /** @returns whether the request is in a pod and has no overhead there */
  private leaveActivatorHop(request: Request, revision: Revision): boolean {
    const { now } = this.simulation;
    if (revision.isDeleted) {
      this.leave(request);
      return this.refuse(request, 500, "");
    }
    request.stage = Stage.activatorQueue;
    request.stageSince = now;
    const path = revision.paths[request.activator];
    const backend = path.waiting.first === null ? path.throttler.acquire() : null;
    if (backend !== null) return this.forward(request, revision, backend);
    path.waiting.append(request.queue);
    this.observer.activatorQueueChanged(now, revision.index, 1);
    return false;
  }

  /** Lets as many waiting requests of one activator go on as there is capacity for. */
  private dispatch(revision: Revision, activator: number): void {
    const path = revision.paths[activator];
    const { waiting, throttler } = path;
    const { observer, simulation } = this;
    path.isDispatching = true;
    for (let request = waiting.first; request !== null; request = waiting.first) {
      const backend = throttler.acquire();
      if (backend === null) break;
      waiting.remove(request.queue);
      observer.activatorQueueChanged(simulation.now, revision.index, -1);
      if (this.forward(request, revision, backend)) this.admit(request, revision, backend.pod);
    }
    path.isDispatching = false;
  }

  /** @returns whether the request is in the pod and has no overhead there */
  private forward(request: Request, revision: Revision, backend: Backend<Pod>): boolean {
    const { pod } = backend;
    request.backend = backend;
    request.activatorWaitUs = this.simulation.now - request.stageSince;
    if (pod.isAnswering) return this.enterPod(request, pod);
    // The pod is gone and the activator does not know yet: it has free slots for all who wait, and refuses them at once.
    this.leaveActivator(request, revision);
    return this.refuse(request, 502, `dial tcp ${pod.address}:8012: connect: connection refused\n`);
  }

  private enterPod(request: Request, pod: Pod): boolean {
    const { now } = this.simulation;
    const { queueProxy } = pod;
    request.inPod = pod;
    request.stage = Stage.queueProxyHop;
    request.stageSince = now;
    queueProxy.inFlight++;
    queueProxy.stats.arrive(now, request.activator >= 0);
    if (pod.isTerminating) queueProxy.lastRequestAt = now;
    if (request.queueProxyUs === 0) return true;
    this.scheduleHop(request, request.queueProxyUs);
    return false;
  }

  private admit(request: Request, revision: Revision, pod: Pod): void {
    const { simulation, observer } = this;
    const { breaker, waiting } = pod.queueProxy;
    const admission = breaker === null ? Admission.run : breaker.arrive();
    if (admission === Admission.run) {
      this.execute(request, revision, pod);
    } else if (admission === Admission.wait) {
      const now = simulation.now;
      request.stage = Stage.podQueue;
      request.stageSince = now;
      waiting.append(request.queue);
      observer.podQueueChanged(now, revision.index, 1);
    } else {
      this.leave(request);
      this.end(request, 503, Text.queueFull);
    }
  }

  private execute(request: Request, revision: Revision, pod: Pod): void {
    const { simulation, observer } = this;
    const now = simulation.now;
    request.stage = Stage.executing;
    request.executingSince = now;
    request.waitedForStart = pod.servingAt > request.arrivalUs;
    pod.queueProxy.enterContainer();
    observer.executingChanged?.(now, revision.index, 1);
    const serviceUs = this.serviceTime(request, revision);
    if (pod.queueProxy.cpu === null) {
      this.scheduleCompletion(request, serviceUs);
    } else {
      pod.queueProxy.cpu.add(request, serviceUs * revision.work.cpuShare, now);
      this.scheduleCpu(pod);
    }
  }

  /** The same each time it is asked: the request's own quantile of the work distribution. */
  private serviceTime(request: Request, revision: Revision): Duration {
    const sampler = this.serviceTimes[request.source] ?? revision.work.serviceTime;
    return sampler.sample(request.work, request.workIndex);
  }

  /** Takes a request out of wherever it is, and lets those behind it go on. */
  private leave(request: Request): void {
    const { simulation, observer } = this;
    const now = simulation.now;
    const stage = request.stage;
    if (request.event !== NO_EVENT) {
      simulation.cancel(request.event);
      request.event = NO_EVENT;
    }
    if (stage === Stage.ingress) return;
    const revision = revisionOf(request);
    if (stage === Stage.activatorHop) {
      revision.paths[request.activator].stats.depart(now);
    } else if (stage === Stage.activatorQueue) {
      const path = revision.paths[request.activator];
      path.waiting.remove(request.queue);
      path.stats.depart(now);
      request.activatorWaitUs = now - request.stageSince;
      observer.activatorQueueChanged(now, revision.index, -1);
    } else {
      this.leavePod(request, revision, request.inPod!, stage);
    }
  }

  private leavePod(request: Request, revision: Revision, pod: Pod, stage: number): void {
    const { simulation, observer } = this;
    const now = simulation.now;
    const { queueProxy } = pod;
    const isProxied = request.activator >= 0;
    if (stage === Stage.podQueue) {
      queueProxy.waiting.remove(request.queue);
      queueProxy.breaker!.cancelWaiting();
      request.podWaitUs = now - request.stageSince;
      observer.podQueueChanged(now, revision.index, -1);
    } else if (stage === Stage.executing) {
      queueProxy.leaveContainer();
      observer.executingChanged?.(now, revision.index, -1);
      if (queueProxy.cpu !== null) {
        queueProxy.cpu.remove(request, now);
        this.scheduleCpu(pod);
      }
      if (queueProxy.breaker !== null) {
        queueProxy.breaker.release();
        this.startWaiting(revision, pod);
      }
    }
    queueProxy.stats.depart(now, isProxied);
    queueProxy.inFlight--;
    if (pod.isDrained || pod.isGone) this.host.podRequestLeft(pod);
    if (isProxied) this.leaveActivator(request, revision);
  }

  private startWaiting(revision: Revision, pod: Pod): void {
    const { simulation, observer } = this;
    const { breaker, waiting } = pod.queueProxy;
    if (pod.isDead) return;
    while (breaker!.admitWaiting()) {
      const next = waiting.first!;
      const now = simulation.now;
      waiting.remove(next.queue);
      next.podWaitUs = now - next.stageSince;
      observer.podQueueChanged(now, revision.index, -1);
      this.execute(next, revision, pod);
    }
  }

  /** A request that the activator had sent to a pod is over there: its slot is free for the next one waiting. */
  private leaveActivator(request: Request, revision: Revision): void {
    const activator = request.activator;
    const path = revision.paths[activator];
    path.throttler.release(request.backend!);
    path.stats.depart(this.simulation.now);
    if (path.waiting.first !== null && !path.isDispatching) this.dispatch(revision, activator);
  }

  private refuse(request: Request, status: number, text: string): false {
    this.end(request, status, text);
    return false;
  }

  private end(request: Request, status: number, text: string): void {
    this.report(request, status, text);
    if (this.wantsAnswers[request.source]) this.host.requestEnded(request);
    this.requests.release(request);
  }

  private report(request: Request, status: number, text: string): void {
    const { now } = this.simulation;
    const { executingSince, toRevision, tagIndex } = request;
    request.status = status;
    request.text = text;
    request.tag = tagIndex === 0 ? "" : this.host.tagName(tagIndex);
    if (executingSince >= 0) {
      request.serviceUs = now - executingSince;
      request.cold = request.waitedForStart;
    } else {
      request.serviceUs = 0;
      request.cold = toRevision !== null && !toRevision.couldServeSince(request.arrivalUs);
    }
    this.observer.requestEnded(now, request);
  }

  private startDeadline(request: Request, revision: Revision): void {
    const timers = this.deadlines[revision.deadlineTimers];
    timers.start(request, this.simulation.now + revision.deadlineUs);
    if (timers.needsEvent) this.scheduleDeadline(revision.deadlineTimers, timers);
  }

  private scheduleDeadline(index: number, timers: RequestTimers): void {
    timers.needsEvent = false;
    this.simulation.schedule(timers.firstAt, Rank.timeout, Kind.deadline, index, 0);
  }

  private startPatience(request: Request, { timeoutUs, timers }: Patience, now: Instant): void {
    timers.start(request, now + timeoutUs);
    if (timers.needsEvent) this.schedulePatience(request.source, timers);
  }

  private schedulePatience(source: number, timers: RequestTimers): void {
    timers.needsEvent = false;
    this.simulation.schedule(timers.firstAt, Rank.timeout, Kind.clientDeadline, source, 0);
  }

  private scheduleHop(request: Request, delayUs: Duration): void {
    this.schedule(request, delayUs, Rank.hop, Kind.hop);
  }

  private scheduleCompletion(request: Request, delayUs: Duration): void {
    this.schedule(request, delayUs, Rank.completion, Kind.completion);
  }

  private schedule(request: Request, delayUs: Duration, rank: number, kind: number): void {
    const { simulation } = this;
    const at = simulation.now + delayUs;
    request.event = simulation.schedule(at, rank, kind, request.request, request.slot);
  }

  private scheduleCpu(pod: Pod): void {
    const { simulation } = this;
    const cpu = pod.queueProxy.cpu!;
    if (cpu.event !== NO_EVENT) simulation.cancel(cpu.event);
    cpu.event = NO_EVENT;
    const at = cpu.nextDoneAt(simulation.now);
    if (Number.isFinite(at)) cpu.event = simulation.schedule(at, Rank.completion, Kind.cpu, pod.index, 0);
  }
}

function revisionOf({ toRevision, request }: Request): Revision {
  if (toRevision === null) throw new InvariantError("a request without a revision is in the data plane", { request });
  return toRevision;
}
