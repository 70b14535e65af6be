import type { Duration, Instant } from "../engine/time.js";

/**
 * The facts the model announces, as types. Whoever measures implements them; the model knows nothing of measuring.
 *
 * Objects are named by small whole numbers (indices in order of creation within their kind); the `…Added` calls tie an
 * index to a name before it is used. Indices are never reused.
 */
export interface Observer {
  serviceAdded(index: number, service: { readonly name: string; readonly traceId: string | null }): void;
  revisionAdded(
    index: number,
    revision: {
      readonly name: string;
      readonly service: number;
      readonly createdAt: Instant;
      /** vCPU per pod, queue-proxy included. */
      readonly cpuRequest: number;
      /** GiB per pod; null when no container asks for memory. */
      readonly gibRequest: number | null;
      readonly containerConcurrency: number;
    },
  ): void;
  revisionRemoved(t: Instant, index: number): void;
  podAdded(
    index: number,
    pod: {
      readonly name: string;
      readonly revision: number;
      readonly createdAt: Instant;
      /** True for the ready pods a service starts with at t = 0 (contract details A1): gauges, never cold starts. */
      readonly initial: boolean;
    },
  ): void;
  sourceAdded(
    index: number,
    source: { readonly name: string; readonly service: number; readonly hasRetries: boolean },
  ): void;

  /** A request reaches the ingress. `revision` −1: none was chosen. `request` counts all arrivals of the run from 0. */
  requestArrived(t: Instant, request: number, source: number, number: number, service: number, revision: number): void;
  /** One more (+1) or one fewer (−1) request of the revision waits in an activator. */
  activatorQueueChanged(t: Instant, revision: number, change: number): void;
  /** One more (+1) or one fewer (−1) request of the revision waits in a queue-proxy. */
  podQueueChanged(t: Instant, revision: number, change: number): void;
  /** One more (+1) or one fewer (−1) request of the revision executes in a container. Left out where nobody cares. */
  executingChanged?(t: Instant, revision: number, change: number): void;
  /** A request ended, or is given up as in flight at the end of the run (`status` IN_FLIGHT). The record is reused: copy, don't keep. */
  requestEnded(t: Instant, ended: EndedRequest): void;
  /** A caller's request with all its retries is over. Only for sources with retries. */
  callEnded(t: Instant, call: { source: number; firstSentAt: Instant; attempts: number; succeeded: boolean }): void;

  /** One run of a revision's decider, valid or not. */
  decided(decision: DecisionFact): void;
  /** Runs of a sleeping revision's decider were passed over. Only where nobody asks for them (ClusterParts.omissible). */
  decisionsOmitted?(t: Instant, revision: number, omitted: OmittedDecisions): void;
  /** Anything else that happens; one line of events.jsonl. */
  happened(fact: Fact): void;
  /** A gauge of a revision that no fact carries took a new value. */
  revisionGauge(t: Instant, revision: number, gauge: RevisionGauge, value: number): void;
}

/**
 * Gauges without a fact: the programmed share of the main host (percent), Deployment replicas, the scale after bounds and
 * scale to zero (−1 = unknown), activators wanted in the path. The effective mode is told by ModeChanged.
 */
export type RevisionGauge = "percent" | "replicas" | "requested" | "activators";

/** Statuses that are no HTTP status. */
export const Status = { inFlight: 0, timeout: -1, reset: -2 } as const;

/** Where and how a request ended; times in microseconds. */
export interface EndedRequest {
  request: number;
  source: number;
  /** The request's number in its source, from 1, retries included. */
  number: number;
  attempt: number;
  service: number;
  /** −1: none was chosen. */
  revision: number;
  /** −1: no pod was reached. */
  pod: number;
  arrivalUs: Instant;
  /** HTTP status, or one of `Status`. */
  status: number;
  /** True: a response below 500 that is not the platform's own 404 (contract details A3). */
  completed: boolean;
  /** Waiting in the activator; −1 when it never was in one (serve mode). */
  activatorWaitUs: number;
  podWaitUs: number;
  serviceUs: number;
  cold: boolean;
  /** The path taken: 0 none (404), 1 proxy, 2 serve. */
  path: number;
  /** Index into the service's tags as announced, or "". */
  tag: string;
  /** Text of a platform reply, "" otherwise. */
  text: string;
}

/** Reasons of a decision, the closed list of contract details part D. */
export type DecisionReason =
  | "notCollecting"
  | "noData"
  | "podCountError"
  | "scaleDownDelay"
  | "panicHold"
  | "activationScale"
  | "maxScaleUpRate"
  | "maxScaleDownRate"
  | "panicWindow"
  | "stableWindow"
  | "zero";

/** One run of the decider (contract details C4). */
export interface DecisionFact {
  readonly t: Instant;
  readonly revision: number;
  readonly cause: "tick" | "poke";
  readonly valid: boolean;
  readonly reason: DecisionReason;
  /** Ready pods as seen. */
  readonly ready: number;
  /** Window averages of the scaling metric; null when invalid, as all below but the last two. */
  readonly stable: number | null;
  readonly panic: number | null;
  readonly target: number;
  readonly total: number;
  readonly desired: number | null;
  readonly excessBurstCapacity: number | null;
  /** Before the scale-down delay. */
  readonly delayed: number | null;
  /** Clamps by the scale rates. */
  readonly up: number | null;
  readonly down: number | null;
  /** Unclamped pod counts. */
  readonly rawStable: number | null;
  readonly rawPanic: number | null;
  /** State after the decision. */
  readonly panicking: boolean;
  readonly maxPanicPods: number;
}

