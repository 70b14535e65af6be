import { type Duration, type Instant, NEVER, WIDE } from "../engine/time.js";
import type { RevisionTemplate } from "../kube/objects.js";
import type { RevisionPath } from "./activator.js";
import type { ScalingSettings } from "./autoscaler/scaling-settings.js";
import type { Deployment } from "./deployment.js";
import type { ImageBehaviour } from "./image-behaviour.js";
import type { PodRequest } from "./nodes.js";
import type { PodAutoscalerController } from "./pod-autoscaler-controller.js";
import type { RevisionController } from "./revision-controller.js";
import type { ServerlessService } from "./serverless-service.js";

/** What the routing label of a revision says: whether traffic may reach it. */
export type RoutingState = "pending" | "active" | "reserve";

/** What a revision is made from. */
export interface RevisionIdentity {
  /** In order of creation among all revisions of the run. */
  readonly index: number;
  /** `name` in namespace default, `ns/name` elsewhere. */
  readonly name: string;
  /** Index of its service. */
  readonly service: number;
  /** The configuration's generation that it is a snapshot of. */
  readonly generation: number;
  readonly createdAt: Instant;
  readonly template: RevisionTemplate;
  readonly settings: ScalingSettings;
  readonly podRequest: PodRequest;
}

/** An immutable snapshot of a service's template, and everything that runs because of it. */
export class Revision {
  readonly index: number;
  readonly name: string;
  readonly service: number;
  readonly generation: number;
  readonly createdAt: Instant = WIDE;
  readonly template: RevisionTemplate;
  readonly podRequest: PodRequest;
  /** Requests in one pod at once; 0 = unlimited. */
  readonly containerConcurrency: number;
  /** From entering the first hop that keeps a timer until the platform answers 504. */
  readonly deadlineUs: Duration;
  /** The timers of that length, by index; set when it is equipped. */
  deadlineTimers = 0;

  /** Changes when the cluster's configuration does. */
  settings: ScalingSettings;
  /** What its image does; an event may change it. */
  work: ImageBehaviour;
  /** Replaced by the parts that run it, in cluster.ts, right after it is made. */
  deployment!: Deployment;
  routing!: ServerlessService;
  autoscaler!: PodAutoscalerController;
  controller!: RevisionController;
  /** Its part of each activator, by the activator's index. */
  readonly paths: RevisionPath[] = [];

  routingState: RoutingState = "pending";
  /** Overrides what the routing state says (an event of the scenario). */
  reachabilityOverride: "Reachable" | "Unreachable" | "Unknown" | null = null;
  routingStateSince: Instant = WIDE;
  /** It wants pods and cannot get one up. */
  isFailing = false;
  isDeleted = false;

  /** Pods that activators send to, sorted by address. */
  routedPods = 0;
  /** When it last had a pod able to serve; NEVER while it has one. */
  lastRoutedAt: Instant = WIDE;

  constructor(identity: RevisionIdentity, work: ImageBehaviour) {
    this.index = identity.index;
    this.name = identity.name;
    this.service = identity.service;
    this.generation = identity.generation;
    this.createdAt = identity.createdAt;
    this.template = identity.template;
    this.settings = identity.settings;
    this.podRequest = identity.podRequest;
    this.containerConcurrency = identity.template.containerConcurrency;
    this.deadlineUs = deadlineOf(identity.template);
    this.routingStateSince = identity.createdAt;
    this.lastRoutedAt = -1;
    this.work = work;
  }

  /** Whether a pod able to serve has existed at any moment since `t`. */
  couldServeSince(t: Instant): boolean {
    return this.routedPods > 0 || this.lastRoutedAt > t;
  }

  /** Ready for the control plane: its initial scale was reached once, and nothing has failed since. */
  get isReady(): boolean {
    return this.controller.conditions.ready === "True";
  }

  get reachability(): "Reachable" | "Unreachable" | "Unknown" {
    if (this.reachabilityOverride !== null) return this.reachabilityOverride;
    if (this.isFailing) return "Unreachable";
    if (this.routingState === "active") return "Reachable";
    return this.routingState === "reserve" ? "Unreachable" : "Unknown";
  }
}

/**
 * The first of a revision's three timers to end. All start when a request enters the activator or, on the direct path, the
 * queue-proxy. An answer's first byte is also its last here, so the timers of the response start and of idleness, which
 * counts "never written" as idle, both end a request that has not been answered by then.
 *
 * @see knative/serving pkg/http/handler/timeout.go
 */
function deadlineOf({ timeoutUs, responseStartTimeoutUs, idleTimeoutUs }: RevisionTemplate): Duration {
  return Math.min(timeoutUs, responseStartTimeoutUs ?? NEVER, idleTimeoutUs ?? NEVER);
}
