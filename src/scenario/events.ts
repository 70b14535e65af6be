import type * as z from "zod";
import type { Duration } from "../engine/time.js";
import type { AppPlan, ClusterEvent, NodeVerb, ServicePlan } from "../kube/cluster-plan.js";
import { isConfigMapName } from "../kube/config.js";
import { appForImage } from "../kube/image-apps.js";
import { type KnCommand, parseKnCommand } from "../kube/kn-command.js";
import { objectKey } from "../kube/manifest.js";
import { appPlan } from "./apps.js";
import type { Checked } from "./checked.js";
import type { ConfigMaps } from "./config-maps.js";
import type { DiagnosticList, Place } from "./diagnostics.js";
import { resolvePath } from "./files.js";
import { manifestPlaces, UniqueObjects } from "./knative-problems.js";
import type { ManifestFiles } from "./manifest-files.js";
import { manifestJson } from "./manifest-objects.js";
import type { NodeNames } from "./node-names.js";
import { shortDuration } from "./scalars.js";
import type { EventPlan } from "./scenario.js";
import type { eventSchema } from "./schema-event.js";
import { pathBase } from "./service-entries.js";
import type { ServiceNames } from "./service-names.js";
import { type Admission, admitRoute, admitService, type LoadedService } from "./services.js";
import { placeInText } from "./text-place.js";
import type { Path, YamlDocument } from "./yaml-document.js";

type Written = Checked<z.output<typeof eventSchema>>;

const NODE_VERBS: readonly NodeVerb[] = ["add", "drain", "remove"];

export interface EventContext {
  readonly document: YamlDocument;
  readonly manifests: ManifestFiles | null;
  readonly problems: DiagnosticList;
  /** Names of services; those that events create are added. */
  readonly names: ServiceNames;
  /** null = nodes may have changed since: whoever changes them knows what is there. */
  readonly nodes: NodeNames | null;
  readonly services: readonly ServicePlan[];
  readonly apps: readonly AppPlan[];
  readonly configMaps: ConfigMaps;
  readonly admission: Admission;
}

export interface LoadedEvents {
  /** By time, then in file order. */
  readonly events: readonly EventPlan[];
  /** Services that some `apply` brings. */
  readonly applied: readonly LoadedService[];
  /** Images that commands bring, and where. */
  readonly images: readonly { readonly image: string; readonly place: Place }[];
  /** Must be called once all names are known. */
  checkNames(): void;
}

/** Reads `events`, each with the settings that the events before it leave behind (contract details A25). */
export async function loadEvents(
  entries: readonly (Written | undefined)[],
  context: EventContext,
): Promise<LoadedEvents> {
  const loader = new EventLoader(context);
  const inOrder = entries
    .flatMap((written, index) => (written === undefined ? [] : [{ written, path: ["events", index] as Path }]))
    .sort((left, right) => (left.written.at ?? 0) - (right.written.at ?? 0));
  for (const { written, path } of inOrder) await loader.load(written, path);
  return loader;
}

/** Events later than the end never happen: a mistake, unless the command line shortened the run. */
export function checkEventTimes(
  entries: readonly (Written | undefined)[],
  durationUs: Duration,
  { document, problems }: Pick<EventContext, "document" | "problems">,
): void {
  const isShortened = document.originOf(["duration"]) !== undefined;
  entries.forEach((written, index) => {
    if (written?.at === undefined || written.at <= durationUs) return;
    const place = document.place(["events", index, "at"]);
    const message = `the event at ${shortDuration(written.at)} is later than the end of the run at ${shortDuration(durationUs)}`;
    if (isShortened) problems.warning("W-event-after-end", place, `${message} and does not happen`);
    else problems.error("E-range", place, message);
  });
}

/** The actions of one event that is not in a file; `apply` has been refused before. Names are checked at once. */
export function eventActions(written: Written, context: EventContext): readonly ClusterEvent[] {
  const loader = new EventLoader(context);
  const actions = loader.actions(written, ["event"]);
  loader.checkNames();
  return actions;
}

class EventLoader implements LoadedEvents {
  readonly events: EventPlan[] = [];
  readonly applied: LoadedService[] = [];
  readonly images: { readonly image: string; readonly place: Place }[] = [];
  private readonly checks: (() => void)[] = [];
  /** What events have made of images so far, the latest first. */
  private changedApps: readonly AppPlan[] = [];
  private configMaps: ConfigMaps;
  private admission: Admission;

  constructor(private readonly context: EventContext) {
    this.configMaps = context.configMaps;
    this.admission = context.admission;
  }

  async load(written: Written, path: Path): Promise<void> {
    const actions = written.apply === undefined ? this.actions(written, path) : await this.apply(written.apply, path);
    const { file, line, column } = this.context.document.place(path);
    for (const action of actions) {
      const expectError = written.expectError ?? null;
      this.events.push({ atUs: written.at ?? 0, position: { file, line, column }, expectError, action });
    }
  }

