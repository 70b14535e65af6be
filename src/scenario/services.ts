import { fromSeconds } from "../engine/time.js";
import type { AppPlan, ServicePlan, StartState } from "../kube/cluster-plan.js";
import type { ClusterConfig } from "../kube/config.js";
import { type JsonObject, numberAt, objectAt, objectsAt, textAt } from "../kube/json-shape.js";
import { objectKey, serviceFromManifest, serviceFromRoute } from "../kube/manifest.js";
import type { ServiceObject } from "../kube/objects.js";
import {
  defaultConfiguration,
  defaultRoute,
  defaultService,
  validateConfiguration,
  validateRoute,
  validateService,
} from "../kube/validation.js";
import { type DiagnosticList, listNames, type Place } from "./diagnostics.js";
import { type FieldPlaces, manifestPlaces, reportFieldErrors, type UniqueObjects } from "./knative-problems.js";
import { type ManifestObject, manifestJson } from "./manifest-objects.js";
import { warnOfUnmodelled } from "./unmodelled.js";

/** A service together with what is remembered of where it was written. */
export interface LoadedService {
  readonly plan: ServicePlan;
  readonly place: Place;
  readonly imagePlace: Place;
  /** The objects with Knative's defaults filled in: a Service, or a Configuration and its Route. */
  readonly objects: readonly JsonObject[];
}

/** What a service does at the start and with its requests; not part of its object. */
export interface ServiceRole {
  readonly start: StartState;
  readonly app: AppPlan | null;
  readonly traceId: string | null;
}

/** What every service of a cluster is judged by. */
export interface Admission {
  readonly config: ClusterConfig;
  readonly problems: DiagnosticList;
  readonly unique: UniqueObjects;
  /** The ideal cluster of the golden runs takes fractions of a second as the short form's timeout. */
  readonly ideal: boolean;
}

/** A Service as Knative would admit it; null when it would not, which is then reported. */
export function admitService(
  json: JsonObject,
  role: ServiceRole,
  { placeOf, place }: { readonly placeOf: FieldPlaces; readonly place: Place },
  admission: Admission,
): LoadedService | null {
  const { config, problems, unique } = admission;
  const metadata = objectAt(json, "metadata");
  const isUnique = unique.add("Service", {
    name: textAt(metadata, "name"),
    namespace: textAt(metadata, "namespace") || "default",
    place,
  });
  const timeoutSeconds = admission.ideal ? fractionalTimeout(json) : null;
  const judged = timeoutSeconds === null ? json : withTimeout(json, Math.ceil(timeoutSeconds));
  const errors = validateService(judged, config);
  reportFieldErrors(errors, placeOf, problems);
  if (errors.length > 0 || !isUnique) return null;
  const template = objectAt(objectAt(judged, "spec"), "template");
  warnOfUnmodelled(template, { field: "spec.template", placeOf, problems });
  const object = serviceFromManifest(judged, config);
  return {
    plan: {
      key: objectKey(object.meta),
      object: timeoutSeconds === null ? object : withTemplateTimeout(object, timeoutSeconds),
      ...role,
    },
    place,
    imagePlace: placeOf(imageField(template)),
    objects: [defaultService(json, config)],
  };
}

/** A standalone Route with the Configuration it names, run as the Service that would have made them. */
export function admitRoute(
  route: ManifestObject,
  configurations: readonly ManifestObject[],
  role: ServiceRole,
  { config, problems, unique }: Admission,
): LoadedService | null {
  const json = manifestJson(route);
  const errors = validateRoute(json);
  reportFieldErrors(errors, manifestPlaces(route), problems);
  const isUnique = unique.add("Route", route);
  const configuration = configurationOf(route, json, configurations, problems);
  if (configuration === null) return null;
  const configurationJson = manifestJson(configuration);
  const configurationErrors = validateConfiguration(configurationJson, config);
  reportFieldErrors(configurationErrors, manifestPlaces(configuration), problems);
  if (errors.length > 0 || configurationErrors.length > 0 || !isUnique) return null;
  const template = objectAt(objectAt(configurationJson, "spec"), "template");
  const placeOf = manifestPlaces(configuration);
  warnOfUnmodelled(template, { field: "spec.template", placeOf, problems });
  const object = serviceFromRoute(json, configurationJson, config);
  return {
    plan: { key: objectKey(object.meta), object, ...role },
    place: route.place,
    imagePlace: placeOf(imageField(template)),
    objects: [defaultConfiguration(configurationJson, config), defaultRoute(json)],
  };
}

