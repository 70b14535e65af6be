import { type Duration, SECOND } from "../engine/time.js";
import type { DeploymentConfig } from "../kube/config.js";
import { findCondition } from "./conditions.js";
import { LatencySource, type ModelContext } from "./context.js";
import { DeploymentProgress } from "./deployment-progress.js";
import { Kind, Rank } from "./event-kinds.js";
import { activeFault, imageMissingText } from "./image-fault.js";
import { ObjectConditions } from "./object-conditions.js";
import { bareName } from "./object-names.js";
import { replicaSetName } from "./pod.js";
import { controllerLatency } from "./reconcile-latency.js";
import type { Revision } from "./revision.js";
import { markRevision, type PodTrouble, REVISION_DEPENDENTS, type RevisionObservation } from "./revision-conditions.js";

/** What an event for a revision's controller is about; payload of `Kind.revisionController`. */
const RevisionStep = { reconcile: 0, progressDeadline: 1, digestRetry: 2 } as const;

/** Pauses between tries to look up a digest: twice as long each time. */
const FIRST_DIGEST_PAUSE_US = SECOND;
const LONGEST_DIGEST_PAUSE_US = 1000 * SECOND;

/** What a revision's controller needs of the cluster around it. */
export interface RevisionControllerHost {
  readonly context: ModelContext;
  readonly config: { readonly deployment: DeploymentConfig };
  /** The condition Ready of the revision changed. */
  revisionChanged(revision: Revision): void;
}

/**
 * Looks up a revision's image, deploys it, and says how it fares.
 *
 * @see knative/serving pkg/reconciler/revision/{revision,reconcile_resources,background}.go
 */
export class RevisionController {
  readonly conditions: ObjectConditions;
  private readonly progress: DeploymentProgress;
  private digest: RevisionObservation["digest"] = "resolving";
  private nextDigestPauseUs = FIRST_DIGEST_PAUSE_US;
  private lastReadyReplicas = 0;
  private isReconcilePending = false;
  private readonly reconcileLatency: LatencySource;
  private readonly deploymentName: string;

  constructor(
    private readonly host: RevisionControllerHost,
    private readonly revision: Revision,
  ) {
    const { context } = host;
    const { index, service, name } = revision;
    const { latencies, streams, simulation } = context;
    this.conditions = new ObjectConditions(
      context,
      { object: "Revision", service, revision: index },
      REVISION_DEPENDENTS,
    );
    this.progress = new DeploymentProgress({
      schedule: (at) => this.scheduleStep(at, RevisionStep.progressDeadline),
      cancel: (event) => simulation.cancel(event),
    });
    this.reconcileLatency = new LatencySource(latencies.reconcile, streams, "latency/revision", name);
    this.deploymentName = replicaSetName(bareName(name));
  }

  /** Whether the image is known by what it holds. */
  get isDigestKnown(): boolean {
    return this.digest === "resolved";
  }

  /** The revision exists from now on. */
  start(): void {
    this.reconcile();
    this.lookUpDigest();
  }

  /** Takes the place of a past in which the revision became ready. */
  assumeReady(): void {
    this.digest = "resolved";
    this.progress.completed();
    this.conditions.assume((marks) => {
      for (const type of REVISION_DEPENDENTS) marks.markTrue(type);
      const { status, reason, message } = this.revision.autoscaler.state.active;
      if (status === "True") marks.markTrue("Active");
      else marks.markFalse("Active", reason, message);
    });
  }

  /** Something that the revision's conditions tell of has changed. */
  requestReconcile(): void {
    if (this.isReconcilePending || this.revision.isDeleted) return;
    this.isReconcilePending = true;
    const latency = controllerLatency("revision", this.reconcileLatency);
    this.scheduleStep(this.host.context.simulation.now + latency, RevisionStep.reconcile);
  }

  stepDue(step: number): void {
    if (this.revision.isDeleted) return;
    const { now } = this.host.context.simulation;
    if (step === RevisionStep.digestRetry) return this.lookUpDigest();
    if (step === RevisionStep.progressDeadline) {
      if (this.progress.due(now, this.deadline)) this.requestReconcile();
      return;
    }
    this.isReconcilePending = false;
    this.reconcile();
  }

