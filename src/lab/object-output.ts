import { SECOND } from "../engine/time.js";
import { formatRfc3339 } from "../kube/rfc3339.js";
import type { Condition } from "../model/conditions.js";
import type { RevisionStatus, RouteStatus, ServiceStatus, TrafficStatus } from "../model/object-status.js";
import { knFailure } from "./kn-failure.js";

type Shown = ServiceStatus | RevisionStatus | RouteStatus;
/** Kinds whose manifests can be printed. */
export type PrintedKind = "Service" | "Revision" | "Route";
type Json = { readonly [key: string]: unknown };

/** A time of an object as manifests write it. */
type Timestamp = (us: number) => string;

export interface OutputOptions {
  /** As given with `-o`. */
  readonly output: string;
  /** One object, or a list of whatever length. */
  readonly isSingle: boolean;
  /** Seconds since 1970 at the start of the clock. */
  readonly epochSeconds: number;
}

const FORMATS = "json, yaml, name, jsonpath";

/**
 * `-o json`, `yaml`, `name` and `jsonpath=…`, of one object or of a list.
 *
 * The manifests hold what the simulation knows of an object.
 *
 * @throws ToolError for another format
 */
export function printedObjects(
  objects: readonly Shown[],
  kind: PrintedKind,
  { output, isSingle, epochSeconds }: OutputOptions,
): string {
  if (output === "name") {
    return objects.map(({ name }) => `${kind.toLowerCase()}.serving.knative.dev/${name}\n`).join("");
  }
  const manifests = manifestsOf(objects, kind, epochSeconds);
  const list = { apiVersion: "serving.knative.dev/v1", kind: `${kind}List`, items: manifests };
  const text = printedManifest(isSingle ? manifests[0] : list, output);
  if (text !== null) return text;
  throw knFailure(
    `unable to match a printer suitable for the output format "${output}", allowed formats are: ${FORMATS}`,
  );
}

/** What the simulation knows of objects, as manifests. */
export function manifestsOf(
  objects: readonly Shown[],
  kind: PrintedKind,
  epochSeconds: number,
): readonly Record<string, unknown>[] {
  const timestamp = (us: number) => formatRfc3339(epochSeconds + Math.floor(us / SECOND));
  return objects.map((object) => manifestOf(object, kind, timestamp));
}

/** A manifest as `-o json`, `yaml` or `jsonpath=…` print it; null = `output` is none of these. */
export function printedManifest(manifest: Json, output: string): string | null {
  if (output === "json") return `${JSON.stringify(manifest, null, 4)}\n`;
  if (output === "yaml") return yamlText(manifest, 0);
  const path = /^jsonpath=(.*)$/s.exec(output);
  return path && jsonPath(manifest, path[1]);
}

function manifestOf(object: Shown, kind: PrintedKind, timestamp: Timestamp): Json {
  return {
    apiVersion: "serving.knative.dev/v1",
    kind,
    metadata: {
      name: object.name,
      namespace: object.namespace,
      creationTimestamp: timestamp(object.createdAtUs),
      ...("generation" in object ? { generation: object.generation } : {}),
      ...("labels" in object ? { labels: object.labels, annotations: object.annotations } : {}),
    },
    ...("spec" in object ? { spec: serviceSpec(object) } : "image" in object ? { spec: revisionSpec(object) } : {}),
    status: {
      conditions: object.conditions.map((condition) => conditionOf(condition, timestamp)),
      ...("url" in object ? { url: object.url } : {}),
      ...("observedGeneration" in object ? { observedGeneration: object.observedGeneration } : {}),
      ...("latestReadyRevision" in object
        ? {
            latestCreatedRevisionName: object.latestCreatedRevision,
            latestReadyRevisionName: object.latestReadyRevision,
          }
        : {}),
      ...("traffic" in object ? { traffic: object.traffic.map(trafficOf) } : {}),
      ...("actualReplicas" in object
        ? { actualReplicas: object.actualReplicas ?? undefined, desiredReplicas: object.desiredReplicas ?? undefined }
        : {}),
    },
  };
}

