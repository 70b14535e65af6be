import type * as z from "zod";
import type { DistributionSpec } from "../engine/distribution.js";
import { MILLISECOND, SECOND } from "../engine/time.js";
import type { ClusterPlan, NodePlan, Overheads, PhasePlan } from "../kube/cluster-plan.js";
import type { ClusterConfig } from "../kube/config.js";
import type { Checked } from "./checked.js";
import type { WrittenScenario } from "./schema.js";
import type { clusterSchema, knativeSchema, overheadsSchema } from "./schema-cluster.js";

type Written = Checked<WrittenScenario>;
type WrittenCluster = Checked<z.output<typeof clusterSchema>>;
type WrittenPhases = Checked<z.output<typeof knativeSchema>>["phases"];
type WrittenOverheads = Checked<z.output<typeof overheadsSchema>>;

const ZERO: DistributionSpec = { kind: "constant", us: 0 };

const DEFAULT_LATENCIES: ClusterPlan["latencies"] = {
  reconcile: { kind: "constant", us: 5 * MILLISECOND },
  endpoints: { kind: "constant", us: 100 * MILLISECOND },
  ingress: { kind: "lognormal", medianUs: 400 * MILLISECOND, p95Us: SECOND },
};

/** Whether the cluster follows the conventions of the golden closed-loop runs (contract details A26). */
export function isIdealCluster({ cluster }: Written): boolean {
  return cluster?.latencies === "none";
}

export function clusterPlan({ knative, cluster, overheads, epoch }: Written, config: ClusterConfig): ClusterPlan {
  const latencies = typeof cluster?.latencies === "object" ? cluster.latencies : {};
  const ideal = cluster?.latencies === "none";
  const unset = ideal || overheads === "none" ? { reconcile: ZERO, endpoints: ZERO, ingress: ZERO } : DEFAULT_LATENCIES;
  return {
    config,
    activators: knative?.activators ?? 1,
    phases: phasePlan(knative?.phases),
    conditionTimes: knative?.conditionTimes ?? "seconds",
    epochSeconds: epoch ?? 0,
    ideal,
    latencies: {
      reconcile: latencies.reconcile ?? unset.reconcile,
      endpoints: latencies.endpoints ?? unset.endpoints,
      ingress: latencies.ingress ?? unset.ingress,
    },
    nodes: nodePlans(cluster),
  };
}

function phasePlan(phases: WrittenPhases): PhasePlan {
  if (phases === undefined || phases === "random") return { kind: "random" };
  if (typeof phases === "string")
    return { kind: "explicit", activatorReportUs: 0, scrapeUs: SECOND, decisionUs: 2 * SECOND, queueProxyLeadUs: null };
  return {
    kind: "explicit",
    activatorReportUs: phases.activatorReport ?? null,
    scrapeUs: phases.scrape ?? null,
    decisionUs: phases.decision ?? null,
    queueProxyLeadUs: phases.queueProxyLead ?? null,
  };
}

/** One plan for each node; `name` of a group with several gets a number, nodes without one are numbered through. */
export function nodePlans(cluster: WrittenCluster | undefined): readonly NodePlan[] {
  const nodes: NodePlan[] = [];
  for (const group of cluster?.nodes ?? []) {
    const { name, count = 1, cpu = 0, memory = 0 } = group ?? {};
    for (let number = 1; number <= count; number++) {
      const own = name === undefined ? `node-${nodes.length + 1}` : count === 1 ? name : `${name}-${number}`;
      nodes.push({ name: own, cpu, memoryBytes: memory });
    }
  }
  return nodes;
}

export function overheadPlan(overheads: WrittenOverheads | undefined): Overheads {
  if (overheads === undefined || typeof overheads === "string")
    return { ingress: ZERO, activator: ZERO, queueProxy: ZERO };
  return {
    ingress: overheads.ingress ?? ZERO,
    activator: overheads.activator ?? ZERO,
    queueProxy: overheads.queueProxy ?? ZERO,
  };
}
