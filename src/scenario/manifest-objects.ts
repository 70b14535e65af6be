import { isMap, isSeq } from "yaml";
import { isObject, type JsonObject, objectAt, textAt } from "../kube/json-shape.js";
import type { DiagnosticList, Place } from "./diagnostics.js";
import { nearestName } from "./nearest-name.js";
import { type Path, toPlain, type YamlDocument } from "./yaml-document.js";

export type ManifestKind = "Service" | "Configuration" | "Route" | "ConfigMap";

/** An object of a manifest that the simulation reads, not yet checked. */
export interface ManifestObject {
  readonly kind: ManifestKind;
  readonly document: YamlDocument;
  /** Where in its document it stands: below `items` in a List. */
  readonly base: Path;
  readonly name: string;
  /** `default` when unset. */
  readonly namespace: string;
  /** Its place for messages: that of its name. */
  readonly place: Place;
}

const KINDS: Readonly<Record<string, ManifestKind>> = {
  "serving.knative.dev/v1 Service": "Service",
  "serving.knative.dev/v1 Configuration": "Configuration",
  "serving.knative.dev/v1 Route": "Route",
  "v1 ConfigMap": "ConfigMap",
};

const SERVING = "serving.knative.dev/v1";
const KINDS_OF_SERVING = ["Service", "Configuration", "Route", "Revision"];

/** Kinds of which one warning is enough, however many objects and files there are. */
export type IgnoredKinds = Set<string>;

/**
 * The objects in the documents of a manifest, those in Lists included, in order.
 *
 * Kinds that the simulation does not know are ignored with one warning each; empty documents are nothing.
 */
export function manifestObjects(
  documents: readonly YamlDocument[],
  problems: DiagnosticList,
  ignored: IgnoredKinds,
): ManifestObject[] {
  return documents.flatMap((document) => (isEmpty(document) ? [] : objectsBelow(document, [], problems, ignored)));
}

function isEmpty(document: YamlDocument): boolean {
  return document.root === null || toPlain(document, document.root) === null;
}

function objectsBelow(
  document: YamlDocument,
  base: Path,
  problems: DiagnosticList,
  ignored: IgnoredKinds,
): ManifestObject[] {
  const value = document.find(base);
  if (!isMap(value)) {
    problems.error("E-type", document.place(base), "expected a Kubernetes object, a mapping with apiVersion and kind");
    return [];
  }
  const apiVersion = textOf(document, [...base, "apiVersion"]);
  const kind = textOf(document, [...base, "kind"]);
  for (const [key, text] of [
    ["apiVersion", apiVersion],
    ["kind", kind],
  ]) {
    if (text === "") problems.error("E-key", document.place(base), `missing key ${JSON.stringify(key)}`);
  }
  if (apiVersion === "" || kind === "") return [];
  if (apiVersion === "v1" && kind === "List") return listItems(document, base, problems, ignored);
  const type = `${apiVersion} ${kind}`;
  if (Object.hasOwn(KINDS, type)) return [objectAtBase(KINDS[type], document, base)];
  if (!ignored.has(type)) {
    const place = document.place([...base, "kind"]);
    // Of Knative's own group only: of any other a near name would be a guess.
    const nearest = apiVersion === SERVING ? nearestName(kind, KINDS_OF_SERVING) : null;
    problems.warning("W-kind", place, `${type} is not simulated and is ignored`, nearest);
  }
  ignored.add(type);
  return [];
}

function listItems(
  document: YamlDocument,
  base: Path,
  problems: DiagnosticList,
  ignored: IgnoredKinds,
): ManifestObject[] {
  const items = document.find([...base, "items"]);
  if (!isSeq(items)) return [];
  return items.items.flatMap((_, index) => objectsBelow(document, [...base, "items", index], problems, ignored));
}

function objectAtBase(kind: ManifestKind, document: YamlDocument, base: Path): ManifestObject {
  const metadata = objectAt({ metadata: plainAt(document, [...base, "metadata"]) }, "metadata");
  return {
    kind,
    document,
    base,
    name: textAt(metadata, "name"),
    namespace: textAt(metadata, "namespace") || "default",
    place: document.place([...base, "metadata", "name"]),
  };
}

/** The object as plain JSON, fresh for every caller. */
export function manifestJson({ document, base }: ManifestObject): JsonObject {
  const json = plainAt(document, base);
  return isObject(json) ? json : {};
}

function plainAt(document: YamlDocument, path: Path): unknown {
  return toPlain(document, document.find(path));
}

function textOf(document: YamlDocument, path: Path): string {
  const value = plainAt(document, path);
  return typeof value === "string" ? value : "";
}
