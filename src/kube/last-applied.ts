import { isObject, type JsonObject, numberAt, objectAt, objectsAt, textAt, textsAt } from "./json-shape.js";
import type { ServiceEdit } from "./kn-command.js";

/** Where `kn service apply`, like kubectl, keeps what it was last asked for. */
export const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

type Changes = Readonly<Record<string, string | null>>;

/** What an apply asks for, as the manifest that kn would send; names and values that it removes are not in it. */
export function appliedManifest(name: string, namespace: string, edit: ServiceEdit): JsonObject {
  const resources = {
    requests: quantities(edit.cpuRequest, edit.memoryRequestBytes),
    limits: quantities(edit.cpuLimit, edit.memoryLimitBytes),
  };
  const container = {
    image: edit.image,
    env: Object.entries(setOnes(edit.env)).map(([variable, value]) => ({ name: variable, value })),
    resources,
  };
  return {
    apiVersion: "serving.knative.dev/v1",
    kind: "Service",
    metadata: {
      name,
      namespace,
      annotations: setOnes(edit.serviceAnnotations),
      labels: setOnes(edit.serviceLabels),
    },
    spec: {
      template: {
        metadata: { annotations: setOnes(edit.annotations), labels: setOnes(edit.labels) },
        spec: {
          containerConcurrency: edit.concurrencyLimit,
          timeoutSeconds: edit.timeoutSeconds,
          containers: [container],
        },
      },
    },
  };
}

/**
 * An apply's edit together with the removal of what the last apply asked for and this one does not; what others put
 * into the service stays.
 *
 * @param lastApplied text of the annotation; null = the service was not made by apply, nothing is removed
 * @param defaults what the settings of a revision are when nobody asks for them
 */
export function threeWayEdit(
  edit: ServiceEdit,
  lastApplied: string | null,
  defaults: { readonly concurrencyLimit: number; readonly timeoutSeconds: number },
): ServiceEdit {
  if (lastApplied === null) return edit;
  const parsed: unknown = JSON.parse(lastApplied);
  const before = isObject(parsed) ? parsed : {};
  const metadata = objectAt(before, "metadata");
  const template = objectAt(objectAt(before, "spec"), "template");
  const templateMetadata = objectAt(template, "metadata");
  const spec = objectAt(template, "spec");
  const container = objectsAt(spec, "containers")[0] ?? {};
  const env = Object.fromEntries(objectsAt(container, "env").map((entry) => [textAt(entry, "name"), ""]));
  const had = (kind: "requests" | "limits", resource: string) =>
    resource in objectAt(objectAt(container, "resources"), kind) ? null : undefined;
  return {
    ...edit,
    env: withRemovals(edit.env, env),
    annotations: withRemovals(edit.annotations, textsAt(templateMetadata, "annotations")),
    labels: withRemovals(edit.labels, textsAt(templateMetadata, "labels")),
    serviceAnnotations: withRemovals(edit.serviceAnnotations, textsAt(metadata, "annotations")),
    serviceLabels: withRemovals(edit.serviceLabels, textsAt(metadata, "labels")),
    concurrencyLimit:
      edit.concurrencyLimit ??
      (numberAt(spec, "containerConcurrency") === undefined ? undefined : defaults.concurrencyLimit),
    timeoutSeconds:
      edit.timeoutSeconds ?? (numberAt(spec, "timeoutSeconds") === undefined ? undefined : defaults.timeoutSeconds),
    cpuRequest: edit.cpuRequest ?? had("requests", "cpu"),
    cpuLimit: edit.cpuLimit ?? had("limits", "cpu"),
    memoryRequestBytes: edit.memoryRequestBytes ?? had("requests", "memory"),
    memoryLimitBytes: edit.memoryLimitBytes ?? had("limits", "memory"),
  };
}

function withRemovals(changes: Changes, before: Readonly<Record<string, string>>): Changes {
  return { ...Object.fromEntries(Object.keys(before).map((key) => [key, null])), ...changes };
}

function setOnes(changes: Changes): Record<string, string> {
  const entries = Object.entries(changes);
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== null));
}

function quantities(cpu: number | null | undefined, memoryBytes: number | null | undefined): Record<string, string> {
  return {
    ...(typeof cpu === "number" ? { cpu: String(cpu) } : {}),
    ...(typeof memoryBytes === "number" ? { memory: String(memoryBytes) } : {}),
  };
}