/** Runs of a decider, one period apart, that would have said what the one before them said and changed nothing. */
export interface OmittedDecisions {
  readonly count: number;
  readonly firstAt: Instant;
  readonly periodUs: Duration;
  /** null = there was no data to decide on. */
  readonly desired: number | null;
}

export type ServingMode = "proxy" | "serve";

/** Fields every fact of a service has; `service` is the service's index. */
interface FactBase {
  readonly t: Instant;
  readonly service: number;
}
interface RevisionFact extends FactBase {
  readonly revision: number;
}
interface PodFact extends RevisionFact {
  readonly pod: number;
  readonly node?: string;
}

/** Durations of the stages of one pod's cold start, microseconds (contract details C5). */
export interface ColdStartStages {
  control: number;
  schedule: number;
  imagePull: number;
  containerStart: number;
  boot: number;
  detect: number;
}

export type PodEndCause = "scaleDown" | "kill" | "node" | "gracePeriod" | "crash";
export type ScaledToReason =
  | "decider"
  | "minScale"
  | "maxScale"
  | "initialScale"
  | "scaleToZeroDisabled"
  | "parkedAtOne"
  | "idle"
  | "activationTimeout"
  | "user";

/** Everything that happens besides requests and decisions: the closed list of contract details part D. */
export type Fact =
  | (FactBase & { readonly kind: "ServiceCreated" | "ServiceUpdated" | "ServiceDeleted"; readonly generation: number })
  | (RevisionFact & {
      readonly kind: "RevisionCreated" | "RevisionDeleted";
      readonly generation: number;
      readonly cause: "template" | "gc" | "user";
    })
  | (FactBase & {
      readonly kind: "RouteProgrammed";
      /** As the ingress serves from now on. */
      readonly targets: readonly (readonly [revision: number, percent: number, tag: string])[];
    })
  | (FactBase & {
      readonly kind: "TrafficChanged";
      readonly from: readonly (readonly [revision: string, percent: number, tag: string])[];
      readonly to: readonly (readonly [revision: string, percent: number, tag: string])[];
      readonly cause: "user" | "latestReady" | "rollout";
    })
  | (FactBase & {
      readonly kind: "RolloutStarted" | "RolloutStep" | "RolloutFinished";
      readonly percents: readonly (readonly [revision: string, percent: number])[];
      readonly next: Instant | null;
    })
  | (FactBase & {
      readonly kind: "ConditionChanged";
      readonly object: "Service" | "Configuration" | "Route" | "Revision" | "PodAutoscaler";
      readonly revision?: number;
      readonly type: string;
      readonly status: "True" | "False" | "Unknown";
      readonly reason: string;
      readonly message: string;
    })
  | (RevisionFact & { readonly kind: "RoutingStateChanged"; readonly state: "pending" | "active" | "reserve" })
  | (RevisionFact & { readonly kind: "DeciderCreated" | "DeciderDeleted"; readonly panicking: boolean })
  | (RevisionFact & {
      readonly kind: "PanicEntered" | "PanicExtended" | "PanicExited";
      readonly panic: number;
      readonly ready: number;
      /** Ratio of wanted to ready pods at which panic begins. */
      readonly threshold: number;
    })
  | (RevisionFact & {
      readonly kind: "ScaledTo";
      readonly from: number;
      readonly to: number;
      readonly desired: number;
      readonly reason: ScaledToReason;
      readonly path?: "fast" | "grace" | "retention";
    })
  | (RevisionFact & {
      readonly kind: "ModeChanged";
      /** The effective path as the ingress has it from now on. */
      readonly mode: ServingMode;
      readonly wanted: ServingMode;
      readonly cause: "ebc" | "noReadyPods" | "noActivators" | "want" | "unknown";
      readonly activators: number;
    })
  | (PodFact & {
      readonly kind: "PodCreated" | "PodScheduled" | "PodUnschedulable" | "ImagePulled" | "PodStarted" | "PodNotReady";
    })
  | (PodFact & { readonly kind: "PodServing"; readonly stages: ColdStartStages })
  | (PodFact & { readonly kind: "PodReady"; readonly readiness: number })
  | (PodFact & {
      readonly kind: "PodTerminating" | "PodDrained" | "PodKilled" | "PodFailed" | "PodDeleted";
      readonly cause: PodEndCause;
      readonly inFlight: number;
    })
  | (Omit<FactBase, "service"> & {
      readonly kind: "NodeRequested" | "NodeReady" | "NodeRemoved";
      readonly node: string;
    })
  | (Omit<FactBase, "service"> & { readonly kind: "ComponentDown" | "ComponentUp"; readonly component: string })
  | (Omit<FactBase, "service"> & {
      readonly kind: "ConfigChanged";
      readonly map: string;
      readonly keys: readonly string[];
    })
  | (Omit<FactBase, "service"> & {
      readonly kind: "CommandRun" | "CommandFailed";
      readonly command: string;
      readonly exit: number;
      readonly stderr: string;
    })
  | (FactBase & {
      /** Of a single request; only announced when somebody asks for it. */
      readonly kind: "ClientGaveUp" | "RequestFailed";
      /** As in requests.csv. */
      readonly id: string;
      readonly revision?: number;
      readonly status: string;
      /** Of a platform reply, "" otherwise. */
      readonly text: string;
    })
  | (Omit<FactBase, "service"> & { readonly kind: "Note"; readonly text: string });
