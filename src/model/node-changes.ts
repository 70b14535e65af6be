import type { ClusterEvent } from "../kube/cluster-plan.js";
import type { Cluster } from "./cluster.js";
import type { Node } from "./nodes.js";
import type { Pod } from "./pod.js";

type NodeEvent = Extract<ClusterEvent, { readonly kind: "node" }>;

/**
 * Nodes that come, are drained and go (contract details A25).
 *
 * @returns why it was refused; null when it was done. A refused change does nothing.
 */
export function changeNode(cluster: Cluster, { verb, node: name }: NodeEvent): string | null {
  const { nodes } = cluster;
  if (!nodes.areListed) return "nodes can only be changed where cluster.nodes lists them";
  const node = nodes.find(name);
  if (verb === "add") {
    if (node === null) join(cluster, name);
    else if (node.isCordoned) uncordon(cluster, node);
    else return `nodes "${name}" already exists`;
  } else {
    if (node === null) return `nodes "${name}" not found`;
    if (verb === "drain") drain(cluster, node);
    else remove(cluster, node);
  }
  return null;
}

/** Simplification: a node is ready as soon as it is asked for; a cloud takes a minute or two to provide a machine. */
function join(cluster: Cluster, name: string): void {
  announce(cluster, "NodeRequested", name);
  cluster.nodes.join(name);
  announce(cluster, "NodeReady", name);
  cluster.nodesGained();
}

/** A drained node takes pods again, with the images that it has. */
function uncordon(cluster: Cluster, node: Node): void {
  note(cluster, `node ${node.name} takes pods again`);
  node.isCordoned = false;
  cluster.nodesGained();
}

/**
 * `kubectl drain`: the node takes no new pods, and its pods are deleted, all at once as no disruption budget protects a
 * revision's; they drain, while others take their place on other nodes. The node stays and counts.
 *
 * @see kubernetes staging/src/k8s.io/kubectl/pkg/cmd/drain/drain.go
 */
function drain(cluster: Cluster, node: Node): void {
  note(cluster, `node ${node.name} is drained`);
  node.isCordoned = true;
  for (const pod of podsOn(cluster, node)) if (pod.isReplica) pod.revision.deployment.delete(pod, "node");
}

/**
 * The machine is gone, and with it all its pods, also those that drain.
 *
 * Simplification: the cluster notices at once; with a real one it takes most of a minute until the node is called not ready, and five
 * minutes more until its pods are replaced, unless somebody deletes the Node object.
 *
 * @see kubernetes pkg/controller/nodelifecycle/node_lifecycle_controller.go
 */
function remove(cluster: Cluster, node: Node): void {
  cluster.nodes.leave(node);
  announce(cluster, "NodeRemoved", node.name);
  const pods = podsOn(cluster, node);
  for (const { deployment } of new Set(pods.map((pod) => pod.revision))) {
    deployment.kill(
      pods.filter((pod) => pod.revision.deployment === deployment),
      "node",
    );
  }
}

/** In order of creation. */
function podsOn(cluster: Cluster, node: Node): Pod[] {
  return cluster.knownPods().filter((pod) => pod.node === node && !pod.isGone);
}

function announce({ context }: Cluster, kind: "NodeRequested" | "NodeReady" | "NodeRemoved", node: string): void {
  const { simulation, observer } = context;
  observer.happened({ t: simulation.now, kind, node });
}

/** What has no kind of event of its own (contract details part D is a closed list) is told of as a note. */
function note({ context }: Cluster, text: string): void {
  const { simulation, observer } = context;
  observer.happened({ t: simulation.now, kind: "Note", text });
}