function serviceSpec({ spec }: ServiceStatus): Json {
  const { template, traffic } = spec;
  return {
    template: {
      metadata: { annotations: template.annotations, labels: template.labels },
      spec: {
        containerConcurrency: template.containerConcurrency,
        timeoutSeconds: template.timeoutUs / SECOND,
        containers: [{ image: template.image, env: envOf(template.env) }],
      },
    },
    traffic: traffic.map(({ revisionName, latestRevision, percent, tag }) => ({
      ...(revisionName === null ? {} : { revisionName }),
      latestRevision,
      percent,
      ...(tag === null ? {} : { tag }),
    })),
  };
}

function revisionSpec({ image, env, containerConcurrency, timeoutUs }: RevisionStatus): Json {
  return { containerConcurrency, timeoutSeconds: timeoutUs / SECOND, containers: [{ image, env: envOf(env) }] };
}

function envOf(env: Readonly<Record<string, string>>): Json[] {
  return Object.entries(env).map(([name, value]) => ({ name, value }));
}

function trafficOf({ revisionName, latestRevision, percent, tag, url }: TrafficStatus): Json {
  return { revisionName, latestRevision, percent, ...(tag === null ? {} : { tag, url }) };
}

function conditionOf(condition: Condition, timestamp: Timestamp): Json {
  const { type, status, severity, reason, message, lastTransitionUs } = condition;
  return {
    type,
    status,
    ...(severity === "" ? {} : { severity }),
    ...(reason === "" ? {} : { reason }),
    ...(message === "" ? {} : { message }),
    lastTransitionTime: timestamp(lastTransitionUs),
  };
}

/** Plain YAML: enough for what manifests hold. */
function yamlText(value: unknown, indent: number): string {
  const margin = "  ".repeat(indent);
  if (Array.isArray(value)) {
    return value.map((item) => `${margin}- ${nested(item, indent + 1).slice(margin.length + 2)}`).join("");
  }
  return Object.entries(value as Json)
    .filter(([, item]) => item !== undefined)
    .map(([key, item]) => {
      if (isEmpty(item)) return `${margin}${key}: ${Array.isArray(item) ? "[]" : "{}"}\n`;
      if (typeof item === "object" && item !== null) {
        return `${margin}${key}:\n${yamlText(item, Array.isArray(item) ? indent : indent + 1)}`;
      }
      return `${margin}${key}: ${scalar(item)}\n`;
    })
    .join("");
}

function nested(item: unknown, indent: number): string {
  return typeof item === "object" && item !== null ? yamlText(item, indent) : `${"  ".repeat(indent)}${scalar(item)}\n`;
}

function isEmpty(item: unknown): boolean {
  return typeof item === "object" && item !== null && Object.keys(item).length === 0;
}

function scalar(value: unknown): string {
  if (typeof value !== "string") return String(value);
  return /^[A-Za-z_/][\w ./@-]*$/.test(value) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(value)
    ? value
    : JSON.stringify(value);
}

/** `{.status.url}`, `{.items[*].metadata.name}`: keys, indices and `*`; text around the braces stays. */
function jsonPath(root: Json, template: string): string {
  return template.replace(/\{\s*([^}]*)\s*\}/g, (_, path: string) => {
    let values: unknown[] = [root];
    for (const [, key, index] of path.matchAll(/\.?([\w-]+)|\[['"]?([^\]'"]+)['"]?\]/g)) {
      const step = key ?? index;
      values = values.flatMap((value) => {
        if (typeof value !== "object" || value === null) return [];
        if (step === "*") return Object.values(value);
        const found = (value as Json)[step];
        return found === undefined ? [] : [found];
      });
    }
    return values.map((value) => (typeof value === "object" ? JSON.stringify(value) : String(value))).join(" ");
  });
}
