import type { Instant } from "../engine/time.js";
import { type Condition, findCondition } from "../model/conditions.js";
import type { ClusterObjects, DeploymentStatus, PodStatus } from "../model/object-status.js";
import { ageSince, longAge } from "./age.js";
import type { PrintedKind } from "./object-output.js";

/** A kind as `kubectl get` shows it. */
export interface KubectlKind {
  /** Names that it answers to, the full one first. */
  readonly names: readonly string[];
  /** `-o name` writes it before the name. */
  readonly resource: string;
  readonly columns: readonly string[];
  /** What `-o wide` adds. */
  readonly wideColumns?: readonly string[];
  /** Its kind in manifests, where the lab prints those; absent: it does not. */
  readonly manifest?: PrintedKind;
  rows(objects: ClusterObjects): readonly KubectlRow[];
}

/** One object of a kind. */
export interface KubectlRow {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** In the order of the columns, its name first. */
  readonly cells: readonly string[];
  /** Of the columns that `-o wide` adds. */
  readonly wideCells: readonly string[];
  readonly createdAtUs: Instant;
}

/**
 * The kinds that the lab knows.
 *
 * @see kubernetes pkg/printers/internalversion/printers.go; knative/serving config/core/300-resources/*.yaml
 */
export const KUBECTL_KINDS: readonly KubectlKind[] = [
  {
    names: ["pods", "pod", "po"],
    resource: "pod",
    columns: ["NAME", "READY", "STATUS", "RESTARTS", "AGE"],
    wideColumns: ["IP", "NODE", "NOMINATED NODE", "READINESS GATES"],
    rows: (objects) =>
      objects.pods().map((pod) => ({
        ...row(pod, podCells(pod, objects.nowUs), podLabels(pod)),
        wideCells: [pod.ip ?? NONE, pod.node ?? NONE, NONE, NONE],
      })),
  },
  {
    names: ["services.serving.knative.dev", "service.serving.knative.dev", "ksvc", "kservice", "kservices"],
    resource: "service.serving.knative.dev",
    manifest: "Service",
    columns: ["NAME", "URL", "LATESTCREATED", "LATESTREADY", "READY", "REASON"],
    rows: (objects) =>
      objects.services().map((service) => {
        const { url, latestCreatedRevision, latestReadyRevision, conditions, labels } = service;
        const cells = [url, latestCreatedRevision ?? "", latestReadyRevision ?? "", ...readyAndReason(conditions)];
        return row(service, cells, labels);
      }),
  },
  {
    names: ["revisions.serving.knative.dev", "revisions", "revision", "rev"],
    resource: "revision.serving.knative.dev",
    manifest: "Revision",
    columns: ["NAME", "CONFIG NAME", "GENERATION", "READY", "REASON", "ACTUAL REPLICAS", "DESIRED REPLICAS"],
    rows: (objects) =>
      objects.revisions().map((revision) => {
        const { service, generation, conditions, actualReplicas, desiredReplicas, labels } = revision;
        const replicas = [optional(actualReplicas), optional(desiredReplicas)];
        return row(revision, [service, String(generation), ...readyAndReason(conditions), ...replicas], labels);
      }),
  },
  {
    names: ["configurations.serving.knative.dev", "configurations", "configuration", "cfg", "config"],
    resource: "configuration.serving.knative.dev",
    columns: ["NAME", "LATESTCREATED", "LATESTREADY", "READY", "REASON"],
    rows: (objects) =>
      objects.configurations().map((configuration) => {
        const { latestCreatedRevision, latestReadyRevision, conditions } = configuration;
        const cells = [latestCreatedRevision ?? "", latestReadyRevision ?? "", ...readyAndReason(conditions)];
        return row(configuration, cells, serviceLabels(configuration.name));
      }),
  },
  {
    names: ["routes.serving.knative.dev", "routes", "route", "rt"],
    resource: "route.serving.knative.dev",
    manifest: "Route",
    columns: ["NAME", "URL", "READY", "REASON"],
    rows: (objects) =>
      objects
        .routes()
        .map((route) => row(route, [route.url, ...readyAndReason(route.conditions)], serviceLabels(route.service))),
  },
  {
    names: ["podautoscalers.autoscaling.internal.knative.dev", "podautoscalers", "podautoscaler", "kpa", "pa"],
    resource: "podautoscaler.autoscaling.internal.knative.dev",
    columns: ["NAME", "DESIREDSCALE", "ACTUALSCALE", "READY", "REASON"],
    rows: (objects) =>
      objects.podAutoscalers().map((autoscaler) => {
        const { revision, desiredScale, actualScale, conditions } = autoscaler;
        const cells = [optional(desiredScale), optional(actualScale), ...readyAndReason(conditions)];
        return row(autoscaler, cells, revisionLabels(revision));
      }),
  },
  {
    names: ["serverlessservices.networking.internal.knative.dev", "serverlessservices", "serverlessservice", "sks"],
    resource: "serverlessservice.networking.internal.knative.dev",
    columns: ["NAME", "MODE", "ACTIVATORS", "SERVICENAME", "PRIVATESERVICENAME", "READY", "REASON"],
    rows: (objects) =>
      objects.serverlessServices().map((sks) => {
        const { mode, activators, serviceName, privateServiceName, conditions, revision } = sks;
        const cells = [mode, String(activators), serviceName, privateServiceName, ...readyAndReason(conditions)];
        return row(sks, cells, revisionLabels(revision));
      }),
  },
  {
    names: ["deployments.apps", "deployments", "deployment", "deploy"],
    resource: "deployment.apps",
    columns: ["NAME", "READY", "UP-TO-DATE", "AVAILABLE", "AGE"],
    rows: (objects) =>
      objects
        .deployments()
        .map((deployment) =>
          row(deployment, deploymentCells(deployment, objects.nowUs), revisionLabels(deployment.revision)),
        ),
  },
];