  checkNames(): void {
    for (const check of this.checks) check();
  }

  /** What an event other than `apply` does. */
  actions(written: Written, path: Path): readonly ClusterEvent[] {
    if (written.kn !== undefined) return this.kn(written.kn, [...path, "kn"], written);
    if (written["kill-pod"] !== undefined) return this.killPod(written["kill-pod"], [...path, "kill-pod"]);
    if (written.restart !== undefined) return [restart(written.restart)];
    if (written["set-config"] !== undefined) return this.setConfig(written["set-config"], [...path, "set-config"]);
    if (written["set-app"] !== undefined) return this.setApp(written["set-app"]);
    if (written.reachability !== undefined) return this.reachability(written.reachability, [...path, "reachability"]);
    if (written.delete !== undefined) return this.delete(written.delete, [...path, "delete"], written);
    if (written.kubectl !== undefined) return this.kubectl(written.kubectl, [...path, "kubectl"], written);
    if (written.note !== undefined) return [{ kind: "note", text: written.note }];
    if (written.node !== undefined) return this.node(written.node, [...path, "node"], written);
    return [];
  }

  private kn(line: string, path: Path, written: Written): readonly ClusterEvent[] {
    const { document, problems } = this.context;
    const parsed = parseKnCommand(line);
    if (!parsed.ok) {
      problems.error("E-type", placeInText(document, path, parsed.offset), parsed.error, parsed.suggestion);
      return [];
    }
    return this.command(line, parsed.command, path, written);
  }

  private command(line: string, command: KnCommand, path: Path, written: Written): readonly ClusterEvent[] {
    const { document, problems, names } = this.context;
    const place = document.place(path);
    const keyOf = (name: string) => objectKey({ name, namespace: command.namespace ?? "default" });
    if (command.kind === "service") {
      if (command.edit.file !== null) problems.error("E-type", place, "-f is not supported here; use apply: FILE");
      if (command.edit.image !== undefined) this.images.push({ image: command.edit.image, place });
      if (command.verb !== "update") names.add(keyOf(command.service));
      else if (written.expectError === undefined) this.expectService(keyOf(command.service), path);
    }
    if (written.expectError === undefined && command.kind === "service-delete")
      for (const service of command.services) this.expectService(keyOf(service), path);
    if (written.expectError === undefined && command.kind === "revision-delete")
      for (const revision of command.revisions) this.expectRevision(revision, path);
    return [{ kind: "kn", line, command }];
  }

  private delete(written: NonNullable<Written["delete"]>, path: Path, event: Written): readonly ClusterEvent[] {
    if (written.kind === undefined || written.name === undefined) return [];
    return this.kn(`${written.kind.toLowerCase()} delete ${written.name}`, path, event);
  }

  private kubectl(line: string, path: Path, written: Written): readonly ClusterEvent[] {
    const match =
      /^\s*(?:kubectl\s+)?delete\s+(ksvc|services?(?:\.serving\.knative\.dev)?|revisions?|rev)\s+(\S.*?)\s*$/.exec(
        line,
      );
    if (match) return this.kn(`${/^rev/.test(match[1]) ? "revision" : "service"} delete ${match[2]}`, path, written);
    const { document, problems } = this.context;
    const message = 'kubectl understands only "delete ksvc NAME…" and "delete revision NAME…" here';
    problems.error("E-type", document.place(path), `${message}, found ${JSON.stringify(line)}`);
    return [];
  }

  private async apply(written: string, eventPath: Path): Promise<readonly ClusterEvent[]> {
    const { document, manifests, names, problems } = this.context;
    const path: Path = [...eventPath, "apply"];
    const place = document.place(path);
    const file = resolvePath(pathBase(document, path), written);
    const objects = await manifests!.load(file, place);
    if (objects === null) return [];
    const before = this.configMaps;
    const maps = objects.filter(({ kind, name }) => kind === "ConfigMap" && isConfigMapName(name));
    if (maps.length > 0) {
      this.configMaps = before.copy();
      for (const map of maps) this.configMaps.addManifest(map, problems);
      this.admission = { ...this.admission, config: this.configMaps.parse(problems) };
    }
    const admission = { ...this.admission, unique: new UniqueObjects(problems) };
    const configurations = objects.filter(({ kind }) => kind === "Configuration");
    const loaded = objects.flatMap((object) => {
      if (object.kind !== "Service" && object.kind !== "Route") return [];
      const key = objectKey(object);
      const known = this.context.services.find((service) => service.key === key);
      const role = { start: "new", app: known?.app ?? null, traceId: null } as const;
      names.add(key);
      const service =
        object.kind === "Route"
          ? admitRoute(object, configurations, role, admission)
          : admitService(
              manifestJson(object),
              role,
              { placeOf: manifestPlaces(object), place: object.place },
              admission,
            );
      return service === null ? [] : [service];
    });
    this.applied.push(...loaded);
    if (maps.length === 0 && !objects.some(({ kind }) => kind === "Service" || kind === "Route"))
      problems.error("E-ref", place, `${JSON.stringify(written)} contains no Service and no ConfigMap of Knative`);
    const changed = maps.map((map) => ({ map: map.name, keys: Object.keys(manifestJson(map).data ?? {}) }));
    const services = loaded.map(({ plan }) => plan);
    return [
      ...(maps.length > 0 ? [{ kind: "set-config", config: this.admission.config, changed } as const] : []),
      ...(services.length > 0 ? [{ kind: "apply", file: written, services } as const] : []),
    ];
  }

