import type { Duration, Instant } from "../engine/time.js";
import type { PodResources, ServiceObject } from "../kube/objects.js";
import type { Condition } from "./conditions.js";

/**
 * The objects of a cluster as the API server shows them: plain data, read only, names without their namespace, times in
 * microseconds of virtual time.
 */
interface ObjectStatus {
  readonly name: string;
  readonly namespace: string;
  readonly createdAtUs: Instant;
}

/** One entry of a Service's or Route's `status.traffic`. */
export interface TrafficStatus {
  readonly revisionName: string;
  readonly percent: number;
  /** Whether the entry follows the latest ready revision. */
  readonly latestRevision: boolean;
  /** null = none. */
  readonly tag: string | null;
  /** Of the tag's own host; null without a tag. */
  readonly url: string | null;
}

export interface ServiceStatus extends ObjectStatus {
  /** Empty until a route was first reconciled. */
  readonly url: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly generation: number;
  /** 0 = not reconciled yet. */
  readonly observedGeneration: number;
  /** Rises with every write of the object; two looks with the same number saw the same object. */
  readonly resourceVersion: number;
  readonly latestCreatedRevision: string | null;
  readonly latestReadyRevision: string | null;
  readonly traffic: readonly TrafficStatus[];
  /** Sorted by type; empty before the first reconcile. */
  readonly conditions: readonly Condition[];
  /** What the user asked for. */
  readonly spec: ServiceObject;
}

export interface ConfigurationStatus extends ObjectStatus {
  readonly generation: number;
  readonly observedGeneration: number;
  readonly latestCreatedRevision: string | null;
  readonly latestReadyRevision: string | null;
  readonly conditions: readonly Condition[];
}

export interface RouteStatus extends ObjectStatus {
  /** The Service it belongs to. */
  readonly service: string;
  readonly url: string;
  readonly generation: number;
  readonly observedGeneration: number;
  readonly traffic: readonly TrafficStatus[];
  readonly conditions: readonly Condition[];
}

export interface RevisionStatus extends ObjectStatus {
  readonly service: string;
  /** The configuration's generation that it is a snapshot of. */
  readonly generation: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly image: string;
  /** `sha256:` and 64 hex digits; null until it was resolved. */
  readonly imageDigest: string | null;
  readonly env: Readonly<Record<string, string>>;
  /** As written; null = none was, the container listens on 8080. */
  readonly port: number | null;
  /** 0 = unlimited. */
  readonly containerConcurrency: number;
  readonly timeoutUs: Duration;
  readonly resources: PodResources;
  readonly routingState: "pending" | "active" | "reserve";
  readonly routingStateSinceUs: Instant;
  /** null = unknown; kn shows replicas only when both numbers are known. */
  readonly actualReplicas: number | null;
  readonly desiredReplicas: number | null;
  readonly conditions: readonly Condition[];
}

export interface PodAutoscalerStatus extends ObjectStatus {
  readonly revision: string;
  /** `kpa.autoscaling.knative.dev`, or what the annotation says. */
  readonly class: string;
  readonly reachability: "Reachable" | "Unreachable" | "Unknown";
  /** null = never set; −1 = unknown. */
  readonly desiredScale: number | null;
  readonly actualScale: number | null;
  readonly conditions: readonly Condition[];
}

export interface ServerlessServiceStatus extends ObjectStatus {
  readonly revision: string;
  readonly mode: "Proxy" | "Serve";
  /** Wanted in the path; 0 = all. */
  readonly activators: number;
  readonly serviceName: string;
  readonly privateServiceName: string;
  readonly conditions: readonly Condition[];
}

export interface DeploymentStatus extends ObjectStatus {
  readonly revision: string;
  /** spec.replicas. */
  readonly replicas: number;
  readonly readyReplicas: number;
  readonly updatedReplicas: number;
  readonly availableReplicas: number;
}

export interface PodStatus extends ObjectStatus {
  readonly revision: string;
  readonly service: string;
  readonly readyContainers: number;
  readonly containers: number;
  /** The STATUS column of `kubectl get pods`. */
  readonly status: string;
  readonly restarts: number;
  /** null = there was none. */
  readonly lastRestartUs: Instant | null;
  /** null = not scheduled yet. */
  readonly node: string | null;
  readonly ip: string | null;
}

/** Everything in a cluster at one moment; each list is sorted by namespace, then name, in byte order. */
export interface ClusterObjects {
  readonly nowUs: Instant;
  services(): readonly ServiceStatus[];
  configurations(): readonly ConfigurationStatus[];
  routes(): readonly RouteStatus[];
  revisions(): readonly RevisionStatus[];
  podAutoscalers(): readonly PodAutoscalerStatus[];
  serverlessServices(): readonly ServerlessServiceStatus[];
  deployments(): readonly DeploymentStatus[];
  /** Those being deleted included, until they are gone. */
  pods(): readonly PodStatus[];
  /** null = there is none of that name. */
  service(name: string, namespace?: string): ServiceStatus | null;
  revision(name: string, namespace?: string): RevisionStatus | null;
  route(name: string, namespace?: string): RouteStatus | null;
}