/** A Configuration to which no Route sends: nothing of it runs, but Knative judges it all the same. */
export function refuseOrIgnore(configuration: ManifestObject, { config, problems }: Admission): void {
  const errors = validateConfiguration(manifestJson(configuration), config);
  reportFieldErrors(errors, manifestPlaces(configuration), problems);
  if (errors.length > 0) return;
  const message = `no Route sends to the Configuration ${JSON.stringify(configuration.name)}, so it is ignored`;
  problems.warning("W-configuration", configuration.place, message);
}

/** Whether some target of a Route names the Configuration or one of its revisions. */
export function sendsTo(route: ManifestObject, configuration: ManifestObject): boolean {
  if (route.namespace !== configuration.namespace) return false;
  const targets = objectsAt(objectAt(manifestJson(route), "spec"), "traffic");
  return targets.some((target) => isTargetOf(target, configuration));
}

function isTargetOf(target: JsonObject, { name }: ManifestObject): boolean {
  const configuration = textAt(target, "configurationName");
  return configuration === "" ? textAt(target, "revisionName").startsWith(`${name}-`) : configuration === name;
}

/** The one Configuration that a Route sends to: the one it names, else the one whose revisions it names. */
function configurationOf(
  route: ManifestObject,
  json: JsonObject,
  configurations: readonly ManifestObject[],
  problems: DiagnosticList,
): ManifestObject | null {
  const nearby = configurations.filter(({ namespace }) => namespace === route.namespace);
  const targets = objectsAt(objectAt(json, "spec"), "traffic");
  const found = new Set<ManifestObject>();
  for (const [index, target] of targets.entries()) {
    const name = textAt(target, "configurationName");
    const revision = textAt(target, "revisionName");
    const configuration = nearby.find((known) => isTargetOf(target, known));
    if (configuration) found.add(configuration);
    else if (name !== "" || revision !== "") {
      const field = name === "" ? "revisionName" : "configurationName";
      const names = nearby.map((known) => known.name);
      const message =
        name === ""
          ? `no Configuration here makes the revision ${JSON.stringify(revision)}`
          : `unknown Configuration ${JSON.stringify(name)}`;
      problems.unknownName(
        "E-ref",
        manifestPlaces(route)(`spec.traffic[${index}].${field}`),
        message,
        name || revision,
        names,
      );
    }
  }
  const [first, ...others] = found;
  if (others.length > 0) {
    const names = listNames(
      [...found].map(({ name }) => name),
      { word: "and" },
    );
    problems.error(
      "E-ref",
      route.place,
      `a Route over several Configurations (${names}) cannot be simulated; use one Route for each`,
    );
    return null;
  }
  return first ?? null;
}

/** The image of the container that serves requests: the one with a port, else the first. */
function imageField(template: JsonObject): string {
  const containers = objectsAt(objectAt(template, "spec"), "containers");
  const withPort = containers.findIndex((container) => objectsAt(container, "ports").length > 0);
  return `spec.template.spec.containers[${Math.max(withPort, 0)}].image`;
}

function fractionalTimeout(json: JsonObject): number | null {
  const spec = objectAt(objectAt(objectAt(json, "spec"), "template"), "spec");
  const seconds = numberAt(spec, "timeoutSeconds");
  return seconds === undefined || Number.isInteger(seconds) || seconds <= 0 ? null : seconds;
}

function withTimeout(json: JsonObject, timeoutSeconds: number): JsonObject {
  const spec = objectAt(json, "spec");
  const template = objectAt(spec, "template");
  const timed = { ...template, spec: { ...objectAt(template, "spec"), timeoutSeconds } };
  return { ...json, spec: { ...spec, template: timed } };
}

function withTemplateTimeout(object: ServiceObject, seconds: number): ServiceObject {
  return { ...object, template: { ...object.template, timeoutUs: fromSeconds(seconds) } };
}