  private killPod(written: NonNullable<Written["kill-pod"]>, path: Path): readonly ClusterEvent[] {
    const { service, revision } = written;
    if (service !== undefined) this.expectService(service, [...path, "service"]);
    if (revision !== undefined) this.expectRevision(revision, [...path, "revision"]);
    const key = service?.startsWith("default/") ? service.slice("default/".length) : service;
    return [
      {
        kind: "kill-pod",
        service: key ?? null,
        revision: revision ?? null,
        count: written.count ?? 1,
        pick: written.pick ?? "first",
      },
    ];
  }

  private reachability(written: NonNullable<Written["reachability"]>, path: Path): readonly ClusterEvent[] {
    if (written.revision === undefined || written.is === undefined) return [];
    this.expectRevision(written.revision, [...path, "revision"]);
    return [{ kind: "reachability", revision: written.revision, is: written.is }];
  }

  private setConfig(written: NonNullable<Written["set-config"]>, path: Path): readonly ClusterEvent[] {
    const { document, problems } = this.context;
    this.configMaps = this.configMaps.copy();
    const changed: { readonly map: string; readonly keys: readonly string[] }[] = [];
    for (const [map, data] of Object.entries(written)) {
      if (data === undefined) continue;
      for (const [key, value] of Object.entries(data))
        if (value !== undefined) this.configMaps.add(map, key, value, document.place([...path, map, key]), problems);
      changed.push({ map, keys: Object.keys(data) });
    }
    this.admission = { ...this.admission, config: this.configMaps.parse(problems) };
    return [{ kind: "set-config", config: this.admission.config, changed }];
  }

  private setApp(written: NonNullable<Written["set-app"]>): readonly ClusterEvent[] {
    const { image } = written;
    if (image === undefined) return [];
    const own = this.context.services.find((service) => service.object.template.image === image)?.app;
    const base = appForImage(this.changedApps, image) ?? own ?? appForImage(this.context.apps, image);
    const app = appPlan(image, written, base ?? undefined);
    this.changedApps = [app, ...this.changedApps];
    return [{ kind: "set-app", app }];
  }

  private node(written: NonNullable<Written["node"]>, path: Path, event: Written): readonly ClusterEvent[] {
    const { document, nodes, problems } = this.context;
    for (const verb of NODE_VERBS) {
      const node = written[verb];
      if (node === undefined) continue;
      const problem = nodes?.change(verb, node) ?? null;
      if (problem !== null && event.expectError === undefined)
        problems.error("E-ref", document.place([...path, verb]), problem.error, problem.suggestion);
      return [{ kind: "node", verb, node }];
    }
    return [];
  }

  private expectService(written: string, path: Path): void {
    const { document, names, problems } = this.context;
    this.checks.push(() => {
      const resolved = names.resolve(written);
      if (!resolved.ok) problems.error("E-ref", document.place(path), resolved.error, resolved.suggestion);
    });
  }

  /** What a revision is called is known only during the run, but it begins with its service's name. */
  private expectRevision(revision: string, path: Path): void {
    const { document, names, problems } = this.context;
    this.checks.push(() => {
      const services = names.all().map((key) => key.slice(key.lastIndexOf("/") + 1));
      const name = revision.slice(revision.lastIndexOf("/") + 1);
      if (services.some((service) => name.startsWith(`${service}-`))) return;
      const example = services.length > 0 ? `, such as ${services[0]}-00001` : "";
      const message = `${JSON.stringify(revision)} is no revision of any service here; their names begin with the service's${example}`;
      problems.error("E-ref", document.place(path), message);
    });
  }
}

function restart(written: NonNullable<Written["restart"]>): ClusterEvent {
  if (typeof written === "string")
    return {
      kind: "restart",
      component: written as "autoscaler" | "activator",
      activator: 1,
      forUs: null,
      lostLeaseUs: null,
    };
  const options = written as Exclude<NonNullable<Written["restart"]>, string>;
  return {
    kind: "restart",
    component: options.activator === undefined ? "autoscaler" : "activator",
    activator: options.activator ?? 1,
    forUs: options.for ?? null,
    lostLeaseUs: options["lost-lease"] ?? null,
  };
}
