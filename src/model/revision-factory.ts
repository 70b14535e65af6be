import type { AppPlan, ServicePlan, StartState } from "../kube/cluster-plan.js";
import type { ClusterConfig } from "../kube/config.js";
import { appForImage } from "../kube/image-apps.js";
import type { RevisionTemplate } from "../kube/objects.js";
import { type Activators, RevisionPath } from "./activator.js";
import { resolveScalingSettings, type ScalingSettings } from "./autoscaler/scaling-settings.js";
import { Deployment, type PodFactory } from "./deployment.js";
import { type ImageBehaviour, imageBehaviour } from "./image-behaviour.js";
import type { PodRequest } from "./nodes.js";
import { PodAutoscalerController, type PodAutoscalerHost } from "./pod-autoscaler-controller.js";
import type { RequestPath } from "./request-path.js";
import { Revision } from "./revision.js";
import { RevisionController, type RevisionControllerHost } from "./revision-controller.js";
import { type ActivatorSet, ServerlessService } from "./serverless-service.js";
import type { Service } from "./service.js";
import type { Tickers } from "./tickers.js";

const GIB = 1024 * 1024 * 1024;

/** What a revision is equipped with. */
export interface RevisionParts {
  readonly pods: PodFactory;
  readonly activators: Activators;
  readonly activatorSet: ActivatorSet;
  readonly path: RequestPath;
  readonly host: PodAutoscalerHost & RevisionControllerHost;
  readonly tickers: Tickers;
  readonly revisions: Revision[];
}

/** Makes revisions from the cluster's settings and what is known of images, and sets them going. */
export class RevisionFactory {
  private readonly planByService = new Map<string, ServicePlan>();
  private readonly behaviours = new Map<AppPlan, ImageBehaviour>();
  /** What images do since an event said so, newest first. */
  private readonly changedApps: AppPlan[] = [];

  constructor(
    private readonly parts: RevisionParts,
    public config: ClusterConfig,
    private readonly apps: readonly AppPlan[],
    /** For images nobody speaks of. */
    private readonly defaultApp: AppPlan,
  ) {}

  /** What the scenario says of a service counts for the image that it names there. */
  know(plan: ServicePlan): void {
    this.planByService.set(plan.key, plan);
  }

  /** A revision of the service's present template, running from now on. */
  create(service: Service, name: string, start: StartState): Revision {
    const { pods, revisions, tickers } = this.parts;
    const { simulation } = pods.context;
    const { template, generation } = service.configuration;
    const index = revisions.length;
    const revision = new Revision(
      {
        index,
        name,
        service: service.index,
        generation,
        createdAt: simulation.now,
        template,
        settings: this.settingsFor(template),
        podRequest: this.podRequestFor(template),
      },
      this.behaviourFor(service.key, template.image),
    );
    revisions.push(revision);
    this.equip(revision);
    this.announce(revision);
    tickers.addRevision(index, name);
    this.start(revision, start);
    return revision;
  }

  settingsFor({ annotations, containerConcurrency }: RevisionTemplate): ScalingSettings {
    const { autoscaler, deployment } = this.config;
    return resolveScalingSettings(annotations, autoscaler, containerConcurrency, deployment.progressDeadlineUs);
  }

  /** The image behaves like this from now on. */
  changeApp(app: AppPlan): void {
    this.changedApps.unshift(app);
  }

  /** A service's own entry counts for its image as first written; then `apps`, then the default. */
  behaviourFor(serviceKey: string, image: string): ImageBehaviour {
    const plan = this.planByService.get(serviceKey);
    const own = plan !== undefined && plan.object.template.image === image ? plan.app : null;
    const app = appForImage(this.changedApps, image) ?? own ?? appForImage(this.apps, image) ?? this.defaultApp;
    let behaviour = this.behaviours.get(app);
    if (behaviour === undefined) {
      behaviour = imageBehaviour(app);
      this.behaviours.set(app, behaviour);
    }
    return behaviour;
  }

  private podRequestFor({ resources }: RevisionTemplate): PodRequest {
    const { queueSidecarCpuRequest, queueSidecarMemoryRequestBytes } = this.config.deployment;
    return {
      cpu: resources.cpuRequest + queueSidecarCpuRequest,
      memoryBytes: (resources.memoryRequestBytes ?? 0) + (queueSidecarMemoryRequestBytes ?? 0),
    };
  }

  private equip(revision: Revision): void {
    const { pods, activators, activatorSet, path, host } = this.parts;
    revision.deployment = new Deployment(revision, pods);
    for (let activator = 0; activator < activators.count; activator++) {
      revision.paths.push(new RevisionPath(revision, activator, pods.context.streams));
    }
    revision.deadlineTimers = path.deadlineTimers(revision.deadlineUs);
    revision.routing = new ServerlessService(pods.context, revision, activatorSet);
    revision.autoscaler = new PodAutoscalerController(host, revision);
    revision.controller = new RevisionController(host, revision);
  }

  private announce(revision: Revision): void {
    const { simulation, observer } = this.parts.pods.context;
    const { index, name, service, generation, template, podRequest } = revision;
    const asksForMemory =
      template.resources.memoryRequestBytes !== null || this.config.deployment.queueSidecarMemoryRequestBytes !== null;
    observer.revisionAdded(index, {
      name,
      service,
      createdAt: simulation.now,
      cpuRequest: podRequest.cpu,
      gibRequest: asksForMemory ? podRequest.memoryBytes / GIB : null,
      containerConcurrency: template.containerConcurrency,
    });
    observer.happened({
      t: simulation.now,
      kind: "RevisionCreated",
      service,
      revision: index,
      generation,
      cause: "template",
    });
  }

  private start(revision: Revision, start: StartState): void {
    const { simulation, observer } = this.parts.pods.context;
    const { deployment, settings, autoscaler, controller, index } = revision;
    if (start === "new") {
      controller.start();
      return;
    }
    if (start === "ready") {
      const { initialScale, minScale } = settings;
      deployment.createReady(Math.max(initialScale, minScale, initialScale === 0 ? 0 : 1));
      revision.routing.assumeSettled();
      autoscaler.startAs("ready");
    } else {
      autoscaler.startAs("zero");
    }
    controller.assumeReady();
    observer.revisionGauge(simulation.now, index, "replicas", deployment.replicas);
  }
}
