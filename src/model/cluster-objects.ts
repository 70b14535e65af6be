import { type Instant, NEVER, SECOND } from "../engine/time.js";
import { compareBytes } from "../kube/byte-order.js";
import { objectKey } from "../kube/manifest.js";
import type { ServiceObject } from "../kube/objects.js";
import { formatRfc3339 } from "../kube/rfc3339.js";
import type { Cluster } from "./cluster.js";
import { type Condition, findCondition } from "./conditions.js";
import { imageDigest } from "./image-digest.js";
import { bareName, namespaceOf } from "./object-names.js";
import type {
  ClusterObjects,
  ConfigurationStatus,
  DeploymentStatus,
  PodAutoscalerStatus,
  PodStatus,
  RevisionStatus,
  RouteStatus,
  ServerlessServiceStatus,
  ServiceStatus,
  TrafficStatus,
} from "./object-status.js";
import type { Pod } from "./pod.js";
import { SKS_NOT_READY } from "./pod-autoscaler-conditions.js";
import { CONTAINERS, podColumns } from "./pod-columns.js";
import type { Revision } from "./revision.js";
import type { ResolvedTarget } from "./route.js";
import type { Service } from "./service.js";

/** Simplification: config-domain is not read; this is the domain of the documentation's examples. */
const DOMAIN = "example.com";

/** Looks at a running cluster as kubectl does; changes nothing. Each call shows the moment at which it is made. */
export function objectsOf(cluster: Cluster): ClusterObjects {
  const present = (): Service[] => cluster.services.filter(({ object }) => object !== null);
  const revisions = (): Revision[] => cluster.services.flatMap(({ configuration }) => configuration.revisions);
  const deployed = (): Revision[] => revisions().filter(({ controller }) => controller.isDigestKnown);
  const serviceOf = (name: string, namespace: string): Service | null => {
    const service = cluster.findService(objectKey({ name, namespace }));
    return service?.exists ? service : null;
  };
  return {
    get nowUs() {
      return cluster.simulation.now;
    },
    services: () => sorted(present().map(serviceStatus)),
    configurations: () => sorted(present().map(configurationStatus)),
    routes: () => sorted(present().map(routeStatus)),
    revisions: () => sorted(revisions().map((revision) => revisionStatus(cluster, revision))),
    podAutoscalers: () => sorted(deployed().map(podAutoscalerStatus)),
    serverlessServices: () => sorted(deployed().map(serverlessServiceStatus)),
    deployments: () => sorted(deployed().map(deploymentStatus)),
    pods: () =>
      sorted(
        cluster
          .knownPods()
          .filter(({ isGone }) => !isGone)
          .map((pod) => podStatus(cluster, pod)),
      ),
    service: (name, namespace = "default") => mapped(serviceOf(name, namespace), serviceStatus),
    revision: (name, namespace = "default") =>
      mapped(cluster.findRevision(objectKey({ name, namespace })), (revision) => revisionStatus(cluster, revision)),
    route: (name, namespace = "default") => mapped(serviceOf(name, namespace), routeStatus),
  };
}

type Named = { readonly name: string; readonly namespace: string };

function sorted<T extends Named>(objects: T[]): T[] {
  return objects.sort((a, b) => compareBytes(a.namespace, b.namespace) || compareBytes(a.name, b.name));
}

function mapped<T, Status>(object: T | null, status: (object: T) => Status): Status | null {
  return object && status(object);
}

function serviceStatus(service: Service): ServiceStatus {
  const { object, generation, observedGeneration, resourceVersion, status, conditions, routing } = service;
  const { labels, annotations } = object!.meta;
  return {
    ...identityOf(service.key, service),
    url: routing.observedGeneration === 0 ? "" : urlOf(object!),
    labels,
    annotations,
    generation,
    observedGeneration,
    resourceVersion,
    latestCreatedRevision: nameOf(status.latestCreated),
    latestReadyRevision: nameOf(status.latestReady),
    traffic: trafficStatus(object!, status.traffic),
    conditions: conditions.list,
    spec: object!,
  };
}

function configurationStatus(service: Service): ConfigurationStatus {
  const { generation, observedGeneration, latestCreated, latestReady, conditions } = service.configuration;
  return {
    ...identityOf(service.key, service),
    generation,
    observedGeneration,
    latestCreatedRevision: nameOf(latestCreated),
    latestReadyRevision: nameOf(latestReady),
    conditions: conditions.list,
  };
}

function routeStatus(service: Service): RouteStatus {
  const { object, routing } = service;
  const { generation, observedGeneration, route, conditions } = routing;
  return {
    ...identityOf(service.key, service),
    service: object!.meta.name,
    url: observedGeneration === 0 ? "" : urlOf(object!),
    generation,
    observedGeneration,
    traffic: trafficStatus(object!, route.status),
    conditions: conditions.list,
  };
}

function trafficStatus(object: ServiceObject, targets: readonly ResolvedTarget[]): TrafficStatus[] {
  return targets.map(({ revision, percent, tag, latestRevision }) => ({
    revisionName: bareName(revision.name),
    percent,
    latestRevision,
    tag,
    url: tag === null ? null : urlOf(object, tag),
  }));
}

