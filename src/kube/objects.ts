import type { Duration } from "../engine/time.js";

/**
 * Knative objects as complete, typed data: after parsing and defaulting, before the simulation gives them life.
 *
 * @see knative/serving pkg/apis/serving/v1
 */

export interface ObjectMeta {
  readonly name: string;
  readonly namespace: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
}

/** What a readiness probe means for when a pod counts as ready (knative/data-plane.md §3.5). */
export interface ReadinessProbe {
  /** 0 = aggressive: tries every 50 ms inside each check. */
  readonly periodUs: Duration;
  readonly timeoutUs: Duration;
  readonly initialDelayUs: Duration;
  readonly successThreshold: number;
  /** An exec readiness probe or a startup probe: the activator waits for Kubernetes' readiness. */
  readonly waitsForKubernetes: boolean;
}

/** Resource requests of one pod: vCPU and bytes summed over its containers, without the queue-proxy. */
export interface PodResources {
  /** Σ of the containers' CPU requests in vCPU; 0 when none asks. */
  readonly cpuRequest: number;
  /** Σ of the containers' memory requests in bytes; null when none asks. */
  readonly memoryRequestBytes: number | null;
  /** CPUs the user container may use: its limit, else its request, else 1. */
  readonly userCpus: number;
}

/** `spec.template` of a Service: what a revision is stamped from. Two templates are the same iff they are deeply equal. */
export interface RevisionTemplate {
  /** `metadata.name` when the user chose the revision's name; null = numbered by generation. */
  readonly name: string | null;
  readonly annotations: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly image: string;
  readonly env: Readonly<Record<string, string>>;
  /** As written; null = none was, the container listens on 8080. */
  readonly port: number | null;
  /** Requests in one pod at once; 0 = unlimited. */
  readonly containerConcurrency: number;
  readonly timeoutUs: Duration;
  /** null = no such timer. */
  readonly responseStartTimeoutUs: Duration | null;
  readonly idleTimeoutUs: Duration | null;
  readonly readiness: ReadinessProbe;
  readonly resources: PodResources;
}

/** One entry of `spec.traffic`, after defaulting. */
export interface TrafficTarget {
  readonly revisionName: string | null;
  /** True: follows the latest ready revision. */
  readonly latestRevision: boolean;
  readonly percent: number;
  readonly tag: string | null;
}

export interface ServiceObject {
  readonly meta: ObjectMeta;
  readonly template: RevisionTemplate;
  readonly traffic: readonly TrafficTarget[];
}
