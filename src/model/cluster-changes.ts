import { SECOND } from "../engine/time.js";
import type { ClusterEvent, ServicePlan } from "../kube/cluster-plan.js";
import { deepEqual } from "../kube/deep-equal.js";
import type { KnCommand } from "../kube/kn-command.js";
import { objectKey } from "../kube/manifest.js";
import type { ServiceObject } from "../kube/objects.js";
import { type ExistingService, editService } from "../kube/service-edit.js";
import type { Cluster } from "./cluster.js";
import { changeNode } from "./node-changes.js";
import { bareName, namespaceOf } from "./object-names.js";
import type { Fact } from "./observer.js";
import type { Pod } from "./pod.js";
import type { Revision } from "./revision.js";
import type { Service } from "./service.js";

/** How long components are away when the event does not say (contract details A25). */
const AUTOSCALER_OUTAGE_US = 5 * SECOND;

type Action<Kind extends ClusterEvent["kind"]> = Extract<ClusterEvent, { readonly kind: Kind }>;

/** Does to a running cluster what a scenario's events and the commands of people say. */
export class ClusterChanges {
  constructor(private readonly cluster: Cluster) {}

  /**
   * Applies one change; what it causes takes its latencies.
   *
   * @returns why it was refused, in the words of who refused it; null when it was done. A refused change does nothing.
   */
  apply(event: ClusterEvent): string | null {
    switch (event.kind) {
      case "kn":
        return this.runKn(event);
      case "apply":
        for (const plan of event.services) this.applyService(plan);
        return null;
      case "kill-pod":
        return this.killPods(event);
      case "delete-pod":
        return this.deletePod(event.pod);
      case "restart":
        return this.restart(event);
      case "reachability":
        return this.setReachability(event);
      case "set-config":
        for (const { map, keys } of event.changed) this.announce({ kind: "ConfigChanged", map, keys });
        this.cluster.setConfig(event.config);
        return null;
      case "set-app":
        this.cluster.changeApp(event.app);
        return null;
      case "node":
        return changeNode(this.cluster, event);
      case "note":
        this.announce({ kind: "Note", text: event.text });
        return null;
      case "ran":
        this.tellOf(event.line, event.error);
        return event.error;
    }
  }

  private runKn({ line, command }: Action<"kn">): string | null {
    const error = this.runCommand(command);
    this.tellOf(line, error);
    return error;
  }

  private tellOf(line: string, error: string | null): void {
    this.announce(
      error === null
        ? { kind: "CommandRun", command: line, exit: 0, stderr: "" }
        : { kind: "CommandFailed", command: line, exit: 1, stderr: `Error: ${error}` },
    );
  }

  private runCommand(command: KnCommand): string | null {
    if (command.kind === "service") return this.editService(command);
    return command.kind === "service-delete" ? this.deleteServices(command) : this.deleteRevisions(command);
  }

  private editService(command: Extract<KnCommand, { readonly kind: "service" }>): string | null {
    const { cluster } = this;
    const { simulation, plan, streams } = cluster.context;
    const namespace = command.namespace ?? "default";
    const key = objectKey({ name: command.service, namespace });
    const found = cluster.findService(key);
    const stream = streams.get("kn/random");
    const edited = editService(command, found && existing(found), {
      config: cluster.config,
      namespace,
      nowUs: simulation.now,
      epochSeconds: plan.epochSeconds,
      file: null,
      randomIndex: (n) => Math.floor(stream.uniform() * n),
    });
    if (!edited.ok) return edited.error;
    const service = cluster.serviceFor(key);
    if (edited.outcome === "created") service.create(edited.object);
    else if (edited.outcome !== "unchanged") service.update(edited.object, edited.specChanged);
    return null;
  }

  /** Names that are not there do not keep the others. */
  private deleteServices(command: Extract<KnCommand, { readonly kind: "service-delete" }>): string | null {
    const missing: string[] = [];
    for (const name of command.services) {
      const service = this.cluster.findService(objectKey({ name, namespace: command.namespace ?? "default" }));
      if (service?.exists) service.delete();
      else missing.push(`services.serving.knative.dev "${name}" not found`);
    }
    return missing.length === 0 ? null : missing.join("\nError: ");
  }

  private deleteRevisions(command: Extract<KnCommand, { readonly kind: "revision-delete" }>): string | null {
    const namespace = command.namespace ?? "default";
    const missing: string[] = [];
    const doomed: Revision[] = [];
    for (const name of command.revisions) {
      const revision = this.cluster.findRevision(objectKey({ name, namespace }));
      if (revision === null) missing.push(`revisions.serving.knative.dev "${name}" not found`);
      else doomed.push(revision);
    }
    if (command.prune !== null) {
      const service = this.cluster.findService(objectKey({ name: command.prune, namespace }));
      if (service?.exists) doomed.push(...unreferenced(service));
      else missing.push(`services.serving.knative.dev "${command.prune}" not found`);
    }
    if (command.pruneAll) {
      for (const service of this.cluster.services) {
        if (namespaceOf(service.key) === namespace) doomed.push(...unreferenced(service));
      }
    }
    for (const revision of new Set(doomed)) {
      this.cluster.deleteRevision(revision, "user");
      this.cluster.services[revision.service].revisionDeleted(revision);
    }
    return missing.length === 0 ? null : missing.join("\nError: ");
  }

