import { validateNoAutoscalingAnnotations, validateRolloutDuration } from "./annotation-validation.js";
import { type ClusterConfig, isConfigMapName, parseClusterConfig } from "./config.js";
import { type FieldError, fieldError, mergeFieldErrors, missingField, viaField } from "./field-error.js";
import { decodeErrors, isObject, type JsonObject, objectAt, type Shape, textAt, textsAt } from "./json-shape.js";
import { CONFIGURATION_SHAPE, ROUTE_SHAPE, SERVICE_SHAPE } from "./manifest-shapes.js";
import { notADns1035Label } from "./names.js";
import { defaultTemplate } from "./revision-defaults.js";
import { maskTrailingDash, validateTemplate } from "./revision-validation.js";
import { defaultTraffic, validateTraffic } from "./route-validation.js";

/**
 * Manifests as Knative's webhooks treat them: first decoded, then defaulted, then validated. Paths are rooted at the
 * object (`spec.template.spec.containerConcurrency`); problems come merged and sorted as Knative prints them.
 *
 * @see knative/serving cmd/webhook/main.go, pkg/apis/serving/v1/service_validation.go and its neighbours
 */

/** The problems of a Service, empty when Knative would accept it. */
export function validateService(object: unknown, config: ClusterConfig): FieldError[] {
  return admit(object, SERVICE_SHAPE, (service) => serviceErrors(defaultService(service, config), config));
}

/** The problems of a Configuration. */
export function validateConfiguration(object: unknown, config: ClusterConfig): FieldError[] {
  return admit(object, CONFIGURATION_SHAPE, (configuration) =>
    configurationErrors(defaultConfiguration(configuration, config), config),
  );
}

/** The problems of a Route. */
export function validateRoute(object: unknown): FieldError[] {
  return admit(object, ROUTE_SHAPE, (route) => routeErrors(defaultRoute(route)));
}

function admit(object: unknown, shape: Shape, validate: (object: JsonObject) => FieldError[]): FieldError[] {
  const undecodable = decodeErrors(object, shape);
  if (undecodable.length > 0) return mergeFieldErrors(undecodable);
  return mergeFieldErrors(validate(isObject(object) ? object : {}));
}

/** A Service with Knative's defaults filled in: template and traffic. The object was decoded without errors. */
export function defaultService(service: JsonObject, config: ClusterConfig): JsonObject {
  const spec = objectAt(service, "spec");
  return {
    ...service,
    spec: {
      ...spec,
      template: defaultTemplate(objectAt(spec, "template"), config.defaults),
      traffic: defaultTraffic(spec, "service"),
    },
  };
}

export function defaultConfiguration(configuration: JsonObject, config: ClusterConfig): JsonObject {
  const spec = objectAt(configuration, "spec");
  const template = defaultTemplate(objectAt(spec, "template"), config.defaults);
  return { ...configuration, spec: { ...spec, template } };
}

export function defaultRoute(route: JsonObject): JsonObject {
  const spec = objectAt(route, "spec");
  const traffic = defaultTraffic(spec, "route");
  return traffic === undefined ? route : { ...route, spec: { ...spec, traffic } };
}

/** The problems of a Service as it stands, without defaulting. Neither merged nor sorted. */
export function serviceErrors(service: JsonObject, config: ClusterConfig): FieldError[] {
  const metadata = objectAt(service, "metadata");
  const spec = objectAt(service, "spec");
  return [
    ...viaField("metadata", [...metadataErrors(metadata), ...rolloutErrors(metadata)]),
    ...viaField("spec", [
      ...viaField("template", validateTemplate(objectAt(spec, "template"), metadata, config)),
      ...validateTraffic(spec, "service"),
    ]),
  ];
}

/** The problems of a Configuration as it stands. */
function configurationErrors(configuration: JsonObject, config: ClusterConfig): FieldError[] {
  const metadata = objectAt(configuration, "metadata");
  const template = objectAt(objectAt(configuration, "spec"), "template");
  return [
    ...viaField("metadata", [...metadataErrors(metadata), ...ownerErrors(metadata)]),
    ...viaField("spec.template", validateTemplate(template, metadata, config)),
  ];
}

/** The problems of a Route as it stands. */
export function routeErrors(route: JsonObject): FieldError[] {
  const metadata = objectAt(route, "metadata");
  return [
    ...viaField("metadata", [...metadataErrors(metadata), ...rolloutErrors(metadata), ...ownerErrors(metadata)]),
    ...viaField("spec", validateTraffic(objectAt(route, "spec"), "route")),
  ];
}

/** Name and annotations, which every kind has; paths begin at the metadata. */
function metadataErrors(metadata: JsonObject): FieldError[] {
  return [
    ...objectNameErrors(textAt(metadata, "name"), textAt(metadata, "generateName")),
    ...viaField("annotations", validateNoAutoscalingAnnotations(textsAt(metadata, "annotations"))),
  ];
}

function objectNameErrors(name: string, generateName: string): FieldError[] {
  if (generateName !== "") {
    const problem = notADns1035Label(maskTrailingDash(generateName));
    if (problem !== null) return [fieldError(problem.replace("label:", "label prefix:"), "generateName")];
  }
  if (name === "") return generateName === "" ? [fieldError("name or generateName is required", "name")] : [];
  const problem = notADns1035Label(name);
  return problem === null ? [] : [fieldError(problem, "name")];
}

function rolloutErrors(metadata: JsonObject): FieldError[] {
  return viaField("annotations", validateRolloutDuration(textsAt(metadata, "annotations")));
}

const SERVICE_LABEL = "serving.knative.dev/service";

/** The label that says "made by this Service" needs the owner reference that proves it. */
function ownerErrors(metadata: JsonObject): FieldError[] {
  const service = textsAt(metadata, "labels")[SERVICE_LABEL];
  if (service === undefined) return [];
  const owners: readonly unknown[] = Array.isArray(metadata.ownerReferences) ? metadata.ownerReferences : [];
  const isOwned = owners.some((owner) => isObject(owner) && owner.kind === "Service" && owner.name === service);
  return isOwned ? [] : viaField("labels", [missingField(SERVICE_LABEL)]);
}

/** Why a ConfigMap of knative-serving is rejected. */
export interface ConfigMapProblem {
  /** Knative's text. */
  readonly text: string;
  /** The key of `data` it speaks of; null when it names none that is set. */
  readonly key: string | null;
}

/**
 * The problems of a ConfigMap by its name; maps that the simulation does not read are accepted.
 *
 * Values must be text: Kubernetes refuses the number in `stable-window: 60`.
 */
export function validateConfigMap(name: string, data: JsonObject): ConfigMapProblem[] {
  const undecodable = Object.entries(data).flatMap(([key, value]) =>
    decodeErrors(value, "string").map(({ message }) => ({ text: `${message}: data.${key}`, key })),
  );
  if (undecodable.length > 0 || !isConfigMapName(name)) return undecodable;
  const { errors } = parseClusterConfig({ [name]: textsAt({ data }, "data") });
  return errors.map(({ error }) => ({ text: error, key: mentionedKey(error, Object.keys(data)) }));
}

/** The key that the text names first; of two that begin at one place the longer (`max-scale` begins `max-scale-limit`). */
function mentionedKey(text: string, keys: readonly string[]): string | null {
  let best: { key: string; at: number } | null = null;
  for (const key of keys) {
    const at = text.indexOf(key);
    if (at < 0) continue;
    if (!best || at < best.at || (at === best.at && key.length > best.key.length)) best = { key, at };
  }
  return best?.key ?? null;
}
