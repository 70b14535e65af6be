import type { DistributionSpec } from "../engine/distribution.js";
import type { Duration, Instant } from "../engine/time.js";
import type { ClusterConfig } from "./config.js";
import type { KnCommand } from "./kn-command.js";
import type { ServiceObject } from "./objects.js";

/**
 * A cluster as data: its settings, nodes, latencies, services, what their images do, and what can be done to it.
 * Complete and in base units; the model brings it to life.
 */

export type StartState = "ready" | "zero" | "new";

/** The cluster and the settings of Knative in it. */
export interface ClusterPlan {
  /** Parsed ConfigMaps: config-autoscaler, config-defaults, config-deployment, config-gc, config-network. */
  readonly config: ClusterConfig;
  readonly activators: number;
  readonly phases: PhasePlan;
  /** Whether stored condition times are cut to whole seconds, as in a real cluster. */
  readonly conditionTimes: "seconds" | "exact";
  /** Seconds since 1970 at t = 0; a whole number of hours. */
  readonly epochSeconds: number;
  /** The ideal cluster of the golden closed-loop runs (contract details A26, `latencies: none`). */
  readonly ideal: boolean;
  readonly latencies: {
    readonly reconcile: DistributionSpec;
    readonly endpoints: DistributionSpec;
    readonly ingress: DistributionSpec;
  };
  /** Empty: one node without limits. */
  readonly nodes: readonly NodePlan[];
}

export interface NodePlan {
  readonly name: string;
  /** vCPU. */
  readonly cpu: number;
  readonly memoryBytes: number;
}

/** What can be done to a node: it joins or takes pods again, is emptied, or is gone at once. */
export type NodeVerb = "add" | "drain" | "remove";

/** Phases of the periodic loops (contract details A29). */
export type PhasePlan =
  | { readonly kind: "random" }
  | {
      readonly kind: "explicit";
      /** Time of the first; null = as without the key. */
      readonly activatorReportUs: Instant | null;
      readonly scrapeUs: Instant | null;
      readonly decisionUs: Instant | null;
      /** How long before its pod's readiness a queue-proxy's process starts. */
      readonly queueProxyLeadUs: Duration | null;
    };

export interface ServicePlan {
  /** `name` in namespace default, `ns/name` elsewhere. */
  readonly key: string;
  readonly object: ServiceObject;
  readonly start: StartState;
  /** This service's own behaviour for its image as written; wins over `apps`. */
  readonly app: AppPlan | null;
  readonly traceId: string | null;
}

/** What an image does (contract §2 `apps`). */
export interface AppPlan {
  /** Image reference this entry is for; null on `services[].app`. */
  readonly image: string | null;
  readonly serviceTime: DistributionSpec;
  /** Share of the service time that needs a CPU, 0…1. */
  readonly cpu: number;
  readonly response: string | null;
  /** Requests that may wait in one pod; null = 10 × containerConcurrency. */
  readonly queueDepth: number | null;
  readonly coldStart: ColdStartPlan;
  /** What is wrong with it; null = nothing. */
  readonly fault: FaultPlan | null;
}

/**
 * A defect of an image while it lasts. Pods that have become ready before stay as they are.
 *
 * - `imageMissing`: the registry does not know it, so that its digest cannot be looked up
 * - `imagePull`: its digest is known, but nodes that do not have it cannot pull it
 * - `crash`: its process ends as soon as it has started
 * - `neverReady`: its process runs, its readiness probe fails
 */
export interface FaultPlan {
  readonly kind: "imageMissing" | "imagePull" | "crash" | "neverReady";
  /** In force for what is tried at `fromUs` ≤ t < `untilUs`. */
  readonly fromUs: Instant;
  /** null = for good. */
  readonly untilUs: Instant | null;
  /** What the registry, the kubelet or the process says; null = a usual text. */
  readonly message: string | null;
  /** Of a process that crashes. */
  readonly exitCode: number;
}

export interface ColdStartPlan {
  readonly control: DistributionSpec;
  readonly schedule: DistributionSpec;
  readonly imagePull: DistributionSpec;
  readonly containerStart: DistributionSpec;
  readonly boot: DistributionSpec;
  readonly readiness: DistributionSpec;
  /** Deletion mark to disappearance; null = the modelled drain. */
  readonly termination: DistributionSpec | null;
}

export interface Overheads {
  readonly ingress: DistributionSpec;
  readonly activator: DistributionSpec;
  readonly queueProxy: DistributionSpec;
}

/** Something done to the cluster during a run (contract details A25). */
export type ClusterEvent =
  | { readonly kind: "kn"; readonly line: string; readonly command: KnCommand }
  | { readonly kind: "apply"; readonly file: string; readonly services: readonly ServicePlan[] }
  | {
      readonly kind: "kill-pod";
      readonly service: string | null;
      readonly revision: string | null;
      readonly count: number | "all";
      readonly pick: "first" | "random";
    }
  | {
      readonly kind: "restart";
      readonly component: "autoscaler" | "activator";
      readonly activator: number;
      readonly forUs: Duration | null;
      readonly lostLeaseUs: Duration | null;
    }
  | { readonly kind: "reachability"; readonly revision: string; readonly is: "Reachable" | "Unreachable" | "Unknown" }
  | {
      readonly kind: "set-config";
      readonly config: ClusterConfig;
      readonly changed: readonly { readonly map: string; readonly keys: readonly string[] }[];
    }
  | { readonly kind: "set-app"; readonly app: AppPlan }
  | { readonly kind: "node"; readonly verb: NodeVerb; readonly node: string }
  /** `kubectl delete pod`: it drains, and another takes its place if it is wanted. */
  | { readonly kind: "delete-pod"; readonly pod: string }
  | { readonly kind: "note"; readonly text: string }
  /** Somebody ran a command and did by other means what it does; null = it was not refused. It is told of, nothing else. */
  | { readonly kind: "ran"; readonly line: string; readonly error: string | null };
