import type { DefaultsConfig } from "./config.js";
import { isObject, type JsonObject, numberAt, objectAt, objectsAt, textAt } from "./json-shape.js";

/**
 * A revision template with Knative's defaults filled in; nothing that was set is changed, but for a timeout of 0.
 *
 * @see knative/serving pkg/apis/serving/v1/revision_defaults.go (RevisionSpec.SetDefaults)
 */
export function defaultTemplate(template: JsonObject, defaults: DefaultsConfig): JsonObject {
  return { ...template, spec: defaultRevisionSpec(objectAt(template, "spec"), defaults) };
}

/** The same for a revision's spec alone. */
function defaultRevisionSpec(spec: JsonObject, defaults: DefaultsConfig): JsonObject {
  const timeoutSeconds = numberAt(spec, "timeoutSeconds") || defaults.revisionTimeoutSeconds;
  // A default of 0 means no timer, and a timer that is not shorter than the whole timeout would never fire.
  const timer = (field: string, byDefault: number) => {
    const seconds = numberAt(spec, field) ?? (byDefault !== 0 && byDefault < timeoutSeconds ? byDefault : undefined);
    return seconds === undefined ? {} : { [field]: seconds };
  };
  const { idleTimeoutSeconds: _idle, responseStartTimeoutSeconds: _responseStart, ...rest } = spec;
  return {
    ...rest,
    containerConcurrency: numberAt(spec, "containerConcurrency") ?? defaults.containerConcurrency,
    timeoutSeconds,
    ...timer("responseStartTimeoutSeconds", defaults.revisionResponseStartTimeoutSeconds),
    ...timer("idleTimeoutSeconds", defaults.revisionIdleTimeoutSeconds),
    ...(Array.isArray(spec.containers) ? { containers: defaultContainers(spec, defaults) } : {}),
  };
}

function defaultContainers(spec: JsonObject, defaults: DefaultsConfig): JsonObject[] {
  const containers = objectsAt(spec, "containers");
  const names = defaultNames(containers);
  return containers.map((container, index) => {
    const isServing = containers.length === 1 || objectsAt(container, "ports").length > 0;
    const readinessProbe = defaultReadinessProbe(container.readinessProbe, isServing);
    return {
      ...container,
      name: names[index],
      resources: defaultResources(objectAt(container, "resources"), defaults),
      ...(readinessProbe ? { readinessProbe } : {}),
    };
  });
}

/** `user-container`, with a number behind it among several; a name the user chose is not given twice. */
function defaultNames(containers: readonly JsonObject[]): string[] {
  const taken = new Set(containers.map((container) => textAt(container, "name")));
  let next = 0;
  return containers.map((container) => {
    let name = textAt(container, "name");
    if (name === "" && containers.length === 1) name = "user-container";
    while (name === "" || (textAt(container, "name") === "" && taken.has(name))) name = `user-container-${next++}`;
    return name;
  });
}

function defaultResources(resources: JsonObject, defaults: DefaultsConfig): JsonObject {
  return {
    ...resources,
    requests: {
      ...quantities(defaults.revisionCpuRequest, defaults.revisionMemoryRequestBytes),
      ...objectAt(resources, "requests"),
    },
    limits: {
      ...quantities(defaults.revisionCpuLimit, defaults.revisionMemoryLimitBytes),
      ...objectAt(resources, "limits"),
    },
  };
}

function quantities(cpu: number | null, memoryBytes: number | null): JsonObject {
  return {
    ...(cpu === null ? {} : { cpu: String(cpu) }),
    ...(memoryBytes === null ? {} : { memory: String(memoryBytes) }),
  };
}

/** Without a probe the serving container gets one that waits for its port; other containers get none. */
function defaultReadinessProbe(value: unknown, isServing: boolean): JsonObject | null {
  if (!isObject(value) && !isServing) return null;
  const probe = isObject(value) ? value : {};
  const hasHandler = ["tcpSocket", "httpGet", "exec", "grpc"].some((kind) => isObject(probe[kind]));
  const usesKubernetesPeriod = (numberAt(probe, "periodSeconds") ?? 0) !== 0;
  return {
    ...probe,
    ...(isServing && !hasHandler ? { tcpSocket: {} } : {}),
    successThreshold: numberAt(probe, "successThreshold") || 1,
    ...(usesKubernetesPeriod
      ? {
          failureThreshold: numberAt(probe, "failureThreshold") || 3,
          timeoutSeconds: numberAt(probe, "timeoutSeconds") || 1,
        }
      : {}),
  };
}
