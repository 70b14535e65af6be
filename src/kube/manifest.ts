import { SECOND } from "../engine/time.js";
import type { ClusterConfig } from "./config.js";
import { isObject, type JsonObject, numberAt, objectAt, objectsAt, textAt, textsAt } from "./json-shape.js";
import type {
  ObjectMeta,
  PodResources,
  ReadinessProbe,
  RevisionTemplate,
  ServiceObject,
  TrafficTarget,
} from "./objects.js";
import { parseQuantity } from "./quantity.js";
import { defaultConfiguration, defaultRoute, defaultService } from "./validation.js";

/**
 * Manifests that Knative accepted, as typed and complete objects. Positions are kept by whoever read the YAML; what is
 * wrong with a manifest is said in validation.ts, with paths, before it comes here.
 *
 * @see knative/serving pkg/apis/serving/v1
 */

/** A Service document with Knative's defaults filled in. */
export function serviceFromManifest(manifest: JsonObject, config: ClusterConfig): ServiceObject {
  const service = defaultService(manifest, config);
  const spec = objectAt(service, "spec");
  return {
    meta: metaOf(service),
    template: templateOf(objectAt(spec, "template")),
    traffic: objectsAt(spec, "traffic").map(trafficTargetOf),
  };
}

/** A Configuration and the Route to it, run as the Service that would have made them; it has the Route's name. */
export function serviceFromRoute(route: JsonObject, configuration: JsonObject, config: ClusterConfig): ServiceObject {
  const configured = defaultConfiguration(configuration, config);
  const routed = defaultRoute(route);
  return {
    meta: metaOf(routed),
    template: templateOf(objectAt(objectAt(configured, "spec"), "template")),
    traffic: objectsAt(objectAt(routed, "spec"), "traffic").map(trafficTargetOf),
  };
}

/** Name, namespace (`default` when unset), annotations and labels of any object. */
function metaOf(object: JsonObject): ObjectMeta {
  const metadata = objectAt(object, "metadata");
  return {
    name: textAt(metadata, "name"),
    namespace: textAt(metadata, "namespace") || "default",
    annotations: textsAt(metadata, "annotations"),
    labels: textsAt(metadata, "labels"),
  };
}

/** How an object is called in files and on the command line: `name` in namespace default, `ns/name` elsewhere. */
export function objectKey({ name, namespace }: { readonly name: string; readonly namespace: string }): string {
  return namespace === "default" ? name : `${namespace}/${name}`;
}

function trafficTargetOf(target: JsonObject): TrafficTarget {
  return {
    revisionName: textAt(target, "revisionName") || null,
    latestRevision: target.latestRevision === true,
    percent: numberAt(target, "percent") ?? 0,
    tag: textAt(target, "tag") || null,
  };
}

function templateOf(template: JsonObject): RevisionTemplate {
  const metadata = objectAt(template, "metadata");
  const spec = objectAt(template, "spec");
  const serving = servingContainer(objectsAt(spec, "containers"));
  return {
    name: textAt(metadata, "name") || null,
    annotations: textsAt(metadata, "annotations"),
    labels: textsAt(metadata, "labels"),
    image: textAt(serving, "image"),
    env: Object.fromEntries(
      objectsAt(serving, "env")
        .filter((variable) => variable.valueFrom === undefined)
        .map((variable) => [textAt(variable, "name"), textAt(variable, "value")]),
    ),
    port: numberAt(objectsAt(serving, "ports")[0] ?? {}, "containerPort") ?? null,
    containerConcurrency: numberAt(spec, "containerConcurrency") ?? 0,
    timeoutUs: (numberAt(spec, "timeoutSeconds") ?? 0) * SECOND,
    responseStartTimeoutUs: timerUs(numberAt(spec, "responseStartTimeoutSeconds")),
    idleTimeoutUs: timerUs(numberAt(spec, "idleTimeoutSeconds")),
    readiness: readinessOf(serving),
    resources: resourcesOf(objectsAt(spec, "containers"), serving),
  };
}

/** The container that serves requests: the only one, or the one with a port among sidecars. */
function servingContainer(containers: readonly JsonObject[]): JsonObject {
  return containers.find((container) => objectsAt(container, "ports").length > 0) ?? containers[0] ?? {};
}

/** 0, like absence, means no timer. */
function timerUs(seconds: number | undefined): number | null {
  return seconds ? seconds * SECOND : null;
}

/** @see knative/serving pkg/queue/readiness/probe.go; knative/data-plane.md §3.5 */
function readinessOf(container: JsonObject): ReadinessProbe {
  const probe = objectAt(container, "readinessProbe");
  return {
    periodUs: (numberAt(probe, "periodSeconds") ?? 0) * SECOND,
    timeoutUs: (numberAt(probe, "timeoutSeconds") || 1) * SECOND,
    initialDelayUs: (numberAt(probe, "initialDelaySeconds") ?? 0) * SECOND,
    successThreshold: numberAt(probe, "successThreshold") || 1,
    waitsForKubernetes: isObject(probe.exec) || isObject(container.startupProbe),
  };
}

function resourcesOf(containers: readonly JsonObject[], serving: JsonObject): PodResources {
  const cpu = containers.map((container) => requested(container, "cpu")).filter((value) => value !== null);
  const memory = containers.map((container) => requested(container, "memory")).filter((value) => value !== null);
  return {
    cpuRequest: sum(cpu),
    memoryRequestBytes: memory.length === 0 ? null : sum(memory),
    userCpus: resource(serving, "limits", "cpu") || resource(serving, "requests", "cpu") || 1,
  };
}

/** What a container asks for; a limit alone is also the request, by Kubernetes' own defaulting. */
function requested(container: JsonObject, name: string): number | null {
  return resource(container, "requests", name) ?? resource(container, "limits", name);
}

function resource(container: JsonObject, kind: "requests" | "limits", name: string): number | null {
  const written = objectAt(objectAt(container, "resources"), kind)[name];
  if (typeof written !== "string" && typeof written !== "number") return null;
  const parsed = parseQuantity(String(written));
  return parsed.ok ? parsed.value : null;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
