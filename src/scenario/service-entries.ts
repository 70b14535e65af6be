import type * as z from "zod";
import type { StartState } from "../kube/cluster-plan.js";
import type { JsonObject } from "../kube/json-shape.js";
import { appPlan } from "./apps.js";
import type { Checked } from "./checked.js";
import { type DiagnosticList, listNames, type Place } from "./diagnostics.js";
import { resolvePath } from "./files.js";
import { manifestPlaces } from "./knative-problems.js";
import type { ManifestFiles } from "./manifest-files.js";
import { type ManifestObject, manifestJson } from "./manifest-objects.js";
import type { serviceSchema } from "./schema-service.js";
import { type Admission, admitRoute, admitService, type LoadedService, type ServiceRole } from "./services.js";
import { applyShortForm } from "./short-form.js";
import type { Path, YamlDocument } from "./yaml-document.js";

type Entry = Checked<z.output<typeof serviceSchema>>;

/** An entry of `services` with the objects of its manifest; null without one, or with one that cannot be used. */
export interface ServiceEntry {
  readonly written: Entry;
  readonly path: Path;
  readonly objects: readonly ManifestObject[] | null;
  /** False when the manifest was reported as unusable: nothing more is said of the entry. */
  readonly isReadable: boolean;
}

/** Where a path written in the scenario is relative to: its file, or after `--set` the working directory. */
export function pathBase(document: YamlDocument, path: Path): string {
  return document.originOf(path) === undefined ? document.file : "";
}

/** Reads the manifests that the entries of `services` name. */
export async function readServiceEntries(
  entries: readonly (Entry | undefined)[],
  { document, manifests }: { readonly document: YamlDocument; readonly manifests: ManifestFiles },
): Promise<readonly ServiceEntry[]> {
  const read: ServiceEntry[] = [];
  for (const [index, written] of entries.entries()) {
    if (written === undefined) continue;
    const path: Path = ["services", index];
    const at: Path = [...path, "manifest"];
    if (written.manifest === undefined)
      read.push({ written, path, objects: null, isReadable: document.find(at) === null });
    else {
      const file = resolvePath(pathBase(document, at), written.manifest);
      const objects = await manifests.load(file, document.place(at));
      read.push({ written, path, objects, isReadable: objects !== null });
    }
  }
  return read;
}

/** The services of one entry: the short form's, or those of its manifest with the short form's keys over them. */
export function servicesOfEntry(
  { written, path, objects, isReadable }: ServiceEntry,
  {
    document,
    start,
    configurations,
    admission,
  }: {
    readonly document: YamlDocument;
    readonly start: StartState;
    readonly configurations: readonly ManifestObject[];
    readonly admission: Admission;
  },
): readonly LoadedService[] {
  if (!isReadable) return [];
  const role: ServiceRole = {
    start: written.start ?? start,
    app: written.app ? appPlan(null, written.app) : null,
    traceId: null,
  };
  const place = document.place(written.name === undefined ? path : [...path, "name"]);
  if (objects === null) {
    const json: JsonObject = { apiVersion: "serving.knative.dev/v1", kind: "Service" };
    const elsewhere = () => document.place(path);
    const placeOf = applyShortForm(json, written, { document, path, elsewhere });
    return present([admitService(json, role, { placeOf, place }, admission)]);
  }
  const manifestPlace = document.place([...path, "manifest"]);
  const chosen = choose(objects, written, { place: manifestPlace, problems: admission.problems });
  return present(
    chosen.map((object) => {
      if (object.kind === "Route") {
        if (hasOverride(written)) {
          admission.problems.error("E-key", document.place(path), "only a Service can be overridden, not a Route");
          return null;
        }
        return admitRoute(object, configurations, role, admission);
      }
      const json = manifestJson(object);
      const placeOf = applyShortForm(json, written, { document, path, elsewhere: manifestPlaces(object) });
      return admitService(json, role, { placeOf, place: written.name === undefined ? object.place : place }, admission);
    }),
  );
}

/** The Services and Routes an entry means: all of its manifest, or of several the one it names. */
function choose(
  objects: readonly ManifestObject[],
  { name, manifest }: Entry,
  { place, problems }: { readonly place: Place; readonly problems: DiagnosticList },
): readonly ManifestObject[] {
  const services = objects.filter(({ kind }) => kind === "Service" || kind === "Route");
  if (services.length === 0) problems.error("E-ref", place, `${JSON.stringify(manifest)} contains no Service`);
  if (name === undefined || services.length < 2) return services;
  const named = services.filter((service) => service.name === name);
  if (named.length === 0) {
    const names = services.map((service) => service.name);
    const message = `${JSON.stringify(manifest)} contains no Service ${JSON.stringify(name)}, but ${listNames(names, { word: "and" })}`;
    problems.unknownName("E-ref", place, message, name, names);
  }
  return named;
}

function hasOverride({ manifest: _manifest, name: _name, start: _start, app: _app, ...overrides }: Entry): boolean {
  return Object.values(overrides).some((value) => value !== undefined);
}

function present<T>(values: readonly (T | null)[]): readonly T[] {
  return values.filter((value) => value !== null);
}
