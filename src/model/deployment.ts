import type { EventHandle } from "../engine/calendar.js";
import { invariant } from "../engine/invariant.js";
import type { RandomStream } from "../engine/random.js";
import type { ModelContext } from "./context.js";
import { Kind, Rank } from "./event-kinds.js";
import { Pod, podName, type StartDurations } from "./pod.js";
import type { PodLifecycle } from "./pod-lifecycle.js";
import { QueueProxy } from "./queue-proxy.js";
import type { Revision } from "./revision.js";
import { type DeletionPolicy, podsToDelete } from "./scale-down-order.js";

/** Pods of a revision as the pod autoscaler counts them (knative/data-plane.md §5.4). */
export interface PodCounts {
  readonly ready: number;
  readonly notReady: number;
  readonly pending: number;
  readonly terminating: number;
}

/** What creates and indexes pods for all deployments of the cluster. */
export interface PodFactory {
  readonly context: ModelContext;
  readonly lifecycle: PodLifecycle;
  /** All pods of the run by their index; null once nothing can concern a pod any more. */
  readonly pods: (Pod | null)[];
  /** By revision name: a revision created again under an old name goes on with the numbers of its pods. */
  readonly nextOrdinals: Map<string, number>;
}

/** A pod that was asked for and whose object does not exist yet. */
interface PendingCreation {
  readonly ordinal: number;
  readonly durations: StartDurations;
  readonly event: EventHandle;
}

/**
 * Keeps as many pods of a revision as it is told to.
 *
 * Simplification: Kubernetes creates missing pods in batches of 1, 2, 4, …, each after the one before succeeded; here all
 * are asked for at once, each with its own latency. The batches follow one another within milliseconds.
 */
export class Deployment {
  /** spec.replicas. */
  replicas = 0;
  /** Pod objects that exist, in order of creation. */
  readonly pods: Pod[] = [];
  /** Those that are ready and not marked for deletion, in order of creation. */
  readonly readyPods: Pod[] = [];
  /** Those that activators send to, in order of creation; a pod that was killed is among them until they learn of it. */
  readonly routedPods: Pod[] = [];
  private readonly creations: PendingCreation[] = [];
  private readonly deletions: RandomStream;
  private readonly deletionPolicy: DeletionPolicy;

  constructor(
    private readonly revision: Revision,
    private readonly factory: PodFactory,
  ) {
    const { streams, plan } = factory.context;
    this.deletions = streams.get(`scale-down/${revision.name}`);
    this.deletionPolicy = plan.ideal ? "youngestFirst" : "kubernetes";
  }

  /** Whether there is no pod, not even one asked for or terminating. */
  get isEmpty(): boolean {
    return this.pods.length === 0 && this.creations.length === 0;
  }

  counts(): PodCounts {
    let pending = 0;
    let terminating = 0;
    for (const pod of this.pods) {
      if (!pod.isRunning) pending++;
      else if (pod.isTerminating) terminating++;
    }
    const ready = this.readyPods.length;
    return { ready, notReady: this.pods.length - ready, pending, terminating };
  }

  scaleTo(replicas: number): void {
    this.replicas = replicas;
    let missing = replicas - this.replicaCount();
    for (; missing > 0; missing--) this.requestPod();
    while (missing < 0 && this.creations.length > 0) {
      this.factory.context.simulation.cancel(this.creations.pop()!.event);
      missing++;
    }
    if (missing < 0) this.terminate(-missing);
  }

  /** A creation that was asked for is due. */
  creationDue(ordinal: number): void {
    const index = this.creations.findIndex((creation) => creation.ordinal === ordinal);
    invariant(index >= 0, "a pod was created that nobody asked for", { revision: this.revision.name, ordinal });
    const [{ durations }] = this.creations.splice(index, 1);
    this.create(ordinal, durations);
  }

  /** Pods that have been ready since before the run. */
  createReady(count: number): void {
    this.replicas = count;
    for (let i = 0; i < count; i++) {
      const ordinal = this.takeOrdinal();
      this.factory.lifecycle.createdReady(this.add(ordinal, this.drawDurations(ordinal), true));
    }
  }

  /** Kills pods by SIGKILL; the missing ones are replaced. */
  kill(pods: readonly Pod[], cause: "kill" | "node"): void {
    for (const pod of pods) this.factory.lifecycle.kill(pod, cause);
    this.scaleTo(this.replicas);
  }

