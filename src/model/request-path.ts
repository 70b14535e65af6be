import { NO_EVENT } from "../engine/calendar.js";
import type { Sampler } from "../engine/distribution.js";
import { invariant } from "../engine/invariant.js";
import type { Simulation } from "../engine/simulation.js";
import type { Duration, Instant } from "../engine/time.js";
import type { Activators } from "./activator.js";
import { IMMEDIATE_MESSAGE } from "./activator-stats.js";
import { Admission } from "./breaker.js";
import type { ModelContext } from "./context.js";
import { Kind, Rank } from "./event-kinds.js";
import { type EndedRequest, type Observer, Status } from "./observer.js";
import type { Pod } from "./pod.js";
import { NO_REQUEST, RequestList, type RequestSlot } from "./request-list.js";
import { type RequestPool, Stage } from "./request-pool.js";
import type { Revision } from "./revision.js";

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
  readonly revisions: readonly Revision[];
  /** By index; null once nothing can concern a pod any more. */
  readonly pods: readonly (Pod | null)[];
  readonly activators: Activators;
  tagName(tag: number): string;
  /** A request ended: its client may send the next one or try again. The row is still readable. */
  requestEnded(slot: RequestSlot, status: number): void;
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
  readonly waiting: RequestList;
  isScheduled: boolean;
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
  private readonly ended: EndedRequest;

  // Each is read several times per request: a chain of properties would be followed each time.
  private readonly requests: RequestPool;
  private readonly simulation: Simulation;
  private readonly observer: Observer;
  private readonly revisions: readonly Revision[];
  private readonly pods: readonly (Pod | null)[];
  /** By source: its own service times, null = the image's; and whether anything follows from the end of a request. */
  private readonly serviceTimes: (Sampler | null)[] = [];
  private readonly wantsAnswers: boolean[] = [];

  constructor(private readonly host: RequestPathHost) {
    this.requests = host.requests;
    this.simulation = host.context.simulation;
    this.observer = host.context.observer;
    this.revisions = host.revisions;
    this.pods = host.pods;
    this.ended = {
      request: 0,
      source: 0,
      number: 0,
      attempt: 1,
      service: 0,
      revision: -1,
      pod: -1,
      arrivalUs: 0,
      status: 0,
      completed: false,
      activatorWaitUs: -1,
      podWaitUs: 0,
      serviceUs: 0,
      cold: false,
      path: 0,
      tag: "",
      text: "",
    };
  }

  /** The next source, in order. */
  addSource({ timeoutUs, serviceTime, wantsAnswers }: SourceOnPath): void {
    const { clientLinks } = this.requests;
    this.serviceTimes.push(serviceTime);
    this.wantsAnswers.push(wantsAnswers);
    this.patience.push(
      timeoutUs === null ? null : { timeoutUs, waiting: new RequestList(clientLinks), isScheduled: false },
    );
  }

  /**
   * A request has reached the ingress. Its row holds everything the sender knows.
   *
   * @param revision chosen by the route; null: there is none, the gateway answers 404
   * @param ingressUs what passing the gateway takes
   */
  enter(slot: RequestSlot, revision: Revision | null, ingressUs: Duration): void {
    const { requests, simulation, observer } = this;
    const now = simulation.now;
    requests.arrivedAt[slot] = now;
    requests.revision[slot] = revision === null ? -1 : revision.index;
    requests.activator[slot] = -1;
    requests.pod[slot] = -1;
    requests.activatorWaitUs[slot] = -1;
    requests.podWaitUs[slot] = 0;
    requests.executingSince[slot] = -1;
    requests.event[slot] = NO_EVENT;
    requests.deadline[slot] = 0;
    requests.stage[slot] = Stage.ingress;
    requests.stageSince[slot] = now;
    observer.requestArrived(
      now,
      requests.id[slot],
      requests.source[slot],
      requests.number[slot],
      requests.service[slot],
      requests.revision[slot],
    );
    this.startPatience(slot, now);
    if (revision === null) this.end(slot, 404, "");
    else if (ingressUs > 0) this.scheduleHop(slot, ingressUs);
    else this.leaveIngress(slot, revision);
  }

  /** The overhead of the hop that the request is at has passed. */
  hopDue(slot: RequestSlot): void {
    const { requests } = this;
    requests.event[slot] = NO_EVENT;
    const revision = this.revisionOf(slot);
    switch (requests.stage[slot]) {
      case Stage.ingress:
        return this.leaveIngress(slot, revision);
      case Stage.activatorHop:
        return this.queueAtActivator(slot, revision);
      default:
        return this.admit(slot, revision, this.podOf(slot));
    }
  }

  /** The work of the request is done: it is answered. */
  completionDue(slot: RequestSlot): void {
    this.requests.event[slot] = NO_EVENT;
    this.leave(slot);
    this.end(slot, 200, "");
  }

  /** The CPU part of some request's work in the pod may be done. */
  cpuDue(pod: Pod): void {
    const { now } = this.simulation;
    const cpu = pod.queueProxy.cpu!;
    cpu.event = NO_EVENT;
    for (let slot = cpu.takeDone(now); slot !== NO_REQUEST; slot = cpu.takeDone(now)) {
      const restUs = Math.round(this.serviceTime(slot, pod.revision) * (1 - pod.revision.work.cpuShare));
      if (restUs <= 0) this.completionDue(slot);
      else this.scheduleCompletion(slot, restUs);
    }
    this.scheduleCpu(pod);
  }

  /** The timer of the revision's oldest request has ended. */
  deadlineDue(revision: Revision): void {
    const { requests, simulation } = this;
    const now = simulation.now;
    revision.deadlineEvent = NO_EVENT;
    for (let slot = revision.deadlines.first; slot !== NO_REQUEST; slot = revision.deadlines.first) {
      if (requests.deadline[slot] > now) {
        this.scheduleDeadline(revision, requests.deadline[slot]);
        return;
      }
      const text = requests.activator[slot] >= 0 ? Text.activatorTimeout : Text.queueProxyTimeout;
      this.leave(slot);
      this.end(slot, 504, text);
    }
  }

  /** The patience of the source's longest waiting client has ended. */
  clientDeadlineDue(source: number): void {
    const { requests, simulation } = this;
    const patience = this.patience[source]!;
    const now = simulation.now;
    patience.isScheduled = false;
    for (let slot = patience.waiting.first; slot !== NO_REQUEST; slot = patience.waiting.first) {
      if (requests.clientDeadline[slot] > now) {
        this.schedulePatience(source, patience, requests.clientDeadline[slot]);
        return;
      }
      this.leave(slot);
      this.end(slot, Status.timeout, "");
    }
  }

  /** Pods or activators of the revision's path changed: whoever may go on does. */
  dispatchAll(revision: Revision): void {
    for (let activator = 0; activator < revision.paths.length; activator++) this.dispatch(revision, activator);
  }

  /** Everything in flight at the pod is lost. */
  failAtPod(pod: Pod): void {
    const { requests } = this;
    for (const slot of requests.slots()) {
      if (requests.pod[slot] !== pod.index) continue;
      const isProxied = requests.activator[slot] >= 0;
      this.leave(slot);
      this.end(slot, isProxied ? 502 : 503, isProxied ? Text.endOfFile : Text.upstreamReset);
    }
  }

  /** The revision was deleted: whoever waits for it in an activator gets an empty 500. */
  failWaiting(revision: Revision): void {
    for (const path of revision.paths) {
      for (let slot = path.waiting.first; slot !== NO_REQUEST; slot = path.waiting.first) {
        this.leave(slot);
        this.end(slot, 500, "");
      }
    }
  }

  /** Ends the account of whatever is still in flight, as in flight. */
  endAll(): void {
    for (const slot of this.requests.slots()) this.report(slot, Status.inFlight, "");
  }

  private leaveIngress(slot: RequestSlot, revision: Revision): void {
    const { routing } = revision;
    if (revision.isDeleted) {
      const text = `Error getting active endpoint: revision.serving.knative.dev "${revision.name}" not found\n`;
      this.end(slot, 404, text);
    } else if (routing.gateway.mode === "proxy") {
      const activator = routing.takeActivator();
      if (activator < 0) this.end(slot, 503, Text.noHealthyUpstream);
      else this.enterActivator(slot, revision, activator);
    } else {
      const pod = routing.nextPod();
      if (pod === null) this.end(slot, 503, Text.noHealthyUpstream);
      else if (!pod.isAnswering) this.end(slot, 503, Text.upstreamFailure);
      else {
        this.startDeadline(slot, revision);
        this.enterPod(slot, revision, pod);
      }
    }
  }

  private enterActivator(slot: RequestSlot, revision: Revision, activator: number): void {
    const { requests, simulation } = this;
    const now = simulation.now;
    requests.activator[slot] = activator;
    this.startDeadline(slot, revision);
    const isFirst = revision.paths[activator].stats.arrive(now);
    const hopUs = requests.activatorHopUs[slot];
    if (hopUs > 0) {
      requests.stage[slot] = Stage.activatorHop;
      requests.stageSince[slot] = now;
      this.scheduleHop(slot, hopUs);
    } else {
      this.queueAtActivator(slot, revision);
    }
    if (!isFirst) return;
    this.host.activators.addReporting(activator, revision);
    revision.autoscaler.receive(IMMEDIATE_MESSAGE, IMMEDIATE_MESSAGE);
  }

  private queueAtActivator(slot: RequestSlot, revision: Revision): void {
    const { requests, simulation, observer } = this;
    const now = simulation.now;
    if (revision.isDeleted) {
      this.leave(slot);
      this.end(slot, 500, "");
      return;
    }
    requests.stage[slot] = Stage.activatorQueue;
    requests.stageSince[slot] = now;
    const path = revision.paths[requests.activator[slot]];
    const ordinal = path.waiting.first === NO_REQUEST ? path.throttler.acquire() : -1;
    if (ordinal < 0) {
      path.waiting.append(slot);
      observer.activatorQueueChanged(now, revision.index, 1);
    } else {
      this.forward(slot, revision, revision.deployment.podAt(ordinal));
    }
  }

  /** Lets as many waiting requests of one activator go on as there is capacity for. */
  private dispatch(revision: Revision, activator: number): void {
    const path = revision.paths[activator];
    const { waiting, throttler } = path;
    const { observer, simulation } = this;
    path.isDispatching = true;
    for (let slot = waiting.first; slot !== NO_REQUEST; slot = waiting.first) {
      const ordinal = throttler.acquire();
      if (ordinal < 0) break;
      waiting.remove(slot);
      observer.activatorQueueChanged(simulation.now, revision.index, -1);
      this.forward(slot, revision, revision.deployment.podAt(ordinal));
    }
    path.isDispatching = false;
  }

  private forward(slot: RequestSlot, revision: Revision, pod: Pod): void {
    const { requests, simulation } = this;
    requests.activatorWaitUs[slot] = simulation.now - requests.stageSince[slot];
    if (pod.isAnswering) {
      this.enterPod(slot, revision, pod);
      return;
    }
    // The pod is gone and the activator does not know yet: it has free slots for all who wait, and refuses them at once.
    this.leaveActivator(slot, revision, pod.ordinal);
    this.end(slot, 502, `dial tcp ${pod.address}:8012: connect: connection refused\n`);
  }

  private enterPod(slot: RequestSlot, revision: Revision, pod: Pod): void {
    const { requests, simulation } = this;
    const { queueProxy } = pod;
    const now = simulation.now;
    requests.pod[slot] = pod.index;
    requests.stage[slot] = Stage.queueProxyHop;
    requests.stageSince[slot] = now;
    queueProxy.inFlight++;
    queueProxy.stats.arrive(now, requests.activator[slot] >= 0);
    if (pod.isTerminating) queueProxy.lastRequestAt = now;
    const hopUs = requests.queueProxyHopUs[slot];
    if (hopUs > 0) this.scheduleHop(slot, hopUs);
    else this.admit(slot, revision, pod);
  }

  private admit(slot: RequestSlot, revision: Revision, pod: Pod): void {
    const { requests, simulation, observer } = this;
    const { breaker, waiting } = pod.queueProxy;
    const admission = breaker === null ? Admission.run : breaker.arrive();
    if (admission === Admission.run) {
      this.execute(slot, revision, pod);
    } else if (admission === Admission.wait) {
      const now = simulation.now;
      requests.stage[slot] = Stage.podQueue;
      requests.stageSince[slot] = now;
      waiting.append(slot);
      observer.podQueueChanged(now, revision.index, 1);
    } else {
      this.leave(slot);
      this.end(slot, 503, Text.queueFull);
    }
  }

  private execute(slot: RequestSlot, revision: Revision, pod: Pod): void {
    const { requests, simulation, observer } = this;
    const now = simulation.now;
    requests.stage[slot] = Stage.executing;
    requests.executingSince[slot] = now;
    requests.waitedForStart[slot] = pod.servingAt > requests.arrivedAt[slot] ? 1 : 0;
    pod.queueProxy.enterContainer();
    observer.executingChanged?.(now, revision.index, 1);
    const serviceUs = this.serviceTime(slot, revision);
    if (pod.queueProxy.cpu === null) {
      this.scheduleCompletion(slot, serviceUs);
    } else {
      pod.queueProxy.cpu.add(slot, serviceUs * revision.work.cpuShare, now);
      this.scheduleCpu(pod);
    }
  }

  /** The same each time it is asked: the request's own quantile of the work distribution. */
  private serviceTime(slot: RequestSlot, revision: Revision): Duration {
    const { requests } = this;
    const sampler = this.serviceTimes[requests.source[slot]] ?? revision.work.serviceTime;
    return sampler.sample(requests.work[slot], requests.workIndex[slot]);
  }

  /** Takes a request out of wherever it is, and lets those behind it go on. */
  private leave(slot: RequestSlot): void {
    const { requests, simulation, observer } = this;
    const now = simulation.now;
    const stage = requests.stage[slot];
    if (requests.event[slot] !== NO_EVENT) {
      simulation.cancel(requests.event[slot]);
      requests.event[slot] = NO_EVENT;
    }
    if (stage === Stage.ingress) return;
    const revision = this.revisionOf(slot);
    if (stage === Stage.activatorHop) {
      revision.paths[requests.activator[slot]].stats.depart(now);
    } else if (stage === Stage.activatorQueue) {
      const path = revision.paths[requests.activator[slot]];
      path.waiting.remove(slot);
      path.stats.depart(now);
      requests.activatorWaitUs[slot] = now - requests.stageSince[slot];
      observer.activatorQueueChanged(now, revision.index, -1);
    } else {
      this.leavePod(slot, revision, this.podOf(slot), stage);
    }
  }

  private leavePod(slot: RequestSlot, revision: Revision, pod: Pod, stage: number): void {
    const { requests, simulation, observer } = this;
    const now = simulation.now;
    const { queueProxy } = pod;
    const isProxied = requests.activator[slot] >= 0;
    if (stage === Stage.podQueue) {
      queueProxy.waiting.remove(slot);
      queueProxy.breaker!.cancelWaiting();
      requests.podWaitUs[slot] = now - requests.stageSince[slot];
      observer.podQueueChanged(now, revision.index, -1);
    } else if (stage === Stage.executing) {
      queueProxy.leaveContainer();
      observer.executingChanged?.(now, revision.index, -1);
      if (queueProxy.cpu !== null) {
        queueProxy.cpu.remove(slot, now);
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
    if (isProxied) this.leaveActivator(slot, revision, pod.ordinal);
  }

  private startWaiting(revision: Revision, pod: Pod): void {
    const { requests, simulation, observer } = this;
    const { breaker, waiting } = pod.queueProxy;
    if (pod.isDead) return;
    while (waiting.first !== NO_REQUEST && breaker!.admitWaiting()) {
      const next = waiting.first;
      const now = simulation.now;
      waiting.remove(next);
      requests.podWaitUs[next] = now - requests.stageSince[next];
      observer.podQueueChanged(now, revision.index, -1);
      this.execute(next, revision, pod);
    }
  }

  /** A request that the activator had sent to a pod is over there: its slot is free for the next one waiting. */
  private leaveActivator(slot: RequestSlot, revision: Revision, ordinal: number): void {
    const activator = this.requests.activator[slot];
    const path = revision.paths[activator];
    path.throttler.release(ordinal);
    path.stats.depart(this.simulation.now);
    if (path.waiting.first !== NO_REQUEST && !path.isDispatching) this.dispatch(revision, activator);
  }

  private end(slot: RequestSlot, status: number, text: string): void {
    const { requests } = this;
    if (requests.deadline[slot] > 0) this.revisionOf(slot).deadlines.remove(slot);
    if (requests.clientDeadline[slot] > 0) this.patience[requests.source[slot]]!.waiting.remove(slot);
    this.report(slot, status, text);
    if (this.wantsAnswers[requests.source[slot]]) this.host.requestEnded(slot, status);
    requests.release(slot);
  }

  private report(slot: RequestSlot, status: number, text: string): void {
    const { requests, simulation, observer, revisions } = this;
    const now = simulation.now;
    const { ended } = this;
    const revision = requests.revision[slot];
    const pod = requests.pod[slot];
    const executingSince = requests.executingSince[slot];
    const arrival = requests.arrivedAt[slot];
    const isServed = executingSince >= 0;
    ended.request = requests.id[slot];
    ended.source = requests.source[slot];
    ended.number = requests.number[slot];
    ended.attempt = requests.attempt[slot];
    ended.service = requests.service[slot];
    ended.revision = revision;
    ended.pod = pod;
    ended.arrivalUs = arrival;
    ended.status = status;
    ended.completed = status === 200;
    ended.activatorWaitUs = requests.activatorWaitUs[slot];
    ended.podWaitUs = requests.podWaitUs[slot];
    ended.serviceUs = isServed ? now - executingSince : 0;
    ended.cold = isServed
      ? requests.waitedForStart[slot] === 1
      : revision >= 0 && !revisions[revision].couldServeSince(arrival);
    ended.path = revision < 0 ? 0 : requests.activator[slot] >= 0 ? 1 : 2;
    const tag = requests.tag[slot];
    ended.tag = tag === 0 ? "" : this.host.tagName(tag);
    ended.text = text;
    observer.requestEnded(now, ended);
  }

  private startDeadline(slot: RequestSlot, revision: Revision): void {
    const { requests, simulation } = this;
    const at = simulation.now + revision.deadlineUs;
    requests.deadline[slot] = at;
    revision.deadlines.append(slot);
    if (revision.deadlineEvent === NO_EVENT) this.scheduleDeadline(revision, at);
  }

  private scheduleDeadline(revision: Revision, at: Instant): void {
    const { simulation } = this;
    revision.deadlineEvent = simulation.schedule(at, Rank.timeout, Kind.deadline, revision.index, 0);
  }

  private startPatience(slot: RequestSlot, now: Instant): void {
    const { requests } = this;
    const source = requests.source[slot];
    const patience = this.patience[source];
    if (patience === null) {
      requests.clientDeadline[slot] = 0;
      return;
    }
    const at = now + patience.timeoutUs;
    requests.clientDeadline[slot] = at;
    patience.waiting.append(slot);
    if (!patience.isScheduled) this.schedulePatience(source, patience, at);
  }

  private schedulePatience(source: number, patience: Patience, at: Instant): void {
    patience.isScheduled = true;
    this.simulation.schedule(at, Rank.timeout, Kind.clientDeadline, source, 0);
  }

  private scheduleHop(slot: RequestSlot, delayUs: Duration): void {
    this.schedule(slot, delayUs, Rank.hop, Kind.hop);
  }

  private scheduleCompletion(slot: RequestSlot, delayUs: Duration): void {
    this.schedule(slot, delayUs, Rank.completion, Kind.completion);
  }

  private schedule(slot: RequestSlot, delayUs: Duration, rank: number, kind: number): void {
    const { requests, simulation } = this;
    const at = simulation.now + delayUs;
    requests.event[slot] = simulation.schedule(at, rank, kind, requests.id[slot], slot);
  }

  private scheduleCpu(pod: Pod): void {
    const { simulation } = this;
    const cpu = pod.queueProxy.cpu!;
    if (cpu.event !== NO_EVENT) simulation.cancel(cpu.event);
    cpu.event = NO_EVENT;
    const at = cpu.nextDoneAt(simulation.now);
    if (Number.isFinite(at)) cpu.event = simulation.schedule(at, Rank.completion, Kind.cpu, pod.index, 0);
  }

  private revisionOf(slot: RequestSlot): Revision {
    const revision = this.revisions[this.requests.revision[slot]];
    invariant(revision !== undefined, "a request without a revision is in the data plane", { slot });
    return revision;
  }

  private podOf(slot: RequestSlot): Pod {
    return this.pods[this.requests.pod[slot]]!;
  }
}
