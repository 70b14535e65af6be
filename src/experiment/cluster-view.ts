import { toSeconds } from "../engine/time.js";
import type { Cluster } from "../model/cluster.js";
import type { Pod } from "../model/pod.js";
import type { Revision } from "../model/revision.js";

/** A cluster as it is at one moment; plain data, times in seconds. */
export interface ClusterView {
  readonly t: number;
  readonly services: readonly ServiceView[];
}

export interface ServiceView {
  readonly name: string;
  /** False before creation and after deletion. */
  readonly exists: boolean;
  readonly generation: number;
  readonly latestCreatedRevision: string | null;
  readonly latestReadyRevision: string | null;
  /** What the gateway serves. */
  readonly traffic: readonly { readonly revision: string; readonly percent: number; readonly tag: string | null }[];
  readonly revisions: readonly RevisionView[];
}

export interface RevisionView {
  readonly name: string;
  readonly createdAt: number;
  readonly isReady: boolean;
  readonly routingState: "pending" | "active" | "reserve";
  /** The condition Active of its pod autoscaler. */
  readonly active: { readonly status: "True" | "False" | "Unknown"; readonly reason: string };
  readonly replicas: number;
  /** The decider's latest; −1 = none yet. */
  readonly desiredScale: number;
  readonly excessBurstCapacity: number;
  readonly panicking: boolean;
  /** As the gateway has it. */
  readonly mode: "proxy" | "serve";
  readonly pods: readonly PodView[];
}

export interface PodView {
  readonly name: string;
  readonly state: "pending" | "starting" | "ready" | "terminating";
  readonly node: string | null;
  readonly createdAt: number;
  readonly inFlight: number;
}

/** Looks at a running cluster; changes nothing. */
export function viewOf(cluster: Cluster): ClusterView {
  return {
    t: toSeconds(cluster.simulation.now),
    services: cluster.services.map(({ key, object, generation, configuration, routing }) => ({
      name: key,
      exists: object !== null,
      generation,
      latestCreatedRevision: configuration.latestCreated?.name ?? null,
      latestReadyRevision: configuration.latestReady?.name ?? null,
      traffic: routing.served.map(({ revision, percent, tag }) => ({ revision: revision.name, percent, tag })),
      revisions: configuration.revisions.map(revisionView),
    })),
  };
}

function revisionView(revision: Revision): RevisionView {
  const { name, createdAt, isReady, routingState, autoscaler, deployment, routing } = revision;
  const { status, reason } = autoscaler.state.active;
  const { desiredScale, excessBurstCapacity, isPanicking } = autoscaler.scaler;
  return {
    name,
    createdAt: toSeconds(createdAt),
    isReady,
    routingState,
    active: { status, reason },
    replicas: deployment.replicas,
    desiredScale,
    excessBurstCapacity,
    panicking: isPanicking,
    mode: routing.gateway.mode,
    pods: deployment.pods.map(podView),
  };
}

function podView({ name, isTerminating, isReady, isRunning, node, createdAt, queueProxy }: Pod): PodView {
  const state = isTerminating ? "terminating" : isReady ? "ready" : isRunning ? "starting" : "pending";
  return { name, state, node: node?.name ?? null, createdAt: toSeconds(createdAt), inFlight: queueProxy.inFlight };
}