  /** Ends a pod as Kubernetes does when somebody deletes it; a missing one is replaced. */
  delete(pod: Pod, cause: "kill" | "node"): void {
    if (!pod.isTerminating) this.factory.lifecycle.terminate(pod, cause);
    this.scaleTo(this.replicas);
  }

  /** To be called when a pod's readiness or existence changed, or whether activators send to it. */
  update(pod: Pod): void {
    setMembership(this.readyPods, pod, pod.isReady);
    setMembership(this.routedPods, pod, pod.isRouted);
    if (pod.isGone) {
      const existing = this.pods.indexOf(pod);
      if (existing >= 0) this.pods.splice(existing, 1);
    }
  }

  /** Nothing can concern the pod any more: a fleet that wakes and sleeps for days must not remember all it ever had. */
  forget(pod: Pod): void {
    this.factory.pods[pod.index] = null;
  }

  private replicaCount(): number {
    let count = this.creations.length;
    for (const pod of this.pods) if (pod.isReplica) count++;
    return count;
  }

  private requestPod(): void {
    const { simulation } = this.factory.context;
    const ordinal = this.takeOrdinal();
    const durations = this.drawDurations(ordinal);
    if (durations.control === 0) {
      this.create(ordinal, durations);
      return;
    }
    const at = simulation.now + durations.control;
    const event = simulation.schedule(at, Rank.pod, Kind.podCreation, this.revision.index, ordinal);
    this.creations.push({ ordinal, durations, event });
  }

  private takeOrdinal(): number {
    const { nextOrdinals } = this.factory;
    const ordinal = nextOrdinals.get(this.revision.name) ?? 0;
    nextOrdinals.set(this.revision.name, ordinal + 1);
    return ordinal;
  }

  private create(ordinal: number, durations: StartDurations): void {
    this.factory.lifecycle.created(this.add(ordinal, durations, false));
  }

  private add(ordinal: number, durations: StartDurations, initial: boolean): Pod {
    const { revision, factory } = this;
    const { context, pods } = factory;
    const index = pods.length;
    const name = podName(revision.name, ordinal);
    const queueProxy = new QueueProxy({
      containerConcurrency: revision.containerConcurrency,
      queueDepth: revision.work.queueDepth ?? 10 * revision.containerConcurrency,
      cpus: revision.work.cpuShare > 0 ? revision.template.resources.userCpus : null,
    });
    const pod = new Pod(index, ordinal, name, revision, context.simulation.now, durations, queueProxy);
    pods.push(pod);
    this.pods.push(pod);
    context.observer.podAdded(index, { name, revision: revision.index, createdAt: pod.createdAt, initial });
    return pod;
  }

  private terminate(count: number): void {
    const replicas = this.pods.filter((pod) => pod.isReplica);
    const { now } = this.factory.context.simulation;
    for (const victim of podsToDelete(replicas, count, {
      policy: this.deletionPolicy,
      nowUs: now,
      stream: this.deletions,
    })) {
      this.factory.lifecycle.terminate(victim, "scaleDown");
    }
  }

  /** Each pod draws from a stream of its own, one uniform per stage whether it varies or not. */
  private drawDurations(ordinal: number): StartDurations {
    const { coldStart } = this.revision.work;
    const stream = this.factory.context.streams.once(`cold-start/${this.revision.name}/${ordinal}`);
    const control = coldStart.control.sample(stream.uniform(), ordinal);
    const schedule = coldStart.schedule.sample(stream.uniform(), ordinal);
    const imagePull = coldStart.imagePull.sample(stream.uniform(), ordinal);
    const containerStart = coldStart.containerStart.sample(stream.uniform(), ordinal);
    const boot = coldStart.boot.sample(stream.uniform(), ordinal);
    const readiness = coldStart.readiness.sample(stream.uniform(), ordinal);
    const termination = coldStart.termination?.sample(stream.uniform(), ordinal) ?? null;
    return { control, schedule, imagePull, containerStart, boot, readiness, termination };
  }
}

/** Puts a pod into a list in order of creation, or takes it out. */
function setMembership(pods: Pod[], pod: Pod, isMember: boolean): void {
  const position = pods.indexOf(pod);
  if (isMember && position < 0) {
    let at = pods.length;
    while (at > 0 && pods[at - 1].index > pod.index) at--;
    pods.splice(at, 0, pod);
  } else if (!isMember && position >= 0) {
    pods.splice(position, 1);
  }
}