  /** The revision is gone. */
  stop(): void {
    this.progress.completed();
  }

  private get deadline(): Duration {
    return this.revision.settings.progressDeadlineUs;
  }

  /** Simplification: the registry answers at once. Images named by a digest and those of local registries need none. */
  private lookUpDigest(): void {
    const { revision, host } = this;
    const { image } = revision.template;
    const { now } = host.context.simulation;
    const fault = activeFault(revision.work.fault, "imageMissing", now);
    const { registriesSkippingTagResolving } = host.config.deployment;
    const needsRegistry = !image.includes("@") && !registriesSkippingTagResolving.includes(image.split("/")[0]);
    if (fault !== null && needsRegistry) {
      this.digest = { error: imageMissingText(fault) };
      this.scheduleStep(now + this.nextDigestPauseUs, RevisionStep.digestRetry);
      this.nextDigestPauseUs = Math.min(this.nextDigestPauseUs * 2, LONGEST_DIGEST_PAUSE_US);
    } else {
      this.digest = "resolved";
      this.deploy();
    }
    this.requestReconcile();
  }

  private deploy(): void {
    const { deployment, settings, autoscaler, index } = this.revision;
    const { simulation, observer } = this.host.context;
    this.progress.start(simulation.now, this.deadline);
    deployment.scaleTo(settings.deploymentReplicas);
    autoscaler.requestReconcile();
    observer.revisionGauge(simulation.now, index, "replicas", deployment.replicas);
  }

  private reconcile(): void {
    const { revision, conditions } = this;
    if (this.digest === "resolved") this.observeProgress();
    const before = findCondition(conditions.list, "Ready");
    const seen = this.observe();
    conditions.reconcile((marks) => markRevision(marks, seen));
    this.tellReachability(seen);
    if (findCondition(conditions.list, "Ready") !== before) this.host.revisionChanged(revision);
  }

  private observeProgress(): void {
    const { deployment } = this.revision;
    const readyReplicas = deployment.readyPods.length;
    const { now } = this.host.context.simulation;
    if (readyReplicas >= deployment.replicas) this.progress.completed();
    else if (readyReplicas > this.lastReadyReplicas) this.progress.advanced(now, this.deadline);
    this.lastReadyReplicas = readyReplicas;
  }

  private observe(): RevisionObservation {
    const { template, deployment, autoscaler } = this.revision;
    const { initialized, hasServiceName } = autoscaler.state;
    return {
      image: template.image,
      digest: this.digest,
      deployment: {
        name: this.deploymentName,
        replicas: deployment.replicas,
        readyReplicas: deployment.readyPods.length,
        hasTimedOut: this.progress.hasTimedOut,
      },
      trouble: this.trouble(),
      podAutoscaler: { conditions: autoscaler.conditions.list, isInitialized: initialized, hasServiceName },
    };
  }

  /** Simplification: the first pod is the oldest that is wanted; the API server lists pods by name. */
  private trouble(): PodTrouble | null {
    const failure = this.revision.deployment.pods.find(({ isReplica }) => isReplica)?.failure ?? null;
    if (failure === null) return null;
    const { unschedulable, terminated, waiting } = failure;
    const isTold = !this.host.config.deployment.podIsAlwaysSchedulable;
    return { unschedulable: isTold ? unschedulable : null, terminated, waiting };
  }

  /** A revision that cannot come up is not reachable, so that its min-scale does not keep it trying (§11.3). */
  private tellReachability({ deployment: { replicas, readyReplicas } }: RevisionObservation): void {
    const { revision, conditions } = this;
    const hasFailed = conditions.list.some(
      ({ type, status }) => status === "False" && (REVISION_DEPENDENTS as readonly string[]).includes(type),
    );
    const isFailing = hasFailed && replicas > 0 && readyReplicas === 0;
    if (isFailing === revision.isFailing) return;
    revision.isFailing = isFailing;
    revision.autoscaler.reachabilityChanged();
  }

  private scheduleStep(at: number, step: number): number {
    const { simulation } = this.host.context;
    return simulation.schedule(at, Rank.propagation, Kind.revisionController, this.revision.index, step);
  }
}
