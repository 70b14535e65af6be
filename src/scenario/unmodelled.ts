import { ANNOTATION, findAnnotation } from "../kube/annotations.js";
import { isObject, type JsonObject, objectAt, objectsAt, textAt, textsAt } from "../kube/json-shape.js";
import type { DiagnosticList } from "./diagnostics.js";
import type { FieldPlaces } from "./knative-problems.js";
import { nearestName } from "./nearest-name.js";
import type { WarningId } from "./warning-ids.js";

/** Volumes that come with the pod; any other has to be attached, which takes time. */
const LOCAL_VOLUMES = ["emptyDir", "configMap", "secret", "projected", "downwardAPI"];

const ANNOTATION_KEYS: readonly string[] = Object.values(ANNOTATION).flat();

/** Annotations that no part of Knative reads and that look like one which is read. */
function misspeltAnnotations(metadata: JsonObject): readonly (readonly [key: string, meant: string])[] {
  return Object.keys(textsAt(metadata, "annotations")).flatMap((key) => {
    const group = key.slice(0, key.indexOf("/") + 1);
    const known = ANNOTATION_KEYS.filter((candidate) => group !== "" && candidate.startsWith(group));
    if (known.includes(key)) return [];
    const nearest = nearestName(
      key.slice(group.length),
      known.map((candidate) => candidate.slice(group.length)),
    );
    return nearest === null ? [] : [[key, group + nearest] as const];
  });
}

/**
 * Warns of what a revision template asks for that would change results and is not modelled.
 *
 * @param field where the template stands: `spec.template`
 */
export function warnOfUnmodelled(
  template: JsonObject,
  {
    field,
    placeOf,
    problems,
  }: { readonly field: string; readonly placeOf: FieldPlaces; readonly problems: DiagnosticList },
): void {
  const warn = (id: WarningId, below: string, message: string) =>
    problems.warning(id, placeOf(`${field}.${below}`), message);
  const classAnnotation = findAnnotation(textsAt(objectAt(template, "metadata"), "annotations"), ANNOTATION.class);
  if (classAnnotation?.value.startsWith("hpa."))
    warn(
      "W-hpa",
      `metadata.annotations.${classAnnotation.key}`,
      "the horizontal pod autoscaler is not modelled; Knative's own autoscaler scales this revision",
    );
  for (const [key, meant] of misspeltAnnotations(objectAt(template, "metadata"))) {
    const place = placeOf(`${field}.metadata.annotations.${key}`);
    problems.warning("W-annotation", place, `Knative ignores the annotation ${JSON.stringify(key)}`, meant);
  }
  const spec = objectAt(template, "spec");
  objectsAt(spec, "containers").forEach((container, index) => {
    const at = `spec.containers[${index}]`;
    if (isObject(objectAt(container, "readinessProbe").exec))
      warn(
        "W-probe-exec",
        `${at}.readinessProbe.exec`,
        "the command of an exec probe is not run and counts as successful",
      );
    if (isObject(container.startupProbe))
      warn(
        "W-startup-probe",
        `${at}.startupProbe`,
        "a startup probe is not modelled; use coldStart.boot for a slow start",
      );
  });
  if (objectsAt(spec, "initContainers").length > 0)
    warn("W-init-container", "spec.initContainers", "init containers are not modelled; use coldStart.containerStart");
  objectsAt(spec, "volumes").forEach((volume, index) => {
    const kind = Object.keys(volume).find((key) => key !== "name" && !LOCAL_VOLUMES.includes(key));
    if (kind !== undefined)
      warn(
        "W-volume",
        `spec.volumes[${index}]`,
        `attaching the volume ${JSON.stringify(textAt(volume, "name"))} (${kind}) takes no time here`,
      );
  });
}
