import { type ClusterConfig, CONFIG_MAPS, isConfigMapName, parseClusterConfig } from "../kube/config.js";
import { isObject, textsAt } from "../kube/json-shape.js";
import { validateConfigMap } from "../kube/validation.js";
import { CONFIG_MAP_KEYS } from "./config-map-keys.js";
import type { DiagnosticList, Place } from "./diagnostics.js";
import { type ManifestObject, manifestJson } from "./manifest-objects.js";
import { nearestName } from "./nearest-name.js";
import { setOwn } from "./yaml-document.js";

interface Entry {
  readonly value: unknown;
  readonly place: Place;
}

/**
 * The ConfigMaps of a cluster, put together from manifests and the `knative:` block, of which what comes later wins key
 * by key. Knative reads each map as a whole, so it is judged as a whole, once it is complete.
 */
export class ConfigMaps {
  private readonly maps = new Map<string, Map<string, Entry>>();

  /** A ConfigMap of a manifest; one that Knative would not look at is left alone. */
  addManifest(object: ManifestObject, problems: DiagnosticList): void {
    if (!isConfigMapName(object.name)) return;
    const { data } = manifestJson(object);
    const placeOf = (key: string) => object.document.place([...object.base, "data", key]);
    if (data === undefined || data === null) return;
    if (!isObject(data))
      problems.error("E-type", object.document.place([...object.base, "data"]), "expected a mapping");
    else for (const [key, value] of Object.entries(data)) this.set(object.name, key, { value, place: placeOf(key) });
  }

  /** A key of the `knative:` block or of `set-config`; a misspelt one gets a warning, as Knative would ignore it. */
  add(map: string, key: string, value: string, place: Place, problems: DiagnosticList): void {
    const known = isConfigMapName(map) ? CONFIG_MAP_KEYS[map] : {};
    const nearest = Object.hasOwn(known, key) ? null : nearestName(key, Object.keys(known));
    if (nearest !== null)
      problems.warning("W-config-key", place, `Knative ignores the key ${JSON.stringify(key)} of ${map}`, nearest);
    this.set(map, key, { value, place });
  }

  /** What Knative makes of the maps; a rejected one is reported and counts as empty. */
  parse(problems: DiagnosticList): ClusterConfig {
    for (const [name, entries] of this.maps) {
      const data: Record<string, unknown> = {};
      for (const [key, { value }] of entries) setOwn(data, key, value);
      for (const { text, key } of validateConfigMap(name, data)) {
        const [first] = [...entries.values()];
        const place = key === null ? first.place : entries.get(key)!.place;
        problems.knative({ ...place, path: key === null ? "data" : `data.${key}` }, { message: text, text });
      }
    }
    return parseClusterConfig(this.texts()).config;
  }

  copy(): ConfigMaps {
    const copy = new ConfigMaps();
    for (const [name, entries] of this.maps) copy.maps.set(name, new Map(entries));
    return copy;
  }

  /** Every map with all keys the simulation reads: what was set, else Knative's default. */
  completed(): Readonly<Record<string, Readonly<Record<string, string>>>> {
    const written = this.texts();
    return Object.fromEntries(
      (Object.keys(CONFIG_MAPS) as (keyof typeof CONFIG_MAPS)[]).map((name) => [
        name,
        { ...textsAt({ data: CONFIG_MAP_KEYS[name] }, "data"), ...written[name] },
      ]),
    );
  }

  /** What was set, as texts. */
  texts(): Readonly<Record<string, Readonly<Record<string, string>>>> {
    return Object.fromEntries(
      [...this.maps].map(([name, entries]) => {
        const data: Record<string, unknown> = {};
        for (const [key, { value }] of entries) setOwn(data, key, value);
        return [name, textsAt({ data }, "data")];
      }),
    );
  }

  private set(map: string, key: string, entry: Entry): void {
    const entries = this.maps.get(map) ?? new Map<string, Entry>();
    // Taken out first, so that what wins also stands where it was written last.
    entries.delete(key);
    entries.set(key, entry);
    this.maps.set(map, entries);
  }
}