/** Of the main host, or of a tag's. */
function urlOf({ meta }: ServiceObject, tag: string | null = null): string {
  const { name, namespace, labels } = meta;
  const isPrivate = labels["networking.knative.dev/visibility"] === "cluster-local";
  const domain = isPrivate ? "svc.cluster.local" : DOMAIN;
  return `http://${tag === null ? "" : `${tag}-`}${name}.${namespace}.${domain}`;
}

function revisionStatus(cluster: Cluster, revision: Revision): RevisionStatus {
  const { template, autoscaler, controller, generation, routingState, routingStateSince, service } = revision;
  const { image, labels, annotations, env, port, containerConcurrency, timeoutUs, resources } = template;
  const { actualScale, desiredScale } = autoscaler.state;
  const owner = bareName(cluster.services[service].key);
  const since = formatRfc3339(cluster.context.plan.epochSeconds + Math.floor(routingStateSince / SECOND));
  return {
    ...identityOf(revision.name, revision),
    service: owner,
    generation,
    labels: {
      ...labels,
      "serving.knative.dev/configuration": owner,
      "serving.knative.dev/configurationGeneration": String(generation),
      "serving.knative.dev/routingState": routingState,
      "serving.knative.dev/service": owner,
    },
    annotations: {
      ...annotations,
      ...(routingState === "reserve" ? {} : { "serving.knative.dev/routes": owner }),
      "serving.knative.dev/routingStateModified": since,
    },
    image,
    imageDigest: controller.isDigestKnown ? imageDigest(image) : null,
    env,
    port,
    containerConcurrency,
    timeoutUs,
    resources,
    routingState,
    routingStateSinceUs: routingStateSince,
    actualReplicas: known(actualScale),
    desiredReplicas: known(desiredScale),
    conditions: controller.conditions.list,
  };
}

function podAutoscalerStatus(revision: Revision): PodAutoscalerStatus {
  const { autoscaler, settings, reachability } = revision;
  const { actualScale, desiredScale } = autoscaler.state;
  return {
    ...identityOf(revision.name, revision),
    revision: bareName(revision.name),
    class: settings.class,
    reachability,
    desiredScale,
    actualScale,
    conditions: autoscaler.conditions.list,
  };
}

function serverlessServiceStatus(revision: Revision): ServerlessServiceStatus {
  const { mode, activators } = revision.autoscaler.state;
  const name = bareName(revision.name);
  return {
    ...identityOf(revision.name, revision),
    revision: name,
    mode: mode === "serve" ? "Serve" : "Proxy",
    activators,
    serviceName: name,
    privateServiceName: `${name}-private`,
    conditions: routingConditions(revision),
  };
}

/** Simplification: times of readiness are those of the pod autoscaler's condition that copies it. */
function routingConditions({ autoscaler, deployment }: Revision): Condition[] {
  const copied = findCondition(autoscaler.conditions.list, "SKSReady");
  if (copied === null) return [];
  const { lastTransitionUs } = copied;
  const hasPods = deployment.readyPods.length > 0;
  const populated = hasPods
    ? ({ status: "True", reason: "", message: "" } as const)
    : ({ status: "Unknown", reason: "NoHealthyBackends", message: SKS_NOT_READY } as const);
  const { proxiedSince } = autoscaler;
  return [
    {
      type: "ActivatorEndpointsPopulated",
      status: proxiedSince === null ? "False" : "True",
      severity: "Info",
      reason: "",
      message: "",
      lastTransitionUs: proxiedSince ?? lastTransitionUs,
    },
    { type: "EndpointsPopulated", severity: "", ...populated, lastTransitionUs },
    { type: "Ready", severity: "", ...populated, lastTransitionUs },
  ];
}

function deploymentStatus(revision: Revision): DeploymentStatus {
  const { deployment } = revision;
  const name = bareName(revision.name);
  const readyReplicas = deployment.readyPods.length;
  return {
    ...identityOf(revision.name, revision),
    name: `${name}-deployment`,
    revision: name,
    replicas: deployment.replicas,
    readyReplicas,
    updatedReplicas: deployment.pods.filter(({ isReplica }) => isReplica).length,
    availableReplicas: readyReplicas,
  };
}

function podStatus(cluster: Cluster, pod: Pod): PodStatus {
  const { revision, node, failure, createdAt, address } = pod;
  const { restarts = 0, lastRestartAt = NEVER } = failure ?? {};
  return {
    name: bareName(pod.name),
    namespace: namespaceOf(revision.name),
    createdAtUs: createdAt,
    revision: bareName(revision.name),
    service: bareName(cluster.services[revision.service].key),
    ...podColumns(pod, cluster.simulation.now),
    containers: CONTAINERS,
    restarts,
    lastRestartUs: restarts === 0 ? null : lastRestartAt,
    node: node?.name ?? null,
    ip: address === "" ? null : address,
  };
}

function identityOf(
  key: string,
  { createdAt }: Service | Revision,
): { name: string; namespace: string; createdAtUs: Instant } {
  return { name: bareName(key), namespace: namespaceOf(key), createdAtUs: createdAt };
}

function nameOf(revision: Revision | null): string | null {
  return revision && bareName(revision.name);
}

/** A scale that is unknown is not shown. */
function known(scale: number | null): number | null {
  return scale === null || scale < 0 ? null : scale;
}
