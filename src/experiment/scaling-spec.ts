import { isConfigMapName } from "../kube/config.js";
import { objectAt } from "../kube/json-shape.js";
import { serviceFromManifest } from "../kube/manifest.js";
import { validateConfiguration, validateService } from "../kube/validation.js";
import { resolveScalingSettings, type ScalingSettings } from "../model/autoscaler/scaling-settings.js";
import { ConfigMaps } from "../scenario/config-maps.js";
import { type Diagnostic, DiagnosticList } from "../scenario/diagnostics.js";
import { manifestPlaces, reportFieldErrors } from "../scenario/knative-problems.js";
import { type ManifestObject, manifestJson, manifestObjects } from "../scenario/manifest-objects.js";
import { type ReadFile, readYamlText } from "../scenario/source-text.js";
import { warnOfUnmodelled } from "../scenario/unmodelled.js";
import { parseYaml } from "../scenario/yaml-document.js";

/** How a revision would be scaled, from its manifest and the cluster's configuration. */
export interface ScalingSpec {
  /** Of the Service or Configuration. */
  readonly name: string;
  readonly settings: ScalingSettings;
}

/**
 * Reads what `--spec` and `--config` name: a file with one Service or Configuration, and one with Knative's ConfigMaps,
 * which may also stand in the first. Both are judged as Knative judges them.
 *
 * @param config null = Knative's defaults
 * @returns `spec` null when there is an error among the diagnostics
 */
export async function loadScalingSpec(
  spec: string,
  config: string | null,
  read: ReadFile,
): Promise<{ readonly spec: ScalingSpec | null; readonly diagnostics: readonly Diagnostic[] }> {
  const problems = new DiagnosticList();
  const objects = await objectsOf(spec, read, problems);
  const configured = config === null ? [] : await objectsOf(config, read, problems);
  const revision = objects && revisionOf(spec, objects, problems);
  if (config !== null && configured !== null && !configured.some(isKnativeMap))
    problems.error(
      "E-ref",
      { file: config, line: 1, column: 1, path: "" },
      "no ConfigMap of Knative, such as config-autoscaler, stands here",
    );
  const maps = new ConfigMaps();
  for (const object of [...(objects ?? []), ...(configured ?? [])])
    if (object.kind === "ConfigMap") maps.addManifest(object, problems);
  const settings = revision && scalingSettings(revision, maps, problems);
  const isUsable = settings !== null && problems.errorCount === 0;
  return {
    spec: isUsable ? { name: revision!.name, settings } : null,
    diagnostics: problems.sorted(),
  };
}

/** The objects of a file; null when it cannot be used, which has been reported. */
async function objectsOf(
  path: string,
  read: ReadFile,
  problems: DiagnosticList,
): Promise<readonly ManifestObject[] | null> {
  const source = await readYamlText(path, read);
  if (!source.ok) {
    problems.error("E-file", { file: path, line: 0, column: 0, path: "" }, source.error);
    return null;
  }
  const documents = parseYaml(path, source.text, problems);
  return documents && manifestObjects(documents, problems, new Set());
}

function isKnativeMap({ kind, name }: ManifestObject): boolean {
  return kind === "ConfigMap" && isConfigMapName(name);
}

/** The one object that has a revision template. */
function revisionOf(file: string, objects: readonly ManifestObject[], problems: DiagnosticList): ManifestObject | null {
  const [first, second] = objects.filter(({ kind }) => kind === "Service" || kind === "Configuration");
  if (first === undefined)
    problems.error("E-ref", { file, line: 1, column: 1, path: "" }, "no Service of serving.knative.dev/v1 stands here");
  if (second !== undefined)
    problems.error("E-duplicate", second.place, "metrics are those of one revision; give the file of one Service");
  return first ?? null;
}

/** Null when Knative would not admit the object, which has been reported. */
function scalingSettings(revision: ManifestObject, maps: ConfigMaps, problems: DiagnosticList): ScalingSettings | null {
  const config = maps.parse(problems);
  const json = manifestJson(revision);
  const placeOf = manifestPlaces(revision);
  const errors = revision.kind === "Service" ? validateService(json, config) : validateConfiguration(json, config);
  reportFieldErrors(errors, placeOf, problems);
  if (errors.length > 0) return null;
  warnOfUnmodelled(objectAt(objectAt(json, "spec"), "template"), { field: "spec.template", placeOf, problems });
  // The template of a Configuration stands where that of a Service does.
  const { template } = serviceFromManifest(json, config);
  const { annotations, containerConcurrency } = template;
  const { progressDeadlineUs } = config.deployment;
  return resolveScalingSettings(annotations, config.autoscaler, containerConcurrency, progressDeadlineUs);
}
