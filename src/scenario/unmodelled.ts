import { ANNOTATION, findAnnotation } from "../kube/annotations.js";
import { isObject, type JsonObject, objectAt, objectsAt, textAt, textsAt } from "../kube/json-shape.js";
import type { DiagnosticList } from "./diagnostics.js";
import type { FieldPlaces } from "./knative-problems.js";
import type { WarningId } from "./warning-ids.js";

/** Volumes that come with the pod; any other has to be attached, which takes time. */
const LOCAL_VOLUMES = ["emptyDir", "configMap", "secret", "projected", "downwardAPI"];

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