  /** `kubectl apply`: creates the service, or replaces its spec. */
  private applyService(plan: ServicePlan): void {
    const service = this.cluster.serviceFor(plan.key);
    if (service.object === null) {
      this.cluster.addService({ ...plan, start: "new" });
    } else {
      const { template, traffic } = service.object;
      const specChanged = !deepEqual(template, plan.object.template) || !deepEqual(traffic, plan.object.traffic);
      service.update(plan.object, specChanged);
    }
  }

  private killPods({ service, revision, count, pick }: Action<"kill-pod">): string | null {
    const { cluster } = this;
    const candidates = cluster
      .knownPods()
      .filter(
        (pod) =>
          pod.isReplica &&
          (revision === null || pod.revision.name === revision) &&
          (service === null || cluster.services[pod.revision.service].key === service),
      );
    const victims = pick === "random" ? this.shuffled(candidates) : candidates;
    const wanted = count === "all" ? victims.length : count;
    const killed = victims.slice(0, wanted);
    for (const { deployment } of new Set(killed.map((pod) => pod.revision))) {
      deployment.kill(
        killed.filter((pod) => deployment.pods.includes(pod)),
        "kill",
      );
    }
    return killed.length < wanted ? `only ${killed.length} of ${wanted} pods were there to kill` : null;
  }

  private deletePod(name: string): string | null {
    const pod = this.cluster.knownPods().find((candidate) => candidate.name === name && !candidate.isGone);
    if (pod === undefined) return `pods "${name}" not found`;
    pod.revision.deployment.delete(pod, "kill");
    return null;
  }

  private shuffled(pods: readonly Pod[]): Pod[] {
    const stream = this.cluster.context.streams.get("kill-pod");
    return pods
      .map((pod) => ({ pod, at: stream.uniform() }))
      .sort((a, b) => a.at - b.at || a.pod.index - b.pod.index)
      .map(({ pod }) => pod);
  }

  /**
   * Simplification: an activator that restarts gracefully (without an outage) changes nothing: its successor takes new
   * requests while it drains.
   */
  private restart({ component, activator, forUs, lostLeaseUs }: Action<"restart">): string | null {
    if (component === "autoscaler") {
      // Of a crash another process is there soon, but without the lease it decides nothing.
      const connectionUs = forUs ?? AUTOSCALER_OUTAGE_US;
      this.cluster.restartAutoscaler(lostLeaseUs ?? connectionUs, connectionUs);
      return null;
    }
    const name = `activator-${activator}`;
    if (activator < 1 || activator > this.cluster.activators.count) return `there is no ${name}`;
    if (forUs !== null && forUs > 0) {
      this.cluster.restartActivator(activator - 1, forUs);
    } else {
      this.announce({ kind: "ComponentDown", component: name });
      this.announce({ kind: "ComponentUp", component: name });
    }
    return null;
  }

  private setReachability({ revision: name, is }: Action<"reachability">): string | null {
    const revision = this.cluster.revisions.find((candidate) => candidate.name === name && !candidate.isDeleted);
    if (revision === undefined) return `revisions.serving.knative.dev "${name}" not found`;
    revision.reachabilityOverride = is;
    revision.autoscaler.reachabilityChanged();
    return null;
  }

  private announce(fact: FactWithoutTime): void {
    const { simulation, observer } = this.cluster.context;
    observer.happened({ ...fact, t: simulation.now } as Fact);
  }
}

type WithoutTime<Some> = Some extends Fact ? Omit<Some, "t"> : never;
/** What `--prune` deletes: revisions that no route leads to. */
function unreferenced({ configuration }: Service): Revision[] {
  return configuration.revisions.filter(({ routingState }) => routingState !== "active");
}

/** Facts that concern no service. */
type FactWithoutTime = WithoutTime<Exclude<Fact, { readonly service: number }>>;

function existing(service: Service): ExistingService | null {
  const { object, generation, status } = service;
  if (object === null) return null;
  return {
    object: object satisfies ServiceObject,
    generation,
    statusTraffic: status.traffic.map(({ revision, percent, tag, latestRevision }) => ({
      revisionName: bareName(revision.name),
      percent,
      tag,
      latestRevision,
    })),
    latestReadyRevision: status.latestReady && bareName(status.latestReady.name),
  };
}
