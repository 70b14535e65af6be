import type * as z from "zod";
import { isObject, type JsonObject, objectsAt, textAt } from "../kube/json-shape.js";
import type { Checked } from "./checked.js";
import type { FieldPlaces } from "./knative-problems.js";
import type { serviceSchema } from "./schema-service.js";
import { type Path, setOwn, type YamlDocument } from "./yaml-document.js";

/** The short form of a service as it was written; a key that was wrong is missing. */
export type ShortForm = Checked<Omit<z.output<typeof serviceSchema>, "app" | "start" | "manifest">>;

/** A field of the object that the short form set, and the key that did. */
interface Edit {
  readonly field: string;
  readonly keys: Path;
}

type Mutable = Record<string, unknown>;

const CONTAINER_KEYS = ["image", "resources", "ports", "readinessProbe"] as const;
const SPEC_KEYS = [
  "containerConcurrency",
  "timeoutSeconds",
  "responseStartTimeoutSeconds",
  "idleTimeoutSeconds",
] as const;

/**
 * A Service with the keys of the short form put into its fields, null removing them; the Service of the short form
 * alone starts as an empty one.
 *
 * @param service changed in place; what stands where a mapping belongs stays, for Knative to refuse
 * @returns where each field stands: in the short form if it set it, else as `elsewhere` says
 */
export function applyShortForm(
  service: JsonObject,
  entry: ShortForm,
  {
    document,
    path,
    elsewhere,
  }: { readonly document: YamlDocument; readonly path: Path; readonly elsewhere: FieldPlaces },
): FieldPlaces {
  const edits: Edit[] = [];
  const put = (field: string, value: unknown, keys: Path) => {
    if (value === undefined) return;
    const steps = field.split(".");
    setField(service as Mutable, steps, value);
    edits.push({ field, keys });
  };
  const putEach = (field: string, values: Readonly<Record<string, unknown>> | undefined, key: string) => {
    for (const [name, value] of Object.entries(values ?? {})) {
      if (value === undefined) continue;
      setField(service as Mutable, [...field.split("."), name], value);
      edits.push({ field: `${field}.${name}`, keys: [key, name] }, { field: `${field}[${name}]`, keys: [key, name] });
    }
  };
  put("metadata.name", entry.name, ["name"]);
  put("metadata.namespace", entry.namespace, ["namespace"]);
  putEach("metadata.annotations", entry.serviceAnnotations, "serviceAnnotations");
  put("spec.template.metadata.name", entry.revisionName, ["revisionName"]);
  putEach("spec.template.metadata.annotations", entry.annotations, "annotations");
  putEach("spec.template.metadata.labels", entry.labels, "labels");
  for (const key of SPEC_KEYS) put(`spec.template.spec.${key}`, entry[key], [key]);
  put("spec.traffic", entry.traffic, ["traffic"]);
  const spec = mappingAt(service as Mutable, ["spec", "template", "spec"]);
  if (spec !== null) {
    const { container, index } = servingContainer(spec);
    const field = `spec.template.spec.containers[${index}]`;
    for (const key of CONTAINER_KEYS) {
      if (entry[key] === undefined) continue;
      setField(container, [key], entry[key]);
      edits.push({ field: `${field}.${key}`, keys: [key] });
    }
    for (const { name, index: at } of setVariables(container, entry.env ?? {}))
      edits.push({ field: `${field}.env[${at}]`, keys: ["env", name] });
  }
  const longestFirst = edits.sort((left, right) => right.field.length - left.field.length);
  return (field) => {
    const edit = longestFirst.find(
      (known) =>
        field === known.field || (field.startsWith(known.field) && /^[.[]/.test(field.slice(known.field.length))),
    );
    if (edit === undefined) return elsewhere(field);
    return document.fieldPlace([...path, ...edit.keys], field.slice(edit.field.length).replace(/^\./, ""));
  };
}

/** Sets or, with null, removes a field; a value that is no mapping on the way is left for Knative to refuse. */
function setField(object: Mutable, steps: readonly string[], value: unknown): void {
  const last = steps[steps.length - 1];
  if (value === null) {
    const parent = steps.slice(0, -1).reduce<unknown>((at, step) => (isObject(at) ? at[step] : undefined), object);
    if (isObject(parent)) delete (parent as Mutable)[last];
    return;
  }
  const parent = mappingAt(object, steps.slice(0, -1));
  if (parent !== null) setOwn<unknown>(parent, last, value);
}

/** The mapping at the end of some fields, made where there is none; null where something else stands in the way. */
function mappingAt(object: Mutable, steps: readonly string[]): Mutable | null {
  let at = object;
  for (const step of steps) {
    if (at[step] === undefined || at[step] === null) setOwn<unknown>(at, step, {});
    if (!isObject(at[step])) return null;
    at = at[step] as Mutable;
  }
  return at;
}

/** The container that serves requests: the one with a port, else the first; made where there is none. */
function servingContainer(spec: Mutable): { readonly container: Mutable; readonly index: number } {
  const containers = Array.isArray(spec.containers) ? (spec.containers as unknown[]) : [];
  if (containers.length === 0) containers.push({});
  spec.containers = containers;
  const withPort = objectsAt(spec, "containers").findIndex((container) => objectsAt(container, "ports").length > 0);
  const index = Math.max(withPort, 0);
  return { container: isObject(containers[index]) ? (containers[index] as Mutable) : {}, index };
}

/** Sets or, with null, removes environment variables; returns where in the list those that are set stand. */
function setVariables(
  container: Mutable,
  values: Readonly<Record<string, string | null | undefined>>,
): readonly { readonly name: string; readonly index: number }[] {
  const given: readonly unknown[] = Array.isArray(container.env) ? container.env : [];
  const nameOf = (variable: unknown) => (isObject(variable) ? textAt(variable, "name") : "");
  const kept = given.filter((variable) => values[nameOf(variable)] !== null);
  const indices = new Map(kept.map((variable, index) => [nameOf(variable), index]));
  const set: { name: string; index: number }[] = [];
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined || value === null) continue;
    const index = indices.get(name) ?? kept.length;
    kept[index] = { name, value };
    set.push({ name, index });
  }
  if (kept.length > 0 || given.length > 0) container.env = kept;
  return set;
}
