import { isMap } from "yaml";
import { objectAt } from "../kube/json-shape.js";
import { validateConfiguration, validateRoute, validateService } from "../kube/validation.js";
import { ConfigMaps } from "./config-maps.js";
import { type Diagnostic, DiagnosticList, ScenarioError } from "./diagnostics.js";
import { manifestPlaces, reportFieldErrors, UniqueObjects } from "./knative-problems.js";
import { type LoadOptions, loadScenarioText } from "./load.js";
import { manifestJson, manifestObjects } from "./manifest-objects.js";
import { scenarioSchema } from "./schema.js";
import { type ReadFile, readYamlText } from "./source-text.js";
import { warnOfUnmodelled } from "./unmodelled.js";
import { keyText, parseYaml, toPlain, type YamlDocument } from "./yaml-document.js";

/**
 * What is wrong with a file: a scenario, or manifests of which those of the file form one cluster, so that its
 * ConfigMaps apply to its other objects (contract §7).
 *
 * @returns errors and warnings by place; empty = fine. A file that cannot be read is one `E-file` without a line
 */
export async function validateFile(
  path: string,
  read: ReadFile,
  options: LoadOptions = {},
): Promise<readonly Diagnostic[]> {
  const problems = new DiagnosticList();
  const file = path === "-" ? "<stdin>" : path;
  const source = await readYamlText(path, read);
  if (!source.ok) {
    problems.error("E-file", { file, line: 0, column: 0, path: "" }, source.error);
    return problems.sorted();
  }
  const documents = parseYaml(file, source.text, problems);
  if (documents === null) return problems.sorted();
  if (!documents.some(isScenario)) {
    validateManifests(documents, problems);
    if (documents.every(({ root }) => root === null))
      problems.error("E-syntax", { file, line: 1, column: 1, path: "" }, "the file is empty");
    return problems.sorted();
  }
  try {
    const { diagnostics } = await loadScenarioText(source.text, { ...options, file, read });
    return diagnostics;
  } catch (error) {
    if (error instanceof ScenarioError) return error.diagnostics;
    throw error;
  }
}

/** By its kind; without one by its keys, so that a forgotten kind is what gets reported. */
function isScenario(document: YamlDocument): boolean {
  const { root } = document;
  if (!isMap(root)) return false;
  const [apiVersion, kind] = ["apiVersion", "kind"].map((key) => toPlain(document, document.find([key])));
  if (kind === "Scenario" || (typeof apiVersion === "string" && apiVersion.startsWith("knsim/"))) return true;
  const isNameless = apiVersion === null && kind === null;
  return isNameless && root.items.some(({ key }) => Object.hasOwn(scenarioSchema.shape, keyText(key)));
}

function validateManifests(documents: readonly YamlDocument[], problems: DiagnosticList): void {
  const objects = manifestObjects(documents, problems, new Set());
  const unique = new UniqueObjects(problems);
  const configMaps = new ConfigMaps();
  for (const object of objects)
    if (unique.add(object.kind, object) && object.kind === "ConfigMap") configMaps.addManifest(object, problems);
  const config = configMaps.parse(problems);
  for (const object of objects) {
    const json = manifestJson(object);
    const placeOf = manifestPlaces(object);
    if (object.kind === "Service") reportFieldErrors(validateService(json, config), placeOf, problems);
    if (object.kind === "Configuration") reportFieldErrors(validateConfiguration(json, config), placeOf, problems);
    if (object.kind === "Route") reportFieldErrors(validateRoute(json), placeOf, problems);
    if (object.kind === "Service" || object.kind === "Configuration") {
      const template = objectAt(objectAt(json, "spec"), "template");
      warnOfUnmodelled(template, { field: "spec.template", placeOf, problems });
    }
  }
}