const NONE = "<none>";

function row(
  { namespace, name, createdAtUs }: Pick<KubectlRow, "namespace" | "name" | "createdAtUs">,
  cells: readonly string[],
  labels: Readonly<Record<string, string>>,
): KubectlRow {
  return { namespace, name, labels, createdAtUs, cells: [name, ...cells], wideCells: [] };
}

function podCells(pod: PodStatus, nowUs: Instant): string[] {
  const { readyContainers, containers, status, restarts, lastRestartUs, createdAtUs } = pod;
  const restarted = lastRestartUs === null ? "" : ` (${longAge(ageSince(lastRestartUs, nowUs))} ago)`;
  return [`${readyContainers}/${containers}`, status, `${restarts}${restarted}`, longAge(ageSince(createdAtUs, nowUs))];
}

function deploymentCells(deployment: DeploymentStatus, nowUs: Instant): string[] {
  const { replicas, readyReplicas, updatedReplicas, availableReplicas, createdAtUs } = deployment;
  return [
    `${readyReplicas}/${replicas}`,
    String(updatedReplicas),
    String(availableReplicas),
    longAge(ageSince(createdAtUs, nowUs)),
  ];
}

function readyAndReason(conditions: readonly Condition[]): [string, string] {
  const ready = findCondition(conditions, "Ready");
  return [ready?.status ?? "", ready?.reason ?? ""];
}

function optional(number: number | null): string {
  return number === null ? "" : String(number);
}

function podLabels({ revision, service }: PodStatus): Record<string, string> {
  return { ...revisionLabels(revision), ...serviceLabels(service) };
}

function serviceLabels(service: string): Record<string, string> {
  return { "serving.knative.dev/service": service, "serving.knative.dev/configuration": service };
}

function revisionLabels(revision: string): Record<string, string> {
  return { "serving.knative.dev/revision": revision, app: revision };
}
